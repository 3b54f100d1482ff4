/**
 * Chooses the ridge penalty by inner cross-validation over a falling path of penalties. Within a fold the fits are warm
 * started; the expansion is planned on the fold's training rows alone. Ties within one standard error of the best mean
 * loss go to the stronger penalty only when `preferSimple` is set.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import type { LinearModel } from '../model-spec.ts';
import { softmaxInto, softplus } from '../stats/links.ts';
import { dealFolds } from '../validation/deal.ts';
import { fitLinear, fitPenalties, type LinearControl, type LinearInput } from './fit.ts';
import { predictLinear } from './predict.ts';

export type PathOptions = {
  readonly seed: number;
  /** Penalties to try; default nine from 1000 / rows down to 0.1 / rows, at most 1. */
  readonly l2?: readonly number[];
  /** l1 = ratio × l2 (default 0: ridge). */
  readonly l1Ratio?: number;
  readonly foldCount?: number;
  readonly maxIterations?: number;
  /** Choose the strongest penalty within one standard error of the best. */
  readonly preferSimple?: boolean;
};

export type PathPoint = { readonly l2: number; readonly loss: number; readonly standardError: number };

export type LinearPath = {
  readonly model: LinearModel;
  readonly l2: number;
  readonly l1: number;
  readonly points: readonly PathPoint[];
};

/** Default penalties for a row count, strongest first. */
export const defaultPenalties = (rowCount: number): number[] =>
  Array.from({ length: 9 }, (_, i) => Math.min(1, 10 ** (3 - i / 2) / Math.max(1, rowCount)));

/** Tries the penalties, chooses by mean validation loss and fits all rows with the winner. */
export function fitLinearPath(input: LinearInput, options: PathOptions, control: LinearControl): LinearPath {
  const rows = input.rows ?? Int32Array.from({ length: input.matrix.rowCount }, (_, i) => i);
  const penalties = [...new Set(options.l2 ?? defaultPenalties(rows.length))].sort((a, b) => b - a);
  const maxIterations = options.maxIterations ?? 100;
  const path = penalties.map((l2) => ({ l2, l1: l2 * (options.l1Ratio ?? 0), maxIterations }));
  const folds = options.foldCount ?? 5;
  const strata = input.task === 'regression' ? null : Int32Array.from(rows, (row) => input.label[row]);
  const rng = createRng(deriveSeed(options.seed, 'linear-path'));
  const foldOf = dealFolds(strata, null, folds, rng, rows.length);
  const losses = path.map(() => new Float64Array(rows.length));
  for (let fold = 0; fold < folds; fold++) {
    const train = rows.filter((_, i) => foldOf[i] !== fold);
    const inside = Array.from(rows.keys()).filter((i) => foldOf[i] === fold);
    if (inside.length === 0 || train.length === 0) continue;
    const valid = Int32Array.from(inside, (i) => rows[i]);
    const block = {
      rowCount: valid.length,
      columns: input.matrix.columns.map((column) => Float32Array.from(valid, (row) => column[row])),
    };
    fitPenalties({ ...input, rows: train }, path, control).forEach((model, p) => {
      const margins = predictLinear(model, block);
      inside.forEach((i, at) => {
        losses[p][i] = rowLoss(input, margins, at, input.label[rows[i]]);
      });
    });
  }
  const points = path.map(({ l2 }, p) => ({ l2, ...summary(losses[p], rows, input.weight) }));
  const best = choose(points, options.preferSimple ?? false);
  const params = path[best];
  return { model: fitLinear({ ...input, rows }, params, control), l2: params.l2, l1: params.l1, points };
}

function choose(points: readonly PathPoint[], preferSimple: boolean): number {
  let best = 0;
  for (let p = 1; p < points.length; p++) if (points[p].loss < points[best].loss) best = p;
  if (!preferSimple) return best;
  const limit = points[best].loss + points[best].standardError;
  return points.findIndex((point) => point.loss <= limit);
}

function rowLoss(input: LinearInput, margins: Float64Array, at: number, label: number): number {
  if (input.task === 'regression') return (margins[at] - label) ** 2;
  if (input.task === 'binary') return softplus(margins[at]) - label * margins[at];
  const out = margins.slice(at * input.outputCount, (at + 1) * input.outputCount);
  softmaxInto(out, 0, input.outputCount, out);
  return -Math.log(Math.max(out[label], 1e-300));
}

function summary(
  losses: Float64Array,
  rows: Int32Array,
  weight: ArrayLike<number> | null,
): { loss: number; standardError: number } {
  let mass = 0;
  let total = 0;
  for (let i = 0; i < losses.length; i++) {
    const w = weight === null ? 1 : weight[rows[i]];
    mass += w;
    total += w * losses[i];
  }
  const loss = total / mass;
  let squares = 0;
  for (let i = 0; i < losses.length; i++) {
    squares += ((weight === null ? 1 : weight[rows[i]]) * (losses[i] - loss)) ** 2;
  }
  return { loss, standardError: Math.sqrt(squares) / mass };
}
