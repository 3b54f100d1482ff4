/**
 * Money over all thresholds. A row is acted on when its probability is at least the threshold; each row then yields one
 * of four outcomes. Sorting once and summing the gain of acting (acted minus not acted) gives the profit of every
 * threshold in O(n log n); equal probabilities are acted on together or not at all. Thresholds lie half way to the next
 * lower probability, so that rounding to float32 does not move rows across. Intervals come from a multinomial bootstrap.
 */
import { invalidInput } from '../../base/errors.ts';
import { createResampler, defaultResamples } from '../metrics/bootstrap.ts';
import { thin } from '../metrics/curves.ts';
import { descendingGroups } from '../metrics/ranking.ts';
import { percentileInterval } from '../stats/quantile.ts';
import { checkMoney, moneyOf, type OutcomeCounts, type OutcomeMatrix, outcomesAt, type ValueOptions } from './money.ts';

export type ProfitOptions = ValueOptions & {
  /** Most rows that can be acted on; null: all. */
  readonly capacity?: number | null;
  readonly seed: number;
  readonly resamples?: number;
  readonly level?: number;
};

/** Profit in total over the rows given, with its interval. */
export type ProfitPoint = {
  readonly threshold: number;
  /** Rows acted on, and their share. */
  readonly rows: number;
  readonly share: number;
  readonly profit: number;
  readonly low: number;
  readonly high: number;
};

export type ProfitCurve = {
  readonly rowCount: number;
  readonly positives: number;
  /** At most 200 thresholds from acting on no one to acting on everyone; the optimum is among them. */
  readonly points: readonly ProfitPoint[];
  /** Highest profit within the capacity; the fewest actions among equals. */
  readonly best: ProfitPoint & {
    readonly counts: OutcomeCounts;
    /** Interval of the best threshold when it is chosen anew on each resample. */
    readonly thresholdLow: number;
    readonly thresholdHigh: number;
  };
  readonly actOnAll: number;
  readonly actOnNone: number;
};

/** Cut positions: 0 rows, then the end of every group of equal probabilities, with the threshold that makes the cut. */
function cutsOf(
  probabilities: ArrayLike<number>,
  order: Uint32Array,
  endsGroup: Uint8Array,
): { at: number; threshold: number }[] {
  const highest = order.length > 0 ? probabilities[order[0]] : 0;
  const cuts = [{ at: 0, threshold: highest < 1 ? (highest + 1) / 2 : 1 + 2 ** -52 }];
  for (let i = 0; i < order.length; i++) {
    if (endsGroup[i] === 0) continue;
    const here = probabilities[order[i]];
    const below = i + 1 < order.length ? probabilities[order[i + 1]] : 0;
    const middle = (here + below) / 2;
    cuts.push({ at: i + 1, threshold: i + 1 === order.length ? 0 : middle > below ? middle : here });
  }
  return cuts;
}

/**
 * Profit curve of binary probabilities against 0/1 labels. Throws invalid-input when money is not finite or the
 * capacity is negative. Equal seeds give equal intervals.
 */
export function profitCurve(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  matrix: OutcomeMatrix,
  options: ProfitOptions,
): ProfitCurve {
  checkMoney(matrix);
  checkCapacity(options);
  const rowCount = labels.length;
  const { gain, idle } = moneyOf(labels, matrix, options);
  const { order, endsGroup } = descendingGroups(probabilities);
  const cuts = cutsOf(probabilities, order, endsGroup);
  const capacity = options.capacity ?? rowCount;
  const plain = evaluateCuts(cuts, order, gain, idle, null, capacity);
  const shown = shownCuts(cuts.length, plain.best);
  const resamples = options.resamples ?? defaultResamples(rowCount);
  const draw = createResampler(options.seed);
  const counts = new Float64Array(rowCount);
  const samples = shown.map(() => new Float64Array(resamples));
  const thresholds = new Float64Array(resamples);
  for (let r = 0; r < resamples; r++) {
    draw(counts);
    const resampled = evaluateCuts(cuts, order, gain, idle, counts, capacity);
    shown.forEach((cut, s) => {
      samples[s][r] = resampled.profits[cut];
    });
    thresholds[r] = cuts[resampled.best].threshold;
  }
  const level = options.level ?? 0.95;
  const points = shown.map((cut, s): ProfitPoint => {
    const interval = percentileInterval(samples[s], level);
    const profit = plain.profits[cut];
    return {
      threshold: cuts[cut].threshold,
      rows: cuts[cut].at,
      share: rowCount === 0 ? 0 : cuts[cut].at / rowCount,
      profit,
      low: Math.min(profit, interval.low),
      high: Math.max(profit, interval.high),
    };
  });
  const bestPoint = points[shown.indexOf(plain.best)];
  const thresholdInterval = percentileInterval(thresholds, level);
  let positives = 0;
  for (let i = 0; i < rowCount; i++) positives += labels[i] === 1 ? 1 : 0;
  return {
    rowCount,
    positives,
    points,
    best: {
      ...bestPoint,
      counts: outcomesAt(probabilities, labels, bestPoint.threshold),
      thresholdLow: thresholdInterval.low,
      thresholdHigh: thresholdInterval.high,
    },
    actOnAll: plain.profits[cuts.length - 1],
    actOnNone: plain.profits[0],
  };
}

function checkCapacity(options: ProfitOptions): void {
  if (options.capacity !== undefined && options.capacity !== null && !(options.capacity >= 0)) {
    throw invalidInput('capacity', `The capacity is ${options.capacity}.`, {
      hint: 'Give a number of rows, 0 or more.',
    });
  }
}

function evaluateCuts(
  cuts: readonly { at: number }[],
  order: Uint32Array,
  gain: Float64Array,
  idle: Float64Array,
  counts: Float64Array | null,
  capacity: number,
): { profits: Float64Array; best: number } {
  let total = 0;
  for (let i = 0; i < idle.length; i++) total += idle[i] * (counts === null ? 1 : counts[i]);
  const profits = new Float64Array(cuts.length);
  let best = 0;
  let acted = 0;
  let done = 0;
  for (let cut = 0; cut < cuts.length; cut++) {
    for (; done < cuts[cut].at; done++) {
      const row = order[done];
      const weight = counts === null ? 1 : counts[row];
      total += gain[row] * weight;
      acted += weight;
    }
    profits[cut] = total;
    if (acted <= capacity && total > profits[best]) best = cut;
  }
  return { profits, best };
}

/** At most 200 cuts with both ends and the best one. */
function shownCuts(cutCount: number, best: number): number[] {
  const shown = thin(cutCount, 199);
  if (!shown.includes(best)) shown.push(best);
  return shown.sort((a, b) => a - b);
}

/** Profit of one threshold with its interval, in total over the rows; for a threshold the user chose. */
export function profitAt(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  matrix: OutcomeMatrix,
  threshold: number,
  options: ProfitOptions,
): ProfitPoint & { readonly counts: OutcomeCounts } {
  checkMoney(matrix);
  const { gain, idle } = moneyOf(labels, matrix, options);
  const rowCount = labels.length;
  const money = idle.map((value, i) => value + (probabilities[i] >= threshold ? gain[i] : 0));
  const draw = createResampler(options.seed);
  const counts = new Float64Array(rowCount);
  const samples = Float64Array.from({ length: options.resamples ?? defaultResamples(rowCount) }, () => {
    draw(counts);
    let total = 0;
    for (let i = 0; i < rowCount; i++) total += money[i] * counts[i];
    return total;
  });
  const { low, high } = percentileInterval(samples, options.level ?? 0.95);
  const profit = money.reduce((total, value) => total + value, 0);
  const outcomes = outcomesAt(probabilities, labels, threshold);
  const rows = outcomes.truePositive + outcomes.falsePositive;
  return {
    threshold,
    rows,
    share: rowCount === 0 ? 0 : rows / rowCount,
    profit,
    low: Math.min(low, profit),
    high: Math.max(high, profit),
    counts: outcomes,
  };
}
