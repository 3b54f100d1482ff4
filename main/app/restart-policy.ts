/**
 * When to start a process again that died by itself: after a growing pause, and not at all once it has died too often in
 * a short time, because then the next start would die as well.
 */
const pausesMs = [200, 500, 1000, 2000, 4000];
const WINDOW_MS = 60_000;

export type RestartPolicy = {
  /** Tells of a death at `nowMs`; gives the pause before the next start, or null to stop trying. */
  readonly pauseAfterDeath: (nowMs: number) => number | null;
  /** Forgets the past, when the user asks for another try. */
  readonly reset: () => void;
};

/** Up to five restarts within a minute; deaths older than that no longer count. */
export function createRestartPolicy(): RestartPolicy {
  let deaths: number[] = [];
  return {
    pauseAfterDeath: (nowMs) => {
      deaths = [...deaths.filter((time) => nowMs - time < WINDOW_MS), nowMs];
      return pausesMs[deaths.length - 1] ?? null;
    },
    reset: () => {
      deaths = [];
    },
  };
}
