/**
 * What this machine teaches about estimates (A9): for each kind of job, how far the handlers' own figures were from what
 * happened. Kept as factors, averaged exponentially on the log scale, so that being twice too high and twice too low cancel out.
 */
import type { JobStore } from './job-store.ts';
import type { JobEstimate, JobKind, JsonValue } from './types.ts';

export type KindProfile = { readonly timeFactor: number; readonly memoryFactor: number; readonly jobCount: number };

const fresh: KindProfile = { timeFactor: 1, memoryFactor: 1, jobCount: 0 };
const weightOfNewest = 0.3;
const timeBounds = { low: 0.05, high: 20 };
const memoryBounds = { low: 0.5, high: 4 };
/** Shorter jobs and smaller growth are noise: start-up and the garbage collector, not the work. */
const leastSeconds = 0.5;
const leastBytes = 64 * 1024 * 1024;

const keyOf = (kind: JobKind): string => `machine/jobs/${kind}`;
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

function numberIn(value: JsonValue | null, key: string, fallback: number): number {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return fallback;
  const found = Object.entries(value).find(([name]) => name === key)?.[1];
  return typeof found === 'number' && Number.isFinite(found) ? found : fallback;
}

/** What is known of a kind; factors of 1 before the first job. */
export function findProfile(store: JobStore, kind: JobKind): KindProfile {
  const kept = store.findSetting(keyOf(kind));
  if (kept === null) return fresh;
  return {
    timeFactor: clamp(numberIn(kept, 'timeFactor', 1), timeBounds.low, timeBounds.high),
    memoryFactor: clamp(numberIn(kept, 'memoryFactor', 1), memoryBounds.low, memoryBounds.high),
    jobCount: numberIn(kept, 'jobCount', 0),
  };
}

/** The handler's estimate, corrected by what earlier jobs of the kind showed; the time of a job with a time budget stays as given. */
export function correctEstimate(
  estimate: JobEstimate,
  profile: KindProfile,
  options: { readonly hasTimeBudget: boolean } = { hasTimeBudget: false },
): JobEstimate {
  if (profile.jobCount === 0) return estimate;
  const jobs = profile.jobCount === 1 ? '1 earlier job' : `${profile.jobCount} earlier jobs`;
  return {
    seconds: options.hasTimeBudget ? estimate.seconds : estimate.seconds * profile.timeFactor,
    memoryBytes: Math.ceil(estimate.memoryBytes * profile.memoryFactor),
    diskBytes: estimate.diskBytes,
    basis: `${estimate.basis} Corrected by ${jobs} on this machine.`,
  };
}

export type Measured = {
  /** The corrected estimate and the factors it was made with. */
  readonly estimate: Pick<JobEstimate, 'seconds' | 'memoryBytes'>;
  readonly timeFactor: number;
  readonly memoryFactor: number;
  /** Null when the time was given by a budget. */
  readonly actualSeconds: number | null;
  /** Growth of the process over the job, or null when other jobs ran beside it. */
  readonly actualMemoryBytes: number | null;
};

const average = (old: number, seen: number, jobCount: number): number => {
  const weight = Math.max(weightOfNewest, 1 / (jobCount + 1));
  return Math.exp((1 - weight) * Math.log(old) + weight * Math.log(seen));
};

/** Takes one finished job into the profile of its kind. */
export function learnFrom(store: JobStore, kind: JobKind, measured: Measured): void {
  const profile = findProfile(store, kind);
  const { estimate, actualSeconds, actualMemoryBytes } = measured;
  let { timeFactor, memoryFactor } = profile;
  let learned = false;
  if (estimate.seconds > 0 && actualSeconds !== null && actualSeconds >= leastSeconds) {
    const seen = (measured.timeFactor * actualSeconds) / estimate.seconds;
    timeFactor = average(timeFactor, clamp(seen, timeBounds.low, timeBounds.high), profile.jobCount);
    learned = true;
  }
  if (estimate.memoryBytes > 0 && actualMemoryBytes !== null && actualMemoryBytes >= leastBytes) {
    const seen = (measured.memoryFactor * actualMemoryBytes) / estimate.memoryBytes;
    memoryFactor = average(memoryFactor, clamp(seen, memoryBounds.low, memoryBounds.high), profile.jobCount);
    learned = true;
  }
  if (learned) store.setSetting(keyOf(kind), { timeFactor, memoryFactor, jobCount: profile.jobCount + 1 });
}
