/**
 * The wall-clock budget of a training run. It covers the whole job: reading, the search, calibration, measuring, the
 * export through the parity gate and the record. The search therefore ends early enough for what must follow it. How much
 * that is follows from the rows, at rates measured on an idle machine, and from how much slower this machine is at the
 * moment: the share of the processors that the search was given. The clock decides only when to stop, never what is tried.
 */
import type { Clock } from '../../base/clock.ts';
import type { TrainOptions } from '../../contract/models.ts';

const defaultBudgetSeconds = 60;

type BudgetOptions = Pick<TrainOptions, 'budgetSeconds' | 'trials'>;

/** Seconds the run may take; null when only a number of trials ends it. */
export const budgetSecondsOf = (options: BudgetOptions): number | null =>
  options.budgetSeconds ?? (options.trials === undefined ? defaultBudgetSeconds : null);

/** Size of what follows the search. */
export type FinishSize = {
  readonly rows: number;
  readonly outputCount: number;
  /** Encoded trees of the model that will ship, as far as known. */
  readonly modelBytes: number;
  /** Measured time of the last fit on all rows; 0 where the folds' own models ship. */
  readonly refitMs: number;
  /** Columns whose shapes of intervals are fitted after the search; 0 for none. */
  readonly intervalColumns: number;
};

/** All times in milliseconds from now, negative when over; null = no limit. */
export type Budget = {
  /** Until the search must end. */
  readonly searchMs: (size: FinishSize) => number | null;
  /** Until measuring must be content with what it has. */
  readonly judgeMs: (size: FinishSize) => number | null;
  /** Until a last fit on all rows must end. */
  readonly refitMs: (size: FinishSize) => number | null;
};

/** Export, parity check, global summary and record: a graph and 500 rows, whatever the data, and the size of the model. */
const exportFixedMs = 1000;
const exportMsPerMegabyte = 150;

const exportCostMs = ({ modelBytes }: FinishSize): number => exportFixedMs + (modelBytes / 1e6) * exportMsPerMegabyte;
const judgeFixedMs = 500;
const judgeMicrosPerRow = { base: 10, perOutput: 6 };
/** Of rows beyond so many most are only measured: blends, calibrators and corrections are fitted to a sample. */
const sampledFromRows = 250_000;
const sampledMicrosPerRow = { base: 1.5, perOutput: 1 };
/** A busy machine is allowed for up to this factor; beyond it nothing useful would be left of short budgets. */
const mostSlowdown = 3;
/** Share of the whole time that the last fit on all rows may be kept back for. */
const mostRefitShare = 0.3;
/** Share of the whole time kept back for what follows the search: half of a very short budget still goes to the search. */
const mostReserved = (seconds: number): number => (seconds < 10 ? 0.5 : 0.55);
/** The share measured over a shorter time is chance. */
const measuredFromMs = 1500;

/** Intervals rest on at most this many rows. */
const intervalRows = 10_000;
const intervalMicrosPerRow = { base: 100, perColumn: 2.2 };

const intervalCostMs = ({ rows, intervalColumns }: FinishSize): number =>
  intervalColumns === 0
    ? 0
    : (Math.min(rows, intervalRows) * (intervalMicrosPerRow.base + intervalMicrosPerRow.perColumn * intervalColumns)) /
      1000;

const microsPerRow = (rate: typeof judgeMicrosPerRow, outputCount: number): number =>
  rate.base + rate.perOutput * outputCount;

function judgeCostMs({ rows, outputCount }: FinishSize): number {
  const full = Math.min(rows, sampledFromRows);
  const micros =
    full * microsPerRow(judgeMicrosPerRow, outputCount) +
    (rows - full) * microsPerRow(sampledMicrosPerRow, outputCount);
  return judgeFixedMs + micros / 1000;
}

/**
 * Starts the clock. `workers` is how many processors the search can use; `ranSeconds` what the run has used up before it
 * was paused or interrupted: only running time counts.
 */
export function openBudget(options: BudgetOptions, clock: Clock, workers: number, ranSeconds = 0): Budget {
  const startMs = clock.monotonic();
  const startCpu = process.cpuUsage();
  const seconds = budgetSecondsOf(options);
  const slowdown = (): number => {
    const wallMs = clock.monotonic() - startMs;
    if (wallMs < measuredFromMs) return 1;
    const { user, system } = process.cpuUsage(startCpu);
    return Math.min(mostSlowdown, Math.max(1, (wallMs * workers) / ((user + system) / 1000 + 1)));
  };
  const left = (reserveMs: number): number | null => {
    if (seconds === null) return null;
    const reserve = Math.min(reserveMs * slowdown(), seconds * 1000 * mostReserved(seconds));
    return (seconds - ranSeconds) * 1000 - reserve - (clock.monotonic() - startMs);
  };
  // Measured on this machine as it is, so its slowness is in it already. A slow winner must not end the search early.
  const refit = ({ refitMs }: FinishSize): number => Math.min(refitMs, (seconds ?? 0) * 1000 * mostRefitShare);
  const leftAfterRefit = (reserveMs: number, size: FinishSize): number | null => {
    const ms = left(reserveMs);
    return ms === null ? null : ms - refit(size);
  };
  return {
    searchMs: (size) => leftAfterRefit(exportCostMs(size) + judgeCostMs(size) + intervalCostMs(size), size),
    judgeMs: (size) => leftAfterRefit(exportCostMs(size) + intervalCostMs(size), size),
    refitMs: (size) => left(exportCostMs(size)),
  };
}
