/** The best cuts of all listed features of a leaf in TypeScript: twin of scanShare in assembly/training/scan.ts. */
import { createCategoryScratch, scanCategory } from '../trees/category-split.ts';
import { createCandidate, type SplitContext } from '../trees/split.ts';
import { gradientUnit } from './histogram.ts';
import {
  type LeafScan,
  type ListLeaf,
  listKinds,
  listWidth,
  type ScanList,
  scanBits,
  scanOne,
  scanWidth,
} from './scan-features.ts';

const scratch = createCategoryScratch();
const found = createCandidate();

/** Scans the columns of a list for scores above the floor. */
export function scanFeatures(hist: Float64Array, { entries, count }: ScanList, { leaf, floor, out }: LeafScan): void {
  for (let j = 0; j < count; j++) {
    const offset = entries[listWidth * j];
    const missingBin = entries[listWidth * j + 1];
    const kind = entries[listWidth * j + 2];
    if (kind === listKinds.other) continue;
    if (kind === listKinds.numeric) {
      const to = hist[offset + missingBin] === 0 ? missingBin - 1 : missingBin;
      scanOne(hist, offset, missingBin, 0, to, leaf, floor, out, scanWidth * j);
    } else {
      scanListed(hist, offset, missingBin, kind, leaf, floor, out, scanWidth * j);
    }
  }
}

function scanListed(
  hist: Float64Array,
  offset: number,
  missingBin: number,
  kind: number,
  leaf: ListLeaf,
  floor: number,
  out: Float64Array,
  at: number,
): void {
  const context: SplitContext = {
    ...leaf,
    // What is tried one by one is known from the list
    oneHotMax: kind === listKinds.oneByOne ? missingBin : 0,
    low: Number.NEGATIVE_INFINITY,
    high: Number.POSITIVE_INFINITY,
  };
  found.feature = -1;
  found.score = floor;
  scanCategory(hist, offset, missingBin, 0, context, found, scratch, -1);
  out[at] = found.score;
  out[at + 1] = found.feature;
  out[at + 2] = found.missingLeft ? 1 : 0;
  out[at + 3] = found.leftGradient * gradientUnit + found.leftHessian;
  new Uint32Array(out.buffer, out.byteOffset + 8 * (at + scanBits), 8).set(found.members);
}
