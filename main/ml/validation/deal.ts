/**
 * Deals rows into folds: groups stay whole, classes stay balanced. Groups are visited largest first (random among equal
 * sizes) and go to the fold that holds the least of the group's classes so far, then to the smallest fold. Without
 * groups this is the usual stratified k-fold; without classes, plain k-fold. O(groups × folds × classes of a group).
 */
import { type Rng, shuffle } from '../../base/rng.ts';

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
  const members = membersOf(groups, rowCount);
  const order = shuffle(
    Int32Array.from({ length: members.length }, (_, g) => g),
    rng,
  );
  const queue = Array.from(order);
  if (groups !== null) queue.sort((a, b) => members.size(b) - members.size(a));
  const perFold = new Float64Array(foldCount);
  const perStratum = new Float64Array(foldCount * stratumCount);
  for (const group of queue) {
    let best = 0;
    let bestOwn = Number.POSITIVE_INFINITY;
    for (let fold = 0; fold < foldCount; fold++) {
      let own = 0;
      members.each(group, (row) => {
        own += perStratum[fold * stratumCount + stratumOf(row)];
      });
      if (own < bestOwn || (own === bestOwn && perFold[fold] < perFold[best])) {
        best = fold;
        bestOwn = own;
      }
    }
    members.each(group, (row) => {
      folds[row] = best;
      perFold[best]++;
      perStratum[best * stratumCount + stratumOf(row)]++;
    });
  }
  return folds;
}

type Members = {
  readonly length: number;
  readonly size: (group: number) => number;
  readonly each: (group: number, visit: (row: number) => void) => void;
};

function membersOf(groups: Int32Array | null, rowCount: number): Members {
  if (groups === null) return { length: rowCount, size: () => 1, each: (group, visit) => visit(group) };
  let groupCount = 0;
  for (let i = 0; i < rowCount; i++) groupCount = Math.max(groupCount, groups[i] + 1);
  const starts = new Int32Array(groupCount + 1);
  for (let i = 0; i < rowCount; i++) starts[groups[i] + 1]++;
  for (let g = 0; g < groupCount; g++) starts[g + 1] += starts[g];
  const next = starts.slice();
  const rows = new Int32Array(rowCount);
  for (let i = 0; i < rowCount; i++) rows[next[groups[i]]++] = i;
  return {
    length: groupCount,
    size: (group) => starts[group + 1] - starts[group],
    each: (group, visit) => {
      for (let at = starts[group]; at < starts[group + 1]; at++) visit(rows[at]);
    },
  };
}
