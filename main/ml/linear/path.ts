/**
 * Chooses the ridge penalty by inner cross-validation over a falling path of penalties. Penalties are tried as strengths
 * l2 × rows, the precision of the normal prior they stand for, which does not depend on the number of rows: so long data
 * are judged on a seeded sample. Fits are warm started along the path, and the path ends when the loss has risen twice.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import type { LinearModel } from '../model-spec.ts';
import { softmaxInto, softplus } from '../stats/links.ts';
import { dealFolds } from '../validation/deal.ts';
import { fitLinear, fitPenalties, type LinearControl, type LinearInput, type LinearParams } from './fit.ts';
import { predictLinear } from './predict.ts';

export type PathOptions = {
  readonly seed: number;
  /** Strengths (l2 × rows) to try; default 1000, 100, 10, 1, 0.1. */
  readonly strengths?: readonly number[];
  /** l1 = ratio × l2 (default 0: ridge). */
  readonly l1Ratio?: number;
  /** Default 3. */
  readonly foldCount?: number;
  readonly maxIterations?: number;
  /** Rows judged at most; default 20 000, a quarter of it for several outputs. */
  readonly sampleRows?: number;
  /** Choose the strongest penalty within one standard error of the best. */
  readonly preferSimple?: boolean;
};

export type PathPoint = { readonly strength: number; readonly loss: number; readonly standardError: number };

export type LinearPath = {
  readonly model: LinearModel;
  /** Parameters the model was fitted with. */
  readonly params: LinearParams;
  readonly points: readonly PathPoint[];
};

/** Strengths tried unless the caller says otherwise. */
const defaultStrengths: readonly number[] = [1000, 100, 10, 1, 0.1];

/** Parameters of a strength for a number of training rows. */
export function paramsOfStrength(
  strength: number,
  rowCount: number,
  options: Pick<PathOptions, 'l1Ratio' | 'maxIterations'> = {},
): LinearParams {
  const l2 = strength / Math.max(1, rowCount);
  return { l2, l1: l2 * (options.l1Ratio ?? 0), maxIterations: options.maxIterations ?? 100, tolerance: 1e-5 };
}

/** Tries the strengths, chooses by mean validation loss and fits all rows with the winner. */
export function fitLinearPath(input: LinearInput, options: PathOptions, control: LinearControl): LinearPath {
  const rows = input.rows ?? Int32Array.from({ length: input.matrix.rowCount }, (_, i) => i);
  const strengths = [...new Set(options.strengths ?? defaultStrengths)].sort((a, b) => b - a);
  const points = strengths.length > 1 ? judge(input, rows, strengths, options, control) : [];
  const best = points.length > 0 ? points[choose(points, options.preferSimple ?? false)].strength : strengths[0];
  const params = paramsOfStrength(best, rows.length, options);
  return { model: fitLinear({ ...input, rows }, params, control), params, points };
}

/** Mean validation loss of each strength, strongest first, until it has risen twice in a row. */
function judge(
  input: LinearInput,
  rows: Int32Array,
  strengths: readonly number[],
  options: PathOptions,
  control: LinearControl,
): PathPoint[] {
  const rng = createRng(deriveSeed(options.seed, 'linear-path'));
  const most = options.sampleRows ?? (input.outputCount > 1 ? 5000 : 20_000);
  const sample = rows.length <= most ? rows : shuffle(rows.slice(), rng).slice(0, most).sort();
  const foldCount = Math.max(2, Math.min(options.foldCount ?? 3, sample.length));
  const strata = input.task === 'regression' ? null : Int32Array.from(sample, (row) => input.label[row]);
  const foldOf = dealFolds(strata, null, foldCount, rng, sample.length);
  const losses = strengths.map(() => new Float64Array(sample.length));
  for (let fold = 0; fold < foldCount; fold++) {
    const train = sample.filter((_, i) => foldOf[i] !== fold);
    const inside = Array.from(sample.keys()).filter((i) => foldOf[i] === fold);
    if (inside.length === 0 || train.length === 0) continue;
    const valid = Int32Array.from(inside, (i) => sample[i]);
    const block = {
      rowCount: valid.length,
      columns: input.matrix.columns.map((column) => Float32Array.from(valid, (row) => column[row])),
    };
    const path = strengths.map((strength) => ({
      ...paramsOfStrength(strength, train.length, options),
      tolerance: 1e-4,
    }));
    let previous = Number.POSITIVE_INFINITY;
    let rises = 0;
    fitPenalties({ ...input, rows: train }, path, control, (model, p) => {
      const margins = predictLinear(model, block);
      let total = 0;
      inside.forEach((i, at) => {
        losses[p][i] = rowLoss(input, margins, at, input.label[sample[i]]);
        total += losses[p][i];
      });
      rises = total > previous ? rises + 1 : 0;
      previous = total;
      if (rises < 2) return true;
      for (let rest = p + 1; rest < strengths.length; rest++) for (const i of inside) losses[rest][i] = Number.NaN;
      return false;
    });
  }
  return strengths
    .map((strength, p) => ({ strength, ...summary(losses[p], sample, input.weight) }))
    .filter((point) => Number.isFinite(point.loss));
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
