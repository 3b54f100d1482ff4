import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FeatureMatrix } from '../../main/ml/frame.ts';
import type { TreeEnsemble } from '../../main/ml/model-spec.ts';

const featureCount = 28;

/** The ensemble that trees_peer.py wrote for so many leaves. */
export function readTrees(folder: string, leaves: number): TreeEnsemble {
  const bytes = readFileSync(join(folder, `trees-${leaves}.bin`));
  const { buffer } = new Uint8Array(bytes);
  let at = 0;
  const next = (): Int32Array => {
    const count = new Int32Array(buffer, at, 1)[0];
    const values = new Int32Array(buffer, at + 4, count);
    at += 4 + 4 * count;
    return values;
  };
  const treeRoot = next();
  const [feature, left, right, missing] = [next(), next(), next(), next()];
  const floats = (): Float32Array => {
    const values = new Float32Array(buffer, at, feature.length);
    at += 4 * feature.length;
    return values;
  };
  const [threshold, value, cover] = [floats(), floats(), floats()];
  return {
    outputCount: 1,
    baseScore: Float64Array.of(0),
    treeRoot,
    treeOutput: new Int32Array(treeRoot.length),
    feature,
    threshold,
    left,
    right,
    missingLeft: Uint8Array.from(missing),
    categoryOffset: new Int32Array(feature.length).fill(-1),
    categoryWords: new Int32Array(feature.length),
    categoryBits: new Uint32Array(0),
    value,
    cover: Float64Array.from(cover),
    gain: new Float32Array(feature.length),
  };
}

/** Rows [from, from + rows) of the table that trees_peer.py wrote, on shared memory. */
export function readColumns(folder: string): Float32Array[] {
  const bytes = readFileSync(join(folder, 'x.f32'));
  const shared = new Float32Array(new SharedArrayBuffer(bytes.length));
  new Uint8Array(shared.buffer).set(bytes);
  const rows = shared.length / featureCount;
  return Array.from({ length: featureCount }, (_, f) => shared.subarray(f * rows, (f + 1) * rows));
}

export const rowsOf = (columns: readonly Float32Array[], from: number, to: number): FeatureMatrix => ({
  rowCount: to - from,
  columns: columns.map((column) => column.subarray(from, to)),
});
