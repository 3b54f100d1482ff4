import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A Python peer that answers one line of JSON for each it is given, in order. */
export type PeerProcess = {
  readonly ask: (request: Readonly<Record<string, unknown>>) => Promise<Readonly<Record<string, unknown>>>;
  readonly close: () => void;
};

/** Starts `script` and waits until it says that it is ready. */
export async function startPeer(python: string, script: string, args: readonly string[]): Promise<PeerProcess> {
  const child: ChildProcessWithoutNullStreams = spawn(python, [script, ...args]);
  child.stderr.pipe(process.stderr);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<Readonly<Record<string, unknown>>> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error('the peer ended');
    return JSON.parse(value) as Record<string, unknown>;
  };
  await next();
  return {
    ask: (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return next();
    },
    close: () => child.stdin.end(),
  };
}

/** Seconds that a peer took, or null with the reason on standard error where it could not. */
export async function peerSeconds(
  peer: PeerProcess,
  request: Readonly<Record<string, unknown>>,
): Promise<number | null> {
  const answer = await peer.ask(request);
  if (typeof answer.seconds === 'number') return answer.seconds;
  process.stderr.write(`${String(request.op)}: ${String(answer.error)}\n`);
  return null;
}
