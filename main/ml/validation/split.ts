/**
 * Carries out a validation plan. Every scheme returns for each row the fold that validates it (−1: never validated; of
 * repeated folds the first deal) and the list of training and validation rows, ascending. Deterministic for the plan's
 * seed. Rows of one group never stand on both sides of a fold: folds are dealt by group, and where a time or a column of
 * the user decides, training rows of a validated group are left out.
 */
import { bug } from '../../base/errors.ts';
import { createRng, deriveSeed } from '../../base/rng.ts';
import type { Task } from '../model-spec.ts';
import { argsort } from '../stats/argsort.ts';
import { dealFolds } from './deal.ts';
import { forwardSplit } from './forward.ts';
import type { ValidationPlan } from './plan.ts';

export type Fold = { readonly train: Int32Array; readonly valid: Int32Array };

export type Split = { readonly foldOf: Int32Array; readonly folds: readonly Fold[] };

export type SplitInput = {
  readonly task: Task;
  /** 0/1, class index or numeric target of every row. */
  readonly label: ArrayLike<number>;
  /** Rows that must not part (exact duplicates, user groups): group index of every row, or null. */
  readonly groups?: Int32Array | null;
  /** Forward only: groups that must not stand on both sides of a step; equal rows of different times may. */
  readonly apart?: Int32Array | null;
  /** Forward only: time of every row in any unit; rows without a time (NaN) are never validated. */
  readonly time?: ArrayLike<number> | null;
  /** Split only: fold of every row as the user's column says, −1 trains in every fold. */
  readonly assigned?: Int32Array | null;
};

/** Splits the rows as planned. Throws data-problem when a forward plan finds too few distinct times. */
export function splitRows(plan: ValidationPlan, input: SplitInput): Split {
  if (plan.scheme === 'forward') {
    if (!input.time) throw bug('a forward plan needs times');
    return keepApart(forwardSplit(input.time, plan.foldCount, plan), input.apart ?? null);
  }
  if (plan.scheme === 'split') {
    if (!input.assigned) throw bug('a split plan needs the folds of its column');
    const foldOf = input.assigned;
    const folds = foldsOf(foldOf, foldOf.reduce((most, fold) => Math.max(most, fold), -1) + 1);
    return keepApart({ foldOf, folds }, input.groups ?? null);
  }
  const plain = input.task === 'regression' ? plan.scheme === 'group' : plan.scheme === 'kfold';
  const strata = plain ? null : strataOf(input.task, input.label);
  const parts = plan.scheme === 'holdout' ? Math.round(1 / plan.holdoutShare) : plan.foldCount;
  const deals = Array.from({ length: plan.repeats }, (_, repeat) => {
    const name = repeat === 0 ? 'validation' : `validation-${repeat}`;
    return dealFolds(strata, input.groups ?? null, parts, createRng(deriveSeed(plan.seed, name)), input.label.length);
  });
  if (plan.scheme === 'holdout') {
    for (const foldOf of deals) for (let i = 0; i < foldOf.length; i++) foldOf[i] = foldOf[i] === 0 ? 0 : -1;
  }
  return { foldOf: deals[0], folds: deals.flatMap((foldOf) => foldsOf(foldOf, plan.foldCount)) };
}

/** Class indices, or ten equal-count bins of a numeric target. */
export function strataOf(task: Task, label: ArrayLike<number>): Int32Array {
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

/** Leaves out of each fold's training the rows whose group it validates. */
function keepApart(split: Split, groups: Int32Array | null): Split {
  if (groups === null) return split;
  const folds = split.folds.map(({ train, valid }) => {
    const validated = new Set<number>();
    for (const row of valid) validated.add(groups[row]);
    return { train: train.filter((row) => !validated.has(groups[row])), valid };
  });
  return { foldOf: split.foldOf, folds };
}
