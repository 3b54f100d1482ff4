import { type ChannelLike, type PortLike, portChannel } from './inference/channel.ts';
import type { HostReport } from './surfaces/host-protocol.ts';

/** How long main may take to start a process before the caller hears that it did not. */
const PATIENCE_MS = 20_000;

export type InferenceBroker = {
  /** Asks main for a process and gives the channel to it. */
  readonly spawn: () => Promise<ChannelLike>;
  /** Hands over the port that main sent for a request. */
  readonly deliver: (id: number, port: PortLike) => void;
};

/** Inference processes of a host that cannot fork: each is asked of main by number and reached over a port. */
export function createInferenceBroker(
  ask: (report: Extract<HostReport, { readonly id: number }>) => void,
): InferenceBroker {
  const waiting = new Map<number, (port: PortLike) => void>();
  let nextId = 1;
  return {
    deliver: (id, port) => {
      waiting.get(id)?.(port);
      waiting.delete(id);
    },
    spawn: () =>
      new Promise((resolve, reject) => {
        const id = nextId++;
        const timer = setTimeout(() => {
          waiting.delete(id);
          reject(new Error('the window did not start an inference process'));
        }, PATIENCE_MS);
        waiting.set(id, (port) => {
          clearTimeout(timer);
          const kill = (): void => ask({ type: 'kill-inference', id });
          resolve(portChannel(port, { unwrap: true, kill }));
        });
        ask({ type: 'spawn-inference', id });
      }),
  };
}
