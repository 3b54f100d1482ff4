/**
 * Keeps the page true: listens to the host's change notices and refetches what they touch, so that a change made through
 * any door shows at once; and watches over the connection, reopening it when the host was restarted.
 */
import type { ChangeNotice } from '../../main/contract/system.ts';
import { client, orpc, queryClient, resetTransport } from './client.ts';
import { connection } from './connection.ts';
import { followJobs } from './jobs.ts';
import { toProblem } from './problem.ts';

type Noun = ChangeNotice['noun'];

const touches: Readonly<Record<Noun, readonly (readonly unknown[])[]>> = {
  datasets: [
    orpc.datasets.key(),
    orpc.queries.key(),
    orpc.features.key(),
    orpc.workspaces.home.key(),
    orpc.workspaces.current.key(),
    orpc.models.plan.key(),
  ],
  models: [
    orpc.models.key(),
    orpc.explanations.key(),
    orpc.decisions.key(),
    orpc.workspaces.home.key(),
    orpc.workspaces.current.key(),
  ],
  jobs: [orpc.jobs.list.key(), orpc.jobs.get.key(), orpc.jobs.log.key(), orpc.workspaces.home.key()],
  decisions: [orpc.decisions.key(), orpc.predictions.cacheStats.key(), orpc.workspaces.home.key()],
  predictions: [orpc.predictions.cacheStats.key(), orpc.decisions.ledger.key(), orpc.workspaces.home.key()],
  settings: [orpc.system.settings.key(), orpc.system.machine.key()],
  features: [orpc.features.key()],
  workspaces: [orpc.workspaces.key()],
};

/** Collects notices for a moment, then refetches each touched family once. */
function createInvalidator(delayMs: number): (noun: Noun) => void {
  const pending = new Set<Noun>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (noun) => {
    pending.add(noun);
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      const keys = [...pending].flatMap((each) => touches[each] ?? []);
      pending.clear();
      for (const queryKey of keys) void queryClient.invalidateQueries({ queryKey });
    }, delayMs);
  };
}

const wait = (milliseconds: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });

async function listen(signal: AbortSignal, invalidate: (noun: Noun) => void): Promise<void> {
  await client.system.health({}, { signal });
  const stopStreams = new AbortController();
  const stop = () => stopStreams.abort();
  signal.addEventListener('abort', stop);
  const unwatch = connection.subscribe(() => {
    const state = connection.get();
    if (state === 'lost' || state === 'connecting') stop();
  });
  try {
    const notices = await client.system.changes({}, { signal: stopStreams.signal });
    if (connection.answered()) await queryClient.invalidateQueries();
    followJobs(stopStreams.signal);
    for await (const notice of notices) invalidate(notice.noun);
  } finally {
    unwatch();
    stop();
  }
}

/** Starts listening; the returned function stops it. Runs for the life of the page. */
export function watchChanges(): () => void {
  const stopped = new AbortController();
  const invalidate = createInvalidator(120);
  const run = async (): Promise<void> => {
    let delayMs = 250;
    while (!stopped.signal.aborted) {
      try {
        await listen(stopped.signal, invalidate);
        delayMs = 250;
      } catch (error) {
        if (toProblem(error).family === 'unauthorised') {
          connection.unauthorised();
          return;
        }
        delayMs = Math.min(3000, delayMs * 1.6);
      }
      if (stopped.signal.aborted) return;
      if (connection.get() !== 'connecting') connection.lost();
      resetTransport();
      await wait(delayMs, stopped.signal);
    }
  };
  void run();
  return () => stopped.abort();
}
