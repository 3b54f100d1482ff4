/**
 * One tree of a LightGBM text model. LightGBM compares doubles; features here are float32, so a threshold becomes the
 * largest float32 that is not above it: exact for every value that is a float32, and for others unless a value lies
 * between the threshold and the float32 next to it.
 *
 * decision_type: bit 0 a category split, bit 1 missing goes left, bits 2–3 what counts as missing (none, zero, NaN).
 */
import { previousFloat32 } from '../onnx/float32-neighbours.ts';
import { codeSet, type ForeignNode } from './ensemble-builder.ts';
import { damagedFile, type ForeignFeature, refusedFeature } from './foreign-model.ts';

/** LightGBM takes values this close to 0 for 0. */
const zeroBound = 1.0000000180025095e-35;

const missingZero = 1;
const missingNan = 2;

/** Reader of the nodes of a tree for the builder: key ≥ 0 is an inner node, ~key a leaf; 0 is the root. */
export function lightgbmTree(
  tree: number,
  values: ReadonlyMap<string, string>,
  features: readonly ForeignFeature[],
): (key: number) => ForeignNode<number> {
  const leafCount = Number(values.get('num_leaves'));
  if (!Number.isInteger(leafCount) || leafCount < 1)
    throw damagedFile('LightGBM', `tree ${tree} has no number of leaves`);
  if (values.get('is_linear') === '1') {
    throw refusedFeature('LightGBM', 'its leaves are linear models (linear_tree)', 'Train without linear_tree.');
  }
  const list = (key: string, count: number, optional = false): number[] => {
    const text = values.get(key) ?? '';
    if (text === '' && (optional || count === 0)) return [];
    const numbers = text.split(' ').map(Number);
    if (numbers.length !== count || numbers.some(Number.isNaN)) {
      throw damagedFile('LightGBM', `tree ${tree} has ${numbers.length} of ${count} entries of ${key}`);
    }
    return numbers;
  };
  const leafValue = list('leaf_value', leafCount);
  const leafRows = list('leaf_count', leafCount, true);
  const inner = leafCount - 1;
  const feature = list('split_feature', inner);
  const threshold = list('threshold', inner);
  const decision = list('decision_type', inner);
  const left = list('left_child', inner);
  const right = list('right_child', inner);
  const gain = list('split_gain', inner, true);
  const setCount = Number(values.get('num_cat') ?? 0);
  const starts = list('cat_boundaries', setCount === 0 ? 0 : setCount + 1);
  const words = list('cat_threshold', setCount === 0 ? 0 : (starts[setCount] ?? 0));
  return (key) => {
    if (key < 0 || inner === 0) {
      const leaf = inner === 0 ? 0 : ~key;
      if (leaf >= leafCount) throw damagedFile('LightGBM', `tree ${tree} points at leaf ${leaf} of ${leafCount}`);
      return { leaf: leafValue[leaf], cover: leafRows[leaf] ?? 0 };
    }
    if (key >= inner) throw damagedFile('LightGBM', `tree ${tree} points at node ${key} of ${inner}`);
    const spec = features[feature[key]];
    if (spec === undefined) throw damagedFile('LightGBM', `tree ${tree} splits on feature ${feature[key]}`);
    const common = { feature: feature[key], left: left[key], right: right[key], gain: gain[key] ?? 0 };
    if ((decision[key] & 1) === 1) {
      if (spec.kind !== 'category') throw damagedFile('LightGBM', `tree ${tree} splits “${spec.name}” by categories`);
      const set = threshold[key];
      const own = words.slice(starts[set], starts[set + 1]);
      const isLeft = (code: number): boolean => ((own[code >>> 5] ?? 0) >>> (code & 31)) % 2 === 1;
      const { length } = spec.levels;
      return { ...common, threshold: 0, leftCodes: codeSet(length, isLeft), missingLeft: false };
    }
    if (spec.kind === 'category') throw damagedFile('LightGBM', `tree ${tree} splits “${spec.name}” by a threshold`);
    const split = numericSplit(tree, spec.name, threshold[key], decision[key]);
    return { ...common, ...split, leftCodes: null };
  };
}

/** The float32 threshold and the way of missing values; refuses zeros that would have to leave their place in the order. */
function numericSplit(
  tree: number,
  name: string,
  threshold: number,
  decision: number,
): { readonly threshold: number; readonly missingLeft: boolean } {
  const defaultLeft = (decision & 2) === 2;
  const missing = (decision >>> 2) & 3;
  if (missing === missingNan) return { threshold: notAbove(threshold), missingLeft: defaultLeft };
  const zeroLeft = 0 <= threshold;
  // Without a rule for missing values LightGBM reads them as 0.
  if (missing !== missingZero || zeroLeft === defaultLeft)
    return { threshold: notAbove(threshold), missingLeft: zeroLeft };
  if (Math.abs(threshold) <= zeroBound) {
    // A split between the zeros and their neighbours: they may change sides as one.
    return {
      threshold: defaultLeft ? Math.fround(zeroBound) : previousFloat32(-Math.fround(zeroBound)),
      missingLeft: defaultLeft,
    };
  }
  throw refusedFeature(
    'LightGBM',
    `it was trained with zero_as_missing, and tree ${tree} sends the zeros of “${name}” to the other side of ${threshold}`,
    'Train without zero_as_missing, with missing values as empty cells.',
  );
}

/** The largest float32 ≤ value. */
function notAbove(value: number): number {
  const rounded = Math.fround(value);
  return rounded > value ? previousFloat32(rounded) : rounded;
}
