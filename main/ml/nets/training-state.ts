/** The state of a net in training on the host: flat vectors that take turns, the order of rows, masks, rates. */
import { createRng, deriveSeed, type Rng, shuffle } from '../../base/rng.ts';
import type { NetParams } from './params.ts';
import { beta1, beta2 } from './training-graph.ts';

/** Fewest steps of a pass, so that small tables are not judged after every other step. */
const fewestSteps = 24;
const fewestBatchRows = 8;

/** Rows of a batch: a power of two, at most those asked for and a quarter of all. */
export function batchRowsFor(rowCount: number, most: number): number {
  const wanted = Math.min(most, Math.max(fewestBatchRows, rowCount / 4));
  return 2 ** Math.floor(Math.log2(wanted));
}

/** Batches of row numbers: every row once in a random order, then all over again in another. */
export function createBatches(rows: Int32Array, batchRows: number, seed: number): { readonly next: () => Int32Array } {
  const rng = createRng(deriveSeed(seed, 'net-batches'));
  const order = rows.slice();
  const batch = new Int32Array(batchRows);
  let at = order.length;
  return {
    next: () => {
      for (let i = 0; i < batchRows; i++) {
        if (at === order.length) {
          shuffle(order, rng);
          at = 0;
        }
        batch[i] = order[at++];
      }
      return batch;
    },
  };
}

/** Steps between two judgements: one pass over the rows, or more where a pass is short. */
export const stepsPerPass = (rowCount: number, batchRows: number): number =>
  Math.max(fewestSteps, Math.ceil(rowCount / batchRows));

/**
 * Masks of dropout cut out of one long row of random ones at random places: values are 1 / (1 − share) or 0. Far cheaper
 * than drawing every mask, and masks of one step do not overlap with those of the next more than by chance.
 */
export function createMasks(
  share: number,
  longest: number,
  seed: number,
): { readonly cut: (size: number) => Float32Array } {
  const rng: Rng = createRng(deriveSeed(seed, 'net-dropout'));
  const reserve = Float32Array.from({ length: 2 * longest + 65_536 }, () => (rng.next() < share ? 0 : 1 / (1 - share)));
  return {
    cut: (size) => {
      const start = rng.int(reserve.length - size);
      return reserve.subarray(start, start + size);
    },
  };
}

const warmUpSteps = 20;

/** The `step` input of step t (from 1): rate, corrections of both moments, share of the new in the running mean. */
export function stepInput(params: NetParams, t: number, averaging: number, out: Float32Array): Float32Array {
  out[0] = params.learningRate * Math.min(1, t / warmUpSteps);
  out[1] = 1 / (1 - beta1 ** t);
  out[2] = 1 / (1 - beta2 ** t);
  out[3] = Math.max(averaging, 1 / (1 + t / 10));
  return out;
}
