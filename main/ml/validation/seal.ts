/**
 * The sealed holdout: rows that no fit, no selection and no calibration sees, so that one score is owed to nothing but the
 * finished model. Which rows are sealed depends on the data alone, not on the run's seed: every run on the same version and
 * target seals the same rows, and each look at them can be counted.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import type { Task } from '../model-spec.ts';
import { argsort } from '../stats/argsort.ts';
import { dealFolds } from './deal.ts';
import { strataOf } from './split.ts';

export type SealPlan = { readonly share: number; readonly reason: string };

/** From so many rows on, a sealed part costs the model nothing that could be measured. */
const sealFrom = 50_000;
const mostShare = 0.1;
/** Rows that measure an AUC or a share to about half a percent. */
const enoughRows = 10_000;
const fewestSealed = 20;

/** The share proposed for so many rows, or the one asked for (0: none); null seals nothing. */
export function planSeal(rowCount: number, asked: number | null): SealPlan | null {
  if (asked !== null) {
    if (asked === 0 || Math.floor(asked * rowCount) < fewestSealed) return null;
    return { share: asked, reason: `${percent(asked)} of the rows sealed, as asked for.` };
  }
  if (rowCount < sealFrom) return null;
  const share = Math.min(mostShare, enoughRows / rowCount);
  return {
    share,
    reason: `${percent(share)} of the rows sealed: with ${rowCount} rows the model loses nothing by it, and one score is left that no choice has touched.`,
  };
}

/** 1 for every sealed row. Groups stay whole, classes balanced; with times the latest rows are sealed. */
export function sealRows(
  plan: SealPlan,
  input: {
    readonly task: Task;
    readonly label: ArrayLike<number>;
    readonly groups: Int32Array | null;
    readonly time: ArrayLike<number> | null;
  },
): Uint8Array {
  const rowCount = input.label.length;
  const sealed = new Uint8Array(rowCount);
  if (input.time !== null) {
    const order = argsort(input.time);
    let known = order.length;
    while (known > 0 && Number.isNaN(input.time[order[known - 1]])) known--;
    let from = Math.round(known * (1 - plan.share));
    while (from < known && from > 0 && input.time[order[from]] === input.time[order[from - 1]]) from++;
    for (let i = from; i < known; i++) sealed[order[i]] = 1;
    return sealed;
  }
  const parts = Math.max(2, Math.round(1 / plan.share));
  const rng = createRng(deriveSeed(0, 'sealed'));
  const foldOf = dealFolds(strataOf(input.task, input.label), input.groups, parts, rng, rowCount);
  for (let i = 0; i < rowCount; i++) sealed[i] = foldOf[i] === 0 ? 1 : 0;
  return sealed;
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(2))} %`;
