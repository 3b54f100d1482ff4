/**
 * Contributions of one leaf for every pattern of conditions that a row may satisfy on its path.
 *
 * A leaf of value v whose path meets the features N, |N| = d, takes part in the game v(S) = v · [S ⊆ o] · W(N∖S): features of
 * S are as in the explained row, which satisfies the set o; W(U) is the share of the reference that satisfies all of U.
 * Path-dependent SHAP (Lundberg, Erion & Lee 2018) has W(U) = Π cover shares; interventional SHAP has the share of background
 * rows, whose patterns are counted once, after Woodelf (Nadel & Wettenstein 2025). With ω(s) = s! (d−s−1)! / d! and sums over
 * subsets of o (zeta transforms, d · 2^(d−1) additions each)
 *
 *   H(o) = Σ_{T⊆o} ω(|T|) W(N∖T),   K(o) = Σ_{∅≠T⊆o} ω(|T|−1) W(N∖T):
 *   φ_i(o) = −v H(o) for i ∉ o,   v (K(o) − K(o∖i) − H(o∖i)) for i ∈ o.
 *
 * Interaction values (half of a pair's effect in each triangle, as in Lundberg et al.) follow in the same way from
 * ω₂(s) = s! (d−s−2)! / (2 (d−1)!) and Z_k(o) = Σ_{T⊆o} ω₂(|T|−k) W(N∖T), k = 0, 1, 2. O(d 2^d) and O(d² 2^d) a leaf.
 */

/** Entries of a leaf's table: a contribution each feature, then, with pairs, the pairs (0,1), (0,2), (1,2), (0,3), … */
export const leafEntries = (d: number, pairs: boolean): number => (pairs ? (d * (d + 1)) / 2 : d);

/** Place of pair i < j among a leaf's entries. */
export const pairEntry = (d: number, i: number, j: number): number => d + (j * (j - 1)) / 2 + i;

/** Buffers for leaves of up to `d` features. */
export function createLeafScratch(d: number): { readonly sums: readonly Float64Array[]; readonly size: Uint8Array } {
  const size = new Uint8Array(1 << d);
  for (let set = 1; set < size.length; set++) size[set] = size[set >> 1] + (set & 1);
  return { sums: Array.from({ length: 5 }, () => new Float64Array(1 << d)), size };
}

export type LeafScratch = ReturnType<typeof createLeafScratch>;

/** Fills table[pattern · entries + entry]; `share` is W by set of features, 2^d long. */
export function fillLeafTable(
  d: number,
  value: number,
  share: Float64Array,
  pairs: boolean,
  table: Float64Array,
  { sums, size }: LeafScratch,
): void {
  const count = 1 << d;
  const entries = leafEntries(d, pairs);
  const one = shapleyWeights(d);
  const [h, k, z0, z1, z2] = sums;
  for (let set = 0; set < count; set++) {
    const absent = value * share[count - 1 - set];
    h[set] = size[set] < d ? one[size[set]] * absent : 0;
    k[set] = size[set] > 0 ? one[size[set] - 1] * absent : 0;
  }
  sumOverSubsets(h, d);
  sumOverSubsets(k, d);
  for (let held = 0, at = 0; held < count; held++, at += entries) {
    for (let i = 0; i < d; i++) {
      const rest = held & ~(1 << i);
      table[at + i] = rest === held ? -h[held] : k[held] - k[rest] - h[rest];
    }
  }
  if (!pairs || d < 2) return;
  const two = pairWeights(d);
  for (let set = 0; set < count; set++) {
    const absent = value * share[count - 1 - set];
    const s = size[set];
    z0[set] = s <= d - 2 ? two[s] * absent : 0;
    z1[set] = s >= 1 && s <= d - 1 ? two[s - 1] * absent : 0;
    z2[set] = s >= 2 ? two[s - 2] * absent : 0;
  }
  sumOverSubsets(z0, d);
  sumOverSubsets(z1, d);
  sumOverSubsets(z2, d);
  for (let held = 0, at = 0; held < count; held++, at += entries) {
    for (let j = 1; j < d; j++) {
      for (let i = 0; i < j; i++) table[at + pairEntry(d, i, j)] = pairValue(held, 1 << i, 1 << j, z0, z1, z2);
    }
  }
}

function pairValue(held: number, i: number, j: number, z0: Float64Array, z1: Float64Array, z2: Float64Array): number {
  const noI = held & ~i;
  const noJ = held & ~j;
  const neither = noI & ~j;
  const without = z0[neither];
  if (noI === held && noJ === held) return without;
  if (noJ === held) return without - (z1[held] - z1[noI]);
  if (noI === held) return without - (z1[held] - z1[noJ]);
  const both = z2[held] - z2[noI] - z2[noJ] + z2[neither];
  return both - (z1[noJ] - z1[neither]) - (z1[noI] - z1[neither]) + without;
}

/** values[o] becomes Σ_{T⊆o} values[T]. */
function sumOverSubsets(values: Float64Array, d: number): void {
  const count = 1 << d;
  for (let bit = 1; bit < count; bit <<= 1) {
    for (let block = bit; block < count; block += 2 * bit) {
      for (let set = block; set < block + bit; set++) values[set] += values[set - bit];
    }
  }
}

/** values[U] becomes Σ_{z⊇U} values[z]. */
export function sumOverSupersets(values: Float64Array, d: number): void {
  const count = 1 << d;
  for (let bit = 1; bit < count; bit <<= 1) {
    for (let block = 0; block < count; block += 2 * bit) {
      for (let set = block; set < block + bit; set++) values[set] += values[set + bit];
    }
  }
}

/** s! (d−s−1)! / d! for s = 0 … d−1. */
export function shapleyWeights(d: number): Float64Array {
  const weights = new Float64Array(d);
  let choose = 1;
  for (let s = 0; s < d; s++) {
    weights[s] = 1 / (d * choose);
    choose = (choose * (d - 1 - s)) / (s + 1);
  }
  return weights;
}

/** s! (d−s−2)! / (2 (d−1)!) for s = 0 … d−2. */
export const pairWeights = (d: number): Float64Array => shapleyWeights(d - 1).map((weight) => weight / 2);
