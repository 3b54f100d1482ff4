/**
 * Margins of a tree ensemble: few rows one by one, many by the WebAssembly kernel (score-fast.ts), or by its TypeScript twin
 * here, where rows go in blocks and within a block one tree after the other, so that a tree's nodes stay in the nearest
 * cache. Leaf values are added to the base score in tree order, in float64: the same bits on every way, and in training.
 */
import { invalidInput } from '../../base/errors.ts';
import type { FeatureMatrix } from '../frame.ts';
import { addWalked, planWalk } from '../kernels/walk.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { scoreFast } from './score-fast.ts';

const blockRows = 256;
/** From so many rows on the kernel repays its preparation. */
const manyRows = 64;

/** Margins [row][output] (row-major) of all rows; `out`, when given, must have rowCount × outputCount values. */
export function predictTrees(ensemble: TreeEnsemble, matrix: FeatureMatrix, out?: Float64Array): Float64Array {
  const size = matrix.rowCount * ensemble.outputCount;
  const margins = out ?? new Float64Array(size);
  if (margins.length !== size) {
    throw invalidInput('tree-predict', `Room for ${margins.length} margins, ${size} needed.`);
  }
  if (matrix.rowCount < manyRows || !scoreFast(ensemble, matrix, margins)) walkTrees(ensemble, matrix, margins);
  return margins;
}

/** The TypeScript twin of the scoring kernel: margins [row][output] of all rows into `margins`. */
export function walkTrees(ensemble: TreeEnsemble, matrix: FeatureMatrix, margins: Float64Array): void {
  const { rowCount } = matrix;
  const { outputCount } = ensemble;
  const featureCount = matrix.columns.length;
  const stride = 2 * featureCount;
  const block = new Float32Array(Math.min(blockRows, rowCount) * stride);
  const plan = rowCount < 4 ? null : planWalk(ensemble, featureCount);
  for (let start = 0; start < rowCount; start += blockRows) {
    const count = Math.min(blockRows, rowCount - start);
    for (let f = 0; f < featureCount; f++) loadColumn(matrix.columns[f], start, count, block, stride, f, featureCount);
    for (let i = 0; i < count * outputCount; i++) {
      margins[start * outputCount + i] = ensemble.baseScore[i % outputCount];
    }
    for (let t = 0; t < ensemble.treeRoot.length; t++) {
      const at = start * outputCount + ensemble.treeOutput[t];
      const root = ensemble.treeRoot[t];
      const walked = plan === null || plan.steps[t] < 0 ? 0 : count - (count % 4);
      if (plan !== null && walked > 0) {
        addWalked(plan, t, root, ensemble.value, block, stride, walked, margins, at, outputCount);
      }
      addTree(ensemble, root, block, stride, walked, count, margins, at, outputCount);
    }
  }
}

/** Margins of one row of float32 features into `out` (length outputCount). */
export function predictTreeRow(ensemble: TreeEnsemble, row: Float32Array, out: Float64Array): void {
  for (let k = 0; k < ensemble.outputCount; k++) out[k] = ensemble.baseScore[k];
  for (let t = 0; t < ensemble.treeRoot.length; t++) {
    out[ensemble.treeOutput[t]] += ensemble.value[leafOf(ensemble, ensemble.treeRoot[t], row, 0)];
  }
}

/** Leaf node that values[at + feature] reach from `root`. */
export function leafOf(ensemble: TreeEnsemble, root: number, values: Float32Array, at: number): number {
  const { feature, left, right } = ensemble;
  let node = root;
  for (let f = feature[node]; f >= 0; f = feature[node]) {
    node = nodeGoesLeft(ensemble, node, values[at + f]) ? left[node] : right[node];
  }
  return node;
}

/** Whether a feature value goes left at an inner node. */
export function nodeGoesLeft(ensemble: TreeEnsemble, node: number, x: number): boolean {
  if (Number.isNaN(x)) return ensemble.missingLeft[node] === 1;
  const offset = ensemble.categoryOffset[node];
  if (offset < 0) return x <= ensemble.threshold[node];
  const code = Math.trunc(x);
  if (!(code >= 0 && code < ensemble.categoryWords[node] * 32)) return false;
  return ((ensemble.categoryBits[offset + (code >>> 5)] >>> (code & 31)) & 1) === 1;
}

/** Each row holds its features twice, the second time with −∞ for missing; see kernels/walk.ts. */
function loadColumn(
  column: Float32Array,
  start: number,
  count: number,
  block: Float32Array,
  stride: number,
  f: number,
  featureCount: number,
): void {
  for (let i = 0, at = f; i < count; i++, at += stride) {
    const x = column[start + i];
    block[at] = x;
    block[at + featureCount] = Number.isNaN(x) ? Number.NEGATIVE_INFINITY : x;
  }
}

function addTree(
  ensemble: TreeEnsemble,
  root: number,
  block: Float32Array,
  stride: number,
  from: number,
  to: number,
  margins: Float64Array,
  first: number,
  step: number,
): void {
  const { value } = ensemble;
  for (let i = from; i < to; i++) margins[first + i * step] += value[leafOf(ensemble, root, block, i * stride)];
}
