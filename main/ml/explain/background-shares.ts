/**
 * Shares of background rows that satisfy each set of conditions of a leaf. The rows' patterns on all paths of a tree are
 * found in one pass over its edges and counted at the leaves, so that what an explained row costs does not grow with the
 * background (Woodelf, Nadel & Wettenstein 2025). O(rows · nodes + leaves · d 2^d) a tree.
 */
import type { FeatureMatrix } from '../frame.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { nodeGoesLeft } from '../trees/predict.ts';
import type { ShareOf } from './group-table.ts';
import { sumOverSupersets } from './leaf-tables.ts';
import type { TreeShape } from './tree-shape.ts';

export function backgroundShares(ensemble: TreeEnsemble, shape: TreeShape, background: FeatureMatrix): ShareOf {
  const positions = shape.node.length;
  // Bit of an edge's feature among those its path has met.
  const bit = new Int32Array(positions);
  const counts: Float64Array[] = [];
  for (let i = 1; i < positions; i++) {
    bit[i] = shape.previous[i] === 0 ? 1 << shape.distinct[shape.parent[i]] : bit[shape.previous[i]];
    if (shape.right[i] === 0) counts[i] = new Float64Array(2 ** shape.distinct[i]);
  }
  const pattern = new Int32Array(positions);
  const row = 1 / background.rowCount;
  for (let r = 0; r < background.rowCount; r++) {
    for (let i = 0; i < positions; i++) {
      if (shape.right[i] === 0) {
        counts[i][pattern[i]] += row;
        continue;
      }
      const node = shape.node[i];
      const left = nodeGoesLeft(ensemble, node, background.columns[ensemble.feature[node]][r]);
      step(shape, i + 1, left, bit, pattern);
      step(shape, shape.right[i], !left, bit, pattern);
    }
  }
  for (let i = 1; i < positions; i++) if (shape.right[i] === 0) sumOverSupersets(counts[i], shape.distinct[i]);
  return (leaf) => counts[leaf];
}

function step(shape: TreeShape, edge: number, taken: boolean, bit: Int32Array, pattern: Int32Array): void {
  const above = pattern[shape.parent[edge]];
  if (shape.previous[edge] === 0) pattern[edge] = taken ? above | bit[edge] : above;
  else pattern[edge] = taken ? above : above & ~bit[edge];
}
