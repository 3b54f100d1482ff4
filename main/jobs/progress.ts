/** Progress of one attempt: what the handler reported, with rows per second and the remaining time where it gave none. */
import type { JobProgress } from './types.ts';

export type ProgressTracker = {
  readonly report: (update: Partial<JobProgress> & { readonly fraction: number }) => void;
  readonly current: () => JobProgress;
};

/**
 * The remaining time is (1 − f) · elapsed / (f − f₀). f₀ is 0 in a first run; a resumed run begins with what earlier attempts
 * did, so there f₀ and the time are taken at its first report.
 */
export function createProgressTracker(start: JobProgress, resumed: boolean, monotonic: () => number): ProgressTracker {
  let startMs = monotonic();
  let startFraction = resumed ? null : 0;
  let startRows = resumed ? null : 0;
  const { stage, fraction, message, rowsDone, rowsTotal, rowsPerSecond, etaSeconds } = start;
  let latest: JobProgress = { stage, fraction, message, rowsDone, rowsTotal, rowsPerSecond, etaSeconds };
  return {
    report: (update) => {
      const nowMs = monotonic();
      // A fraction never goes back while an attempt runs, and is whole only when the job has ended.
      const fraction = Math.min(1, Math.max(resumed && startFraction === null ? 0 : latest.fraction, update.fraction));
      if (startFraction === null) {
        startFraction = fraction;
        startMs = nowMs;
      }
      const rowsDone = update.rowsDone ?? latest.rowsDone;
      if (startRows === null && rowsDone !== null) startRows = rowsDone;
      const elapsed = (nowMs - startMs) / 1000;
      const gained = fraction - startFraction;
      const gainedRows = rowsDone === null ? 0 : rowsDone - (startRows ?? 0);
      latest = {
        stage: update.stage ?? latest.stage,
        fraction,
        message: update.message ?? latest.message,
        rowsDone,
        rowsTotal: update.rowsTotal ?? latest.rowsTotal,
        rowsPerSecond:
          update.rowsPerSecond ?? (elapsed > 0 && gainedRows > 0 ? gainedRows / elapsed : latest.rowsPerSecond),
        etaSeconds:
          update.etaSeconds ?? (elapsed > 0 && gained > 0 ? ((1 - fraction) * elapsed) / gained : latest.etaSeconds),
      };
    },
    current: () => latest,
  };
}
