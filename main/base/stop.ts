import { cancelled } from './errors.ts';

/** Read-only cancellation, polled by long loops; true once and for good when the owner gave up. */
export type StopSignal = { readonly stopped: () => boolean };

export const neverStop: StopSignal = { stopped: () => false };

/** Throws the `cancelled` error when the signal is up. */
export function throwIfStopped(signal: StopSignal): void {
  if (signal.stopped()) throw cancelled();
}
