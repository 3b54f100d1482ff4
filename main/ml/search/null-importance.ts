/**
 * Which columns carry more than chance (Altmann et al., "Permutation importance: a corrected feature importance measure",
 * Bioinformatics 2010): the gain a column brings against the true target is set beside what the same column brings
 * against shuffled targets. Its own null is the right yardstick, because columns of many levels or values find splits in
 * anything. Cost: 1 + runs small ensembles.
 */

/** Index of every column whose true gain is above the largest of its own null gains; all of them when none is. */
export function aboveNull(gain: ArrayLike<number>, nullGains: readonly ArrayLike<number>[]): number[] {
  const kept: number[] = [];
  for (let c = 0; c < gain.length; c++) {
    let most = 0;
    for (const nulls of nullGains) most = Math.max(most, nulls[c]);
    if (gain[c] > most) kept.push(c);
  }
  return kept.length === 0 ? Array.from({ length: gain.length }, (_, c) => c) : kept;
}
