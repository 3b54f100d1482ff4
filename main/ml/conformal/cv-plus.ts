/**
 * CV+ (Barber, Candès, Ramdas & Tibshirani, "Predictive inference with the jackknife+", Annals of Statistics 2021, section 3):
 * the ends of an interval are order statistics over all calibration rows j of m₋ₖ₍ⱼ₎(x) ± sⱼ · unit(x), where m₋ₖ is the model
 * of the fold k that row j was held out from. With one width for all rows such an interval at level L holds at least 2L − 1 of
 * new exchangeable rows, whatever the learner, and about L where the fold models agree; the adaptive shapes, which all folds
 * share, have the second property only. An end is found by bisection over the folds' score tables: K · log(rows) a step.
 */
import type { FeatureMatrix } from '../frame.ts';
import type { Member, Response, TreeEnsemble } from '../model-spec.ts';
import { predictMargins } from '../predict.ts';
import { applyResponse } from '../response.ts';
import type { FoldModels } from './interval-model.ts';
import { countWithin, type ScoreTable, scoreBound } from './score-table.ts';
import type { ShapeParts } from './shapes.ts';

/** The model whose fold models are meant: its members, and how predictions follow from margins. */
export type FoldHost = { readonly members: readonly Member[]; readonly response?: Response };

/** Predictions of every fold's model, fold by fold. A regression of one output. */
export function foldOutputs(
  host: FoldHost,
  { folds }: Pick<FoldModels<TreeEnsemble>, 'folds'>,
  matrix: FeatureMatrix,
): Float64Array[] {
  const shared = host.members.filter(({ kind }) => kind === 'constant');
  return folds.map(({ trees, members }) => {
    const own = members.map((at): Member => ({ ...host.members[at], weight: folds.length * host.members[at].weight }));
    const parts: Member[] = trees === null ? own : [{ kind: 'trees', weight: 1, trees }, ...own];
    const margins = predictMargins({ outputCount: 1, members: [...parts, ...shared] }, matrix);
    return applyResponse(host.response, margins);
  });
}

const steps = 60;
/** Width of the bracket, as a share of its ends, at which an end is known well enough. */
const closeEnough = 1e-9;

/**
 * Ends of the interval of one row from the parts of its folds (parallel to `tables`): its upper end when `sign` is 1, minus its
 * lower end when it is −1. `rank` of all rows' values stay within it.
 */
function endOf(
  parts: readonly ShapeParts[],
  tables: readonly ScoreTable[],
  row: number,
  rank: number,
  sign: 1 | -1,
): number {
  const from = (k: number): number => (sign === 1 ? parts[k].high[row] : -parts[k].low[row]);
  let below = Number.POSITIVE_INFINITY;
  let above = Number.NEGATIVE_INFINITY;
  const total = tables.reduce((sum, table) => sum + table.count, 0);
  const bounds = tables.map((table) => scoreBound(table, rank / (total + 1)));
  const bounded = bounds.every((bound) => Number.isFinite(bound));
  tables.forEach((table, k) => {
    const reach = parts[k].unit[row];
    below = Math.min(below, from(k) + reach * table.values[0]);
    // Where every fold keeps its own bound, enough rows are within; else the largest scores are sure to do
    above = Math.max(above, from(k) + reach * (bounded ? bounds[k] : (table.values.at(-1) ?? 0)));
  });
  for (let step = 0; step < steps && above - below > closeEnough * (Math.abs(above) + Math.abs(below)); step++) {
    const middle = (below + above) / 2;
    let within = 0;
    tables.forEach((table, k) => {
      within += countWithin(table, (middle - from(k)) / parts[k].unit[row]);
    });
    if (within >= rank) above = middle;
    else below = middle;
  }
  return above;
}

/** Low and high ends of all rows at `level`; ±∞ where the rows are too few for it. */
export function plusEnds(
  parts: readonly ShapeParts[],
  tables: readonly ScoreTable[],
  rowCount: number,
  level: number,
): { readonly low: Float64Array; readonly high: Float64Array } {
  const total = tables.reduce((sum, table) => sum + table.count, 0);
  const rank = Math.max(1, Math.ceil((total + 1) * level - 1e-9));
  const low = new Float64Array(rowCount).fill(Number.NEGATIVE_INFINITY);
  const high = new Float64Array(rowCount).fill(Number.POSITIVE_INFINITY);
  if (rank > total) return { low, high };
  for (let row = 0; row < rowCount; row++) {
    low[row] = -endOf(parts, tables, row, rank, -1);
    high[row] = endOf(parts, tables, row, rank, 1);
  }
  return { low, high };
}
