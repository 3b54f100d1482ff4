/**
 * The score of a selected configuration without the optimism of having selected it: bootstrap bias corrected
 * cross-validation (Tsamardinos, Greasidou & Borboudakis, Machine Learning 2018, §3). Out-of-fold predictions of all
 * candidates are resampled by row; each resample selects its own winner, which is then scored on the rows that the
 * resample left out. The mean over resamples is the corrected score. Rows left out are 36.8 % of all, so the spread
 * of their scores is scaled by √0.368 to that of all rows before the interval is read.
 */
import { createResampler } from '../metrics/bootstrap.ts';
import type { Evaluator, Metric } from '../metrics/metric.ts';
import { percentileInterval } from '../stats/quantile.ts';

export type BiasCorrected = {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** The selected candidate's score on all rows: what is shown without correction. */
  readonly apparent: number;
  readonly candidates: number;
  readonly resamples: number;
};

export type CorrectionInput = {
  readonly metric: Metric;
  /** Row losses of each candidate: what winners are selected by. */
  readonly losses: readonly Float64Array[];
  /** Predictions of a candidate as the metric takes them; asked for winners only. */
  readonly predictions: (candidate: number) => Float64Array;
  readonly labels: Float64Array;
  readonly classCount: number;
  readonly seed: number;
  /** Resamples at most. */
  readonly resamples: number;
  /** True once time is over; never asked before 30 resamples. */
  readonly enough?: () => boolean;
};

const fewestResamples = 30;
const leftOutShare = Math.exp(-1);

/** Null where the metric is undefined on nearly every set of left-out rows, e.g. with a handful of rows. */
export function correctSelection(input: CorrectionInput): BiasCorrected | null {
  const { metric, losses, labels, classCount } = input;
  const rows = labels.length;
  const evaluators: (Evaluator | undefined)[] = losses.map(() => undefined);
  const evaluatorOf = (candidate: number): Evaluator => {
    const known = evaluators[candidate];
    if (known !== undefined) return known;
    const made = metric.prepare({ predictions: input.predictions(candidate), labels, classCount });
    evaluators[candidate] = made;
    return made;
  };
  const ones = new Float64Array(rows).fill(1);
  const apparent = evaluatorOf(winnerOf(losses, ones))(null);
  const draw = createResampler(input.seed);
  const counts = new Float64Array(rows);
  const leftOut = new Float64Array(rows);
  const scores: number[] = [];
  for (let b = 0; b < input.resamples; b++) {
    if (b >= fewestResamples && input.enough?.() === true) break;
    draw(counts);
    const winner = winnerOf(losses, counts);
    for (let i = 0; i < rows; i++) leftOut[i] = counts[i] === 0 ? 1 : 0;
    const score = evaluatorOf(winner)(leftOut);
    if (Number.isFinite(score)) scores.push(score);
  }
  if (!Number.isFinite(apparent) || scores.length < fewestResamples / 2) return null;
  const value = scores.reduce((sum, score) => sum + score, 0) / scores.length;
  const scale = Math.sqrt(leftOutShare);
  const { low, high } = percentileInterval(
    Float64Array.from(scores, (score) => value + (score - value) * scale),
    0.95,
  );
  return { value, low, high, apparent, candidates: losses.length, resamples: scores.length };
}

/** Candidate with the least weighted loss; the first of equals. */
function winnerOf(losses: readonly Float64Array[], weights: Float64Array): number {
  let best = 0;
  let least = Number.POSITIVE_INFINITY;
  for (let c = 0; c < losses.length; c++) {
    const loss = losses[c];
    let sum = 0;
    for (let i = 0; i < loss.length; i++) sum += weights[i] * loss[i];
    if (sum < least) [best, least] = [c, sum];
  }
  return best;
}
