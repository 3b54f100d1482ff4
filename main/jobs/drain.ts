import type { Attempt } from './attempt.ts';

/** Asks runs to stop because the workspace closes, and waits up to `drainMs` until all have ended and told the queue. */
export async function drain(attempts: readonly Attempt[], drainMs: number): Promise<void> {
  for (const attempt of attempts) attempt.stop('shutdown');
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, drainMs);
  });
  const drained = Promise.all(attempts.map((attempt) => attempt.ended)).then(
    () => new Promise<void>((resolve) => setImmediate(resolve)),
  );
  await Promise.race([drained, timeout]);
  clearTimeout(timer);
}
