/**
 * Deals rows into folds: groups stay whole, classes stay balanced. Groups are visited largest first (random among equal
 * sizes) and go to the fold that holds the least of the group's classes so far, then to the smallest fold. Without
 * groups this is the usual stratified k-fold; without classes, plain k-fold. A group of one class finds its fold in a heap
 * (fold-heap.ts), others look at every fold: O(rows + groups · log folds + mixed groups · folds · classes of a group).
 */
import { type Rng, shuffle } from '../../base/rng.ts';
import { createFoldHeap, type FoldHeap } from './fold-heap.ts';

/**
 * Fold index of every row. `strata` are small non-negative class indices (null: one class); `groups` are group indices
 * 0…g−1 whose rows must not part (null: every row alone).
 */
export function dealFolds(
  strata: ArrayLike<number> | null,
  groups: Int32Array | null,
  foldCount: number,
  rng: Rng,
  rowCount = strata?.length ?? groups?.length ?? 0,
): Int32Array {
  const folds = new Int32Array(rowCount);
  const stratumOf = (row: number): number => strata?.[row] ?? 0;
  let stratumCount = 1;
  for (let i = 0; i < rowCount; i++) stratumCount = Math.max(stratumCount, stratumOf(i) + 1);
  const members = groups === null ? null : membersOf(groups, rowCount);
  const order = shuffle(
    Int32Array.from({ length: members === null ? rowCount : members.starts.length - 1 }, (_, g) => g),
    rng,
  );
  const perFold = new Float64Array(foldCount);
  const perStratum = new Float64Array(foldCount * stratumCount);
  const heaps = new Array<FoldHeap | undefined>(stratumCount);
  const leastOf = (stratum: number): number => {
    heaps[stratum] ??= createFoldHeap(foldCount, (fold) => perStratum[fold * stratumCount + stratum], perFold);
    return heaps[stratum].least();
  };
  const place = (fold: number, stratum: number, rows: number): void => {
    perFold[fold] += rows;
    perStratum[fold * stratumCount + stratum] += rows;
  };
  if (members === null) {
    for (const row of order) {
      const stratum = stratumOf(row);
      folds[row] = leastOf(stratum);
      place(folds[row], stratum, 1);
    }
    return folds;
  }
  const counts = new Float64Array(stratumCount);
  const found: number[] = [];
  const leastOfAll = (): number => {
    let best = 0;
    let bestOwn = Number.POSITIVE_INFINITY;
    for (let fold = 0; fold < foldCount; fold++) {
      let own = 0;
      for (const stratum of found) own += counts[stratum] * perStratum[fold * stratumCount + stratum];
      if (own < bestOwn || (own === bestOwn && perFold[fold] < perFold[best])) {
        best = fold;
        bestOwn = own;
      }
    }
    return best;
  };
  const { starts, rows } = members;
  for (const group of largestFirst(order, starts)) {
    found.length = 0;
    for (let at = starts[group]; at < starts[group + 1]; at++) {
      const stratum = stratumOf(rows[at]);
      if (counts[stratum]++ === 0) found.push(stratum);
    }
    const best = found.length === 1 ? leastOf(found[0]) : leastOfAll();
    for (let at = starts[group]; at < starts[group + 1]; at++) folds[rows[at]] = best;
    for (const stratum of found) {
      place(best, stratum, counts[stratum]);
      counts[stratum] = 0;
    }
  }
  return folds;
}

/** The groups by falling size, in the given order among equals. */
function largestFirst(order: Int32Array, starts: Int32Array): Int32Array {
  const size = (group: number): number => starts[group + 1] - starts[group];
  const most = order.reduce((so, group) => Math.max(so, size(group)), 0);
  const next = new Int32Array(most + 2);
  for (const group of order) next[most - size(group) + 1]++;
  for (let rank = 0; rank <= most; rank++) next[rank + 1] += next[rank];
  const sorted = new Int32Array(order.length);
  for (const group of order) sorted[next[most - size(group)]++] = group;
  return sorted;
}

/** The rows of group g are rows[starts[g]…starts[g + 1]). */
function membersOf(groups: Int32Array, rowCount: number): { readonly starts: Int32Array; readonly rows: Int32Array } {
  let groupCount = 0;
  for (let i = 0; i < rowCount; i++) groupCount = Math.max(groupCount, groups[i] + 1);
  const starts = new Int32Array(groupCount + 1);
  for (let i = 0; i < rowCount; i++) starts[groups[i] + 1]++;
  for (let g = 0; g < groupCount; g++) starts[g + 1] += starts[g];
  const next = starts.slice();
  const rows = new Int32Array(rowCount);
  for (let i = 0; i < rowCount; i++) rows[next[groups[i]]++] = i;
  return { starts, rows };
}
