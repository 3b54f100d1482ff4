/** What each training row counts for while fitting: the user's column of weights times what balances the classes. */
import { dataProblem } from '../../base/errors.ts';
import type { Fold } from '../../ml/validation/split.ts';

/**
 * Both weights multiplied, scaled to a mean of 1, on shared memory; null where neither was asked for. Throws data-problem
 * `weights` where a fold's training rows, or a class (`classCount` 0: none), weigh nothing together.
 */
export function rowWeights(
  given: Float64Array | null,
  balanced: Float64Array | null,
  rows: {
    readonly column: string;
    readonly label: Float64Array;
    readonly classCount: number;
    readonly folds: readonly Fold[];
  },
): Float64Array | null {
  if (given === null) return balanced;
  const weights = new Float64Array(new SharedArrayBuffer(8 * given.length));
  let total = 0;
  for (let i = 0; i < given.length; i++) {
    weights[i] = given[i] * (balanced?.[i] ?? 1);
    total += weights[i];
  }
  const { column, label, classCount, folds } = rows;
  const refuse = (what: string): Error =>
    dataProblem('weights', `${what} no weight in "${column}", so nothing can be learned from them.`, {
      hint: 'Give rows that shall count a weight above zero.',
      details: { column },
    });
  if (!(total > 0)) throw refuse('All rows together have');
  for (const { train } of folds) {
    const seen = new Float64Array(Math.max(1, classCount));
    for (const row of train) seen[classCount === 0 ? 0 : label[row]] += weights[row];
    if (seen.some((sum) => !(sum > 0))) {
      throw refuse(
        classCount === 0 ? 'The training rows of a fold have' : 'The training rows of a class in a fold have',
      );
    }
  }
  const scale = weights.length / total;
  for (let i = 0; i < weights.length; i++) weights[i] *= scale;
  return weights;
}
