/**
 * Carries out a validation plan. Every scheme returns for each row the fold that validates it (−1: never validated) and
 * the list of training and validation rows, ascending. Deterministic for the plan's seed.
 */
import { bug, dataProblem } from '../../base/errors.ts';
import { createRng, deriveSeed } from '../../base/rng.ts';
import type { Task } from '../model-spec.ts';
import { argsort } from '../stats/argsort.ts';
import { dealFolds } from './deal.ts';
import type { ValidationPlan } from './plan.ts';

export type Fold = { readonly train: Int32Array; readonly valid: Int32Array };

export type Split = { readonly foldOf: Int32Array; readonly folds: readonly Fold[] };

export type SplitInput = {
  readonly task: Task;
  /** 0/1, class index or numeric target of every row. */
  readonly label: ArrayLike<number>;
  /** Rows that must not part (exact duplicates, user groups): group index of every row, or null. */
  readonly groups?: Int32Array | null;
  /** Forward only: time of every row in any unit; rows without a time (NaN) are never validated. */
  readonly time?: ArrayLike<number> | null;
};

/** Splits the rows as planned. Throws data-problem when a forward plan finds too few distinct times. */
export function splitRows(plan: ValidationPlan, input: SplitInput): Split {
  if (plan.scheme === 'forward') {
    if (!input.time) throw bug('a forward plan needs times');
    return forwardSplit(input.time, plan.foldCount, plan.gap);
  }
  const rng = createRng(deriveSeed(plan.seed, 'validation'));
  const strata = plan.scheme === 'group' && input.task === 'regression' ? null : strataOf(input.task, input.label);
  const parts = plan.scheme === 'holdout' ? Math.round(1 / plan.holdoutShare) : plan.foldCount;
  const foldOf = dealFolds(strata, input.groups ?? null, parts, rng, input.label.length);
  if (plan.scheme === 'holdout') for (let i = 0; i < foldOf.length; i++) foldOf[i] = foldOf[i] === 0 ? 0 : -1;
  return { foldOf, folds: foldsOf(foldOf, plan.foldCount) };
}

/** Class indices, or ten equal-count bins of a numeric target. */
function strataOf(task: Task, label: ArrayLike<number>): Int32Array {
  if (task !== 'regression') return Int32Array.from(label);
  const order = argsort(label);
  const strata = new Int32Array(label.length);
  for (let i = 0; i < order.length; i++) strata[order[i]] = Math.floor((i * 10) / order.length);
  return strata;
}

/** Training and validation rows of every fold; rows of fold −1 always train. */
function foldsOf(foldOf: Int32Array, foldCount: number): Fold[] {
  const folds: Fold[] = [];
  for (let fold = 0; fold < foldCount; fold++) {
    let size = 0;
    for (let i = 0; i < foldOf.length; i++) if (foldOf[i] === fold) size++;
    const valid = new Int32Array(size);
    const train = new Int32Array(foldOf.length - size);
    for (let i = 0, v = 0, t = 0; i < foldOf.length; i++) {
      if (foldOf[i] === fold) valid[v++] = i;
      else train[t++] = i;
    }
    folds.push({ train, valid });
  }
  return folds;
}

/**
 * Forward chaining: rows in time order are cut into `steps` + 1 blocks of about equal size that never part equal times;
 * step s trains on the blocks up to s, except rows within `gap` before the block it validates, and validates on the next.
 * Rows without a time train only while no gap has to be kept.
 */
export function forwardSplit(time: ArrayLike<number>, steps: number, gap = 0): Split {
  const order = argsort(time);
  let known = order.length;
  while (known > 0 && Number.isNaN(time[order[known - 1]])) known--;
  const starts = blockStarts(time, order, known, steps + 1);
  if (starts.length < 3) {
    throw dataProblem('too-few-times', 'The time column has too few distinct values to validate forward.', {
      hint: 'Choose another time column or random folds.',
    });
  }
  const foldOf = new Int32Array(time.length).fill(-1);
  const folds: Fold[] = [];
  for (let step = 0; step + 2 < starts.length; step++) {
    const [from, to] = [starts[step + 1], starts[step + 2]];
    const validStart = time[order[from]];
    const valid = Int32Array.from(order.subarray(from, to)).sort();
    for (const row of valid) foldOf[row] = step;
    const earlier = order.subarray(0, from).filter((row) => time[row] < validStart - gap);
    const undated = gap === 0 ? order.subarray(known) : order.subarray(0, 0);
    const train = new Int32Array(earlier.length + undated.length);
    train.set(earlier);
    train.set(undated, earlier.length);
    train.sort();
    if (train.length === 0) {
      throw dataProblem(
        'gap-too-long',
        `A gap of ${gap} leaves no rows to train on before validation block ${step + 1}.`,
        {
          hint: 'Shorten the gap or use fewer steps.',
        },
      );
    }
    folds.push({ train, valid });
  }
  return { foldOf, folds };
}

/** Positions where blocks start, then `known`; equal times stay together, so there can be fewer blocks than asked. */
function blockStarts(time: ArrayLike<number>, order: Uint32Array, known: number, blocks: number): number[] {
  const starts = [0];
  for (let b = 1; b < blocks; b++) {
    let at = Math.round((b * known) / blocks);
    while (at < known && at > 0 && time[order[at]] === time[order[at - 1]]) at++;
    if (at > starts[starts.length - 1] && at < known) starts.push(at);
  }
  if (known > 0) starts.push(known);
  return starts;
}
