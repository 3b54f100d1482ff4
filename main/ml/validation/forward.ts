/**
 * Forward chaining: rows in time order are cut into `steps` + 1 blocks of about equal size that never part equal times;
 * step s trains on the blocks up to s and validates on the next. Never trained on: rows within `gap` before the block
 * that is validated (their outcome was not known yet), and rows within `embargo` after a block validated earlier (they
 * overlap with it). Rows without a time train only while neither has to be kept.
 */
import { dataProblem } from '../../base/errors.ts';
import { argsort } from '../stats/argsort.ts';
import type { Fold, Split } from './split.ts';

export type ForwardOptions = { readonly gap?: number; readonly embargo?: number };

/** Throws data-problem when there are too few distinct times or nothing is left to train on. */
export function forwardSplit(time: ArrayLike<number>, steps: number, options: ForwardOptions = {}): Split {
  const { gap = 0, embargo = 0 } = options;
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
  const validatedEnds: number[] = [];
  for (let step = 0; step + 2 < starts.length; step++) {
    const [from, to] = [starts[step + 1], starts[step + 2]];
    const validStart = time[order[from]];
    const valid = Int32Array.from(order.subarray(from, to)).sort();
    for (const row of valid) foldOf[row] = step;
    const embargoed = (at: number): boolean => validatedEnds.some((end) => at > end && at <= end + embargo);
    const earlier = order.subarray(0, from).filter((row) => time[row] < validStart - gap && !embargoed(time[row]));
    const undated = gap === 0 && embargo === 0 ? order.subarray(known) : order.subarray(0, 0);
    const train = new Int32Array(earlier.length + undated.length);
    train.set(earlier);
    train.set(undated, earlier.length);
    train.sort();
    if (train.length === 0) {
      throw dataProblem(
        'gap-too-long',
        `A gap of ${gap} leaves no rows to train on before validation block ${step + 1}.`,
        { hint: 'Shorten the gap or use fewer steps.' },
      );
    }
    validatedEnds.push(time[order[to - 1]]);
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
