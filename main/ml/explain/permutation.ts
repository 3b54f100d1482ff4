/**
 * Permutation importance (Breiman 2001; Fisher, Rudin & Dominici 2019): how much the loss of labelled rows grows when one column
 * is shuffled among them. Losses add up over rows (log loss, squared error), so a row's growth is averaged over the
 * repeats and the interval is that of a mean over rows: it says how far other rows of the same kind would differ.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import type { Frame } from '../frame.ts';
import type { Task } from '../model-spec.ts';
import { pickCells } from './rows.ts';
import { mostRowsAtOnce, type ScoringSteps } from './steps.ts';

export type PermutationInput = {
  /** Labelled rows. */
  readonly rows: Frame;
  /** Class index, 0/1 or value by row. */
  readonly labels: Float64Array;
  readonly columns: readonly string[];
  readonly task: Task;
  readonly outputCount: number;
  readonly seed: number;
  readonly repeats: number;
};

export type PermutationResult = {
  /** Mean log loss, or mean squared error. */
  readonly loss: number;
  readonly rows: number;
  readonly repeats: number;
  /** By falling importance. */
  readonly columns: readonly {
    readonly column: string;
    /** Growth of the loss, with its 95 % interval over the rows. */
    readonly importance: number;
    readonly low: number;
    readonly high: number;
    /** Standard deviation over the repeats. */
    readonly spread: number;
  }[];
};

/** Importances of the named columns; scores are outputs, row-major rowCount × outputCount. */
export function* permutationImportance(input: PermutationInput): ScoringSteps<PermutationResult> {
  const { rows, columns, repeats } = input;
  const count = rows.rowCount;
  const identity = Int32Array.from({ length: count }, (_, i) => i);
  const usual = yield* rowLosses(input, -1, identity, 0);
  const loss = meanOf(usual);
  const found: PermutationResult['columns'][number][] = [];
  for (let at = 0; at < columns.length; at++) {
    const column = rows.columns.findIndex(({ name }) => name === columns[at]);
    const growth = new Float64Array(count);
    const means: number[] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const rng = createRng(deriveSeed(input.seed, `${columns[at]} ${repeat}`));
      const shuffled = shuffle(identity.slice(), rng);
      const losses = yield* rowLosses(input, column, shuffled, (at * repeats + repeat) / (columns.length * repeats));
      for (let i = 0; i < count; i++) growth[i] += (losses[i] - usual[i]) / repeats;
      means.push(meanOf(losses) - loss);
    }
    const importance = meanOf(growth);
    const error = deviation(growth, importance) / Math.sqrt(Math.max(1, count));
    found.push({
      column: columns[at],
      importance,
      low: importance - 1.959964 * error,
      high: importance + 1.959964 * error,
      spread: deviation(means, importance),
    });
  }
  const ranked = found.sort((a, b) => b.importance - a.importance || (a.column < b.column ? -1 : 1));
  return { loss, rows: count, repeats, columns: ranked };
}

function* rowLosses(
  input: PermutationInput,
  column: number,
  shuffled: Int32Array,
  fraction: number,
): ScoringSteps<Float64Array> {
  const { rows, labels, task, outputCount } = input;
  const out = new Float64Array(rows.rowCount);
  for (let from = 0; from < rows.rowCount; from += mostRowsAtOnce) {
    const to = Math.min(rows.rowCount, from + mostRowsAtOnce);
    const own = Int32Array.from({ length: to - from }, (_, i) => from + i);
    const cells = rows.columns.map((_, c) => (c === column ? shuffled.subarray(from, to) : own));
    const outputs = yield { frame: pickCells(rows, cells, own.length), fraction };
    for (let i = 0; i < own.length; i++) {
      const label = labels[from + i];
      if (task === 'regression') out[from + i] = (outputs[i] - label) ** 2;
      else {
        const p = task === 'binary' ? (label === 1 ? outputs[i] : 1 - outputs[i]) : outputs[i * outputCount + label];
        out[from + i] = -Math.log(Math.max(p, 1e-15));
      }
    }
  }
  return out;
}

const meanOf = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i];
  return values.length === 0 ? 0 : sum / values.length;
};

function deviation(values: ArrayLike<number>, mean: number): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] - mean) ** 2;
  return values.length < 2 ? 0 : Math.sqrt(sum / (values.length - 1));
}
