/** Time as an injected dependency, so that equal inputs give equal bytes in tests and in archives. */
export type Clock = {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: () => number;
  /** Monotonic milliseconds for measuring durations; the origin is arbitrary. */
  readonly monotonic: () => number;
};

/** A clock that stands still until moved; `monotonic` follows `now`. For tests and reproducible runs. */
export function fixedClock(startMs: number): Clock & { readonly advance: (ms: number) => void } {
  let current = startMs;
  return {
    now: () => current,
    monotonic: () => current,
    advance: (ms) => {
      current += ms;
    },
  };
}

/** ISO 8601 in UTC, as stored and shown in JSON. */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
