/**
 * Finds two numeric columns whose order is the target: the score of a match gives its result, a date of payment before
 * a due date gives "paid in time". Neither gives it away alone. Every pair is cut into smaller, equal and larger, and
 * the commonest class of each part must be nearly every row's. Cost: rows × columns² / 2 comparisons on a sample.
 */
import type { RawColumn } from '../frame.ts';

/** Share of rows whose class the order of the two columns must give. */
const orderLimit = 0.995;
/** A part with a smaller share of the rows says nothing about a class. */
const leastPart = 0.03;
const mostRows = 2000;
const mostColumns = 120;

/** The two columns and the share of rows whose class their order gives; null without such a pair. `rows` are in random order. */
export function orderLeak(
  columns: readonly RawColumn[],
  label: ArrayLike<number>,
  rows: Int32Array,
  classCount: number,
): { readonly columns: readonly [string, string]; readonly share: number } | null {
  const used = rows.subarray(0, mostRows);
  if (used.length < 50 || classCount < 2) return null;
  const target = Int32Array.from(used, (row) => label[row]);
  const numeric = columns.flatMap((column) =>
    column.type === 'string'
      ? []
      : [{ name: column.name, values: Float64Array.from(used, (row) => column.values[row]) }],
  );
  const looked = numeric.slice(0, mostColumns);
  let best: { columns: readonly [string, string]; share: number } | null = null;
  for (let a = 0; a < looked.length; a++) {
    for (let b = a + 1; b < looked.length; b++) {
      const share = shareGiven(looked[a].values, looked[b].values, target, classCount);
      if (share >= orderLimit && share > (best?.share ?? 0)) {
        best = { columns: [looked[a].name, looked[b].name], share };
      }
    }
  }
  return best;
}

/** Share of all rows that have the commonest class of their part; 0 where fewer than two parts of different classes are large. */
function shareGiven(a: Float64Array, b: Float64Array, target: Int32Array, classCount: number): number {
  const counts = new Int32Array(3 * classCount);
  for (let i = 0; i < target.length; i++) {
    const difference = a[i] - b[i];
    if (Number.isNaN(difference)) continue;
    counts[(Math.sign(difference) + 1) * classCount + target[i]]++;
  }
  let given = 0;
  const answers = new Set<number>();
  for (let part = 0; part < 3; part++) {
    let rows = 0;
    let most = 0;
    let answer = -1;
    for (let k = 0; k < classCount; k++) {
      const count = counts[part * classCount + k];
      rows += count;
      if (count > most) [most, answer] = [count, k];
    }
    given += most;
    if (rows >= leastPart * target.length) answers.add(answer);
  }
  return answers.size < 2 ? 0 : given / target.length;
}
