/**
 * Tree ensembles as bytes. Little-endian, deterministic (equal ensembles give equal bytes), versioned:
 *
 *   "AUGT" · version u32 · outputs u32 · trees u32 · nodes u32 · category words u32
 *   baseScore f64[outputs] · cover f64[nodes] · treeRoot, treeOutput i32[trees]
 *   feature, left, right, categoryOffset, categoryWords i32[nodes] · threshold, value, gain f32[nodes]
 *   categoryBits u32[words] · missingLeft u8[nodes]
 *
 * Reading trusts nothing: the length must match the counts exactly before anything is allocated, then the structure
 * itself is checked.
 */
import { dataProblem, unsupported } from '../../base/errors.ts';
import type { TreeEnsemble } from '../model-spec.ts';
import { validateTrees } from './validate.ts';

export { validateTrees } from './validate.ts';

const magic = 0x54475541; // "AUGT"
const version = 1;
const headerBytes = 24;

const sizeOf = (outputs: number, trees: number, nodes: number, words: number): number =>
  headerBytes + 8 * outputs + 8 * trees + 41 * nodes + 4 * words;

/** The bytes of an ensemble; see the file's header for the layout. */
export function encodeTrees(ensemble: TreeEnsemble): Uint8Array {
  const counts = [
    ensemble.outputCount,
    ensemble.treeRoot.length,
    ensemble.feature.length,
    ensemble.categoryBits.length,
  ] as const;
  const bytes = new Uint8Array(sizeOf(...counts));
  const view = new DataView(bytes.buffer);
  let at = 0;
  const put32 = (values: ArrayLike<number>): void => {
    for (let i = 0; i < values.length; i++, at += 4) view.setInt32(at, values[i], true);
  };
  const putFloat = (values: Float32Array): void => {
    for (let i = 0; i < values.length; i++, at += 4) view.setFloat32(at, values[i], true);
  };
  const putDouble = (values: Float64Array): void => {
    for (let i = 0; i < values.length; i++, at += 8) view.setFloat64(at, values[i], true);
  };
  put32([magic, version, ...counts]);
  putDouble(ensemble.baseScore);
  putDouble(ensemble.cover);
  put32(ensemble.treeRoot);
  put32(ensemble.treeOutput);
  put32(ensemble.feature);
  put32(ensemble.left);
  put32(ensemble.right);
  put32(ensemble.categoryOffset);
  put32(ensemble.categoryWords);
  putFloat(ensemble.threshold);
  putFloat(ensemble.value);
  putFloat(ensemble.gain);
  put32(ensemble.categoryBits);
  bytes.set(ensemble.missingLeft, at);
  return bytes;
}

/**
 * Reads what `encodeTrees` wrote. Throws unsupported for another version and data-problem `tree-model` for anything
 * truncated, lengthened or inconsistent.
 */
export function decodeTrees(bytes: Uint8Array): TreeEnsemble {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < headerBytes || view.getUint32(0, true) !== magic) {
    throw damaged('it does not start like a tree model');
  }
  if (view.getUint32(4, true) !== version) {
    throw unsupported(
      'tree-model-version',
      `The tree model has format ${view.getUint32(4, true)}, known is ${version}.`,
      {
        hint: 'Open it with the version of Augury that wrote it, or a newer one.',
      },
    );
  }
  const outputs = view.getUint32(8, true);
  const trees = view.getUint32(12, true);
  const nodes = view.getUint32(16, true);
  const words = view.getUint32(20, true);
  const expected = sizeOf(outputs, trees, nodes, words);
  if (bytes.length !== expected) throw damaged(`it has ${bytes.length} bytes instead of ${expected}`);
  let at = headerBytes;
  const ints = (count: number): Int32Array => {
    const start = at;
    at += 4 * count;
    return Int32Array.from({ length: count }, (_, i) => view.getInt32(start + 4 * i, true));
  };
  const floats = (count: number): Float32Array => {
    const start = at;
    at += 4 * count;
    return Float32Array.from({ length: count }, (_, i) => view.getFloat32(start + 4 * i, true));
  };
  const doubles = (count: number): Float64Array => {
    const start = at;
    at += 8 * count;
    return Float64Array.from({ length: count }, (_, i) => view.getFloat64(start + 8 * i, true));
  };
  const baseScore = doubles(outputs);
  const cover = doubles(nodes);
  const treeRoot = ints(trees);
  const treeOutput = ints(trees);
  const feature = ints(nodes);
  const left = ints(nodes);
  const right = ints(nodes);
  const categoryOffset = ints(nodes);
  const categoryWords = ints(nodes);
  const threshold = floats(nodes);
  const value = floats(nodes);
  const gain = floats(nodes);
  const categoryBits = Uint32Array.from(ints(words));
  const missingLeft = bytes.slice(at, at + nodes);
  const ensemble: TreeEnsemble = {
    outputCount: outputs,
    baseScore,
    treeRoot,
    treeOutput,
    feature,
    threshold,
    left,
    right,
    missingLeft,
    categoryOffset,
    categoryWords,
    categoryBits,
    value,
    cover,
    gain,
  };
  validateTrees(ensemble);
  return ensemble;
}

const damaged = (what: string): Error =>
  dataProblem('tree-model', `The tree model is damaged: ${what}.`, { hint: 'Export the model again from its source.' });
