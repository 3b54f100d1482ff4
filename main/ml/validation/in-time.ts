/**
 * Folds of random rows beside a forward plan. Forward steps say how good a model is on later rows, but the models of the
 * steps know only the rows before them. What ships is fitted on rows of all times; these folds hold out some of them, so
 * that boosting ends where rows it does not know stop getting better, instead of where the next block did.
 */
import type { Task } from '../model-spec.ts';
import type { ValidationPlan } from './plan.ts';
import { type Fold, splitRows } from './split.ts';

const parts = 5;

/** The folds of a forward plan's rows; rows of a group stay together. Null for other plans, and where rows cannot be parted. */
export function inTimeFolds(
  plan: ValidationPlan,
  input: { readonly task: Task; readonly label: ArrayLike<number>; readonly groups: Int32Array },
): readonly Fold[] | null {
  if (plan.scheme !== 'forward') return null;
  const random: ValidationPlan = {
    ...plan,
    scheme: input.task === 'regression' ? 'kfold' : 'stratified',
    foldCount: parts,
    repeats: 1,
  };
  const { folds } = splitRows(random, input);
  return folds.every(({ train, valid }) => train.length > 0 && valid.length > 0) ? folds : null;
}
