/** Whether the engine host answers; the shell shows it calmly and pages wait instead of failing. */
import { useSyncExternalStore } from 'react';

/** `restarted` is shown for a moment after the host came back. */
export type ConnectionState = 'connecting' | 'open' | 'lost' | 'restarted' | 'unauthorised';

const listeners = new Set<() => void>();
let state: ConnectionState = 'connecting';
let calm: ReturnType<typeof setTimeout> | undefined;

function set(next: ConnectionState): void {
  if (next === state) return;
  state = next;
  clearTimeout(calm);
  if (next === 'restarted') calm = setTimeout(() => set('open'), 4000);
  for (const listener of listeners) listener();
}

/** The state of the connection and the ways it changes. */
export const connection = {
  get: (): ConnectionState => state,
  lost: (): void => set('lost'),
  /** Another workspace was chosen: streams start over, without alarm. */
  changing: (): void => set('connecting'),
  unauthorised: (): void => set('unauthorised'),
  /** The host answered. Returns true when it had been away. */
  answered: (): boolean => {
    const wasAway = state === 'lost';
    if (wasAway) set('restarted');
    else if (state !== 'restarted') set('open');
    return wasAway;
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

/** The connection's state as a component sees it. */
export function useConnection(): ConnectionState {
  return useSyncExternalStore(connection.subscribe, connection.get);
}
