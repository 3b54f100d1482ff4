/**
 * A tree ensemble as one TreeEnsemble node (ai.onnx.ml, opset 5) over the double feature matrix: thresholds and leaf
 * values are float32 numbers carried as doubles, so comparisons are the float32 ones and the sums over thousands of trees
 * keep double precision (float32 sums would lose 1e-5 relative on targets in the hundred thousands).
 *
 * A category split becomes BRANCH_MEMBER over code + 1; the smaller of the left set and its complement within
 * 0 … levels is written, with the branches exchanged for the complement. Empty and full sets become comparisons with ∓∞.
 */
import { bug } from '../../base/errors.ts';
import type { FittedRecipe, TreeEnsemble } from '../model-spec.ts';
import { attribute, doubleTensor, type GraphBuilder, uint8Tensor, type Value } from './graph-builder.ts';

const branchLeq = 0;
const branchMember = 6;

/** Margins [N, outputCount] of an ensemble, base scores included. */
export function addTrees(graph: GraphBuilder, features: Value, trees: TreeEnsemble, recipe: FittedRecipe): Value {
  const base = graph.constant(doubleTensor(trees.baseScore, [1, trees.outputCount]));
  if (trees.treeRoot.length === 0) throw bug('an ensemble without trees is a constant member');
  const flat = flattenTrees(trees, recipe);
  const sum = graph.node('TreeEnsemble', [features], {
    domain: 'ai.onnx.ml',
    attributes: [
      attribute.int('aggregate_function', 1),
      attribute.ints('leaf_targetids', flat.leafTarget),
      attribute.tensor('leaf_weights', doubleTensor(flat.leafWeight, [flat.leafWeight.length])),
      ...(flat.members.length > 0
        ? [attribute.tensor('membership_values', doubleTensor(flat.members, [flat.members.length]))]
        : []),
      attribute.int('n_targets', trees.outputCount),
      attribute.ints('nodes_falseleafs', flat.falseLeaf),
      attribute.ints('nodes_falsenodeids', flat.falseId),
      attribute.ints('nodes_featureids', flat.feature),
      attribute.ints('nodes_missing_value_tracks_true', flat.missingTrue),
      attribute.tensor('nodes_modes', uint8Tensor(Uint8Array.from(flat.mode), [flat.mode.length])),
      attribute.tensor('nodes_splits', doubleTensor(flat.split, [flat.split.length])),
      attribute.ints('nodes_trueleafs', flat.trueLeaf),
      attribute.ints('nodes_truenodeids', flat.trueId),
      attribute.int('post_transform', 0),
      attribute.ints('tree_roots', flat.roots),
    ],
  });
  return graph.node('Add', [sum, base]);
}

type FlatTrees = {
  readonly roots: number[];
  readonly feature: number[];
  readonly split: number[];
  readonly mode: number[];
  readonly missingTrue: number[];
  readonly trueId: number[];
  readonly trueLeaf: number[];
  readonly falseId: number[];
  readonly falseLeaf: number[];
  readonly leafTarget: number[];
  readonly leafWeight: number[];
  readonly members: number[];
};

/** Node and leaf tables in pre-order; iterative, because trees may be deep. */
function flattenTrees(trees: TreeEnsemble, recipe: FittedRecipe): FlatTrees {
  const flat: FlatTrees = {
    roots: [],
    feature: [],
    split: [],
    mode: [],
    missingTrue: [],
    trueId: [],
    trueLeaf: [],
    falseId: [],
    falseLeaf: [],
    leafTarget: [],
    leafWeight: [],
    members: [],
  };
  const addLeaf = (node: number, target: number): number => {
    flat.leafTarget.push(target);
    return flat.leafWeight.push(trees.value[node]) - 1;
  };
  type Pending = { readonly node: number; readonly parent: number; readonly onTrue: boolean };
  for (let tree = 0; tree < trees.treeRoot.length; tree++) {
    const root = trees.treeRoot[tree];
    const target = trees.treeOutput[tree];
    flat.roots.push(flat.feature.length);
    if (trees.feature[root] < 0) {
      const leaf = addLeaf(root, target);
      pushNode(flat, 0, branchLeq, 0, 0);
      link(flat, flat.feature.length - 1, true, leaf, 1);
      link(flat, flat.feature.length - 1, false, leaf, 1);
      continue;
    }
    const stack: Pending[] = [{ node: root, parent: -1, onTrue: true }];
    for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
      const { node, parent, onTrue } = next;
      if (trees.feature[node] < 0) {
        link(flat, parent, onTrue, addLeaf(node, target), 1);
        continue;
      }
      const id = flat.feature.length;
      if (parent >= 0) link(flat, parent, onTrue, id, 0);
      const exchanged = pushSplit(flat, trees, node, recipe);
      const left = trees.left[node];
      const right = trees.right[node];
      stack.push({ node: exchanged ? left : right, parent: id, onTrue: false });
      stack.push({ node: exchanged ? right : left, parent: id, onTrue: true });
    }
  }
  return flat;
}

/** Adds the test of an inner node; true when its true branch leads right. */
function pushSplit(flat: FlatTrees, trees: TreeEnsemble, node: number, recipe: FittedRecipe): boolean {
  const feature = trees.feature[node];
  const missingLeft = trees.missingLeft[node] === 1;
  const spec = recipe.features[feature];
  if (trees.categoryOffset[node] < 0) {
    const shift = spec?.kind === 'category' ? 1 : 0;
    pushNode(flat, feature, branchLeq, trees.threshold[node] + shift, missingLeft ? 1 : 0);
    return false;
  }
  if (spec?.kind !== 'category') throw bug(`a category split tests feature ${feature}, which is no category`);
  const inside: number[] = [];
  const outside: number[] = [];
  for (let code = 0; code <= spec.levels.length; code++) (isMember(trees, node, code) ? inside : outside).push(code);
  if (inside.length === 0 || outside.length === 0) {
    pushNode(
      flat,
      feature,
      branchLeq,
      inside.length === 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      missingLeft ? 1 : 0,
    );
    return false;
  }
  const exchanged = outside.length < inside.length;
  pushNode(flat, feature, branchMember, 0, missingLeft !== exchanged ? 1 : 0);
  for (const code of exchanged ? outside : inside) flat.members.push(code + 1);
  flat.members.push(Number.NaN);
  return exchanged;
}

function isMember(trees: TreeEnsemble, node: number, code: number): boolean {
  const word = code >>> 5;
  if (word >= trees.categoryWords[node]) return false;
  return ((trees.categoryBits[trees.categoryOffset[node] + word] >>> (code & 31)) & 1) === 1;
}

function pushNode(flat: FlatTrees, feature: number, mode: number, split: number, missingTrue: number): void {
  flat.feature.push(feature);
  flat.mode.push(mode);
  flat.split.push(split);
  flat.missingTrue.push(missingTrue);
  flat.trueId.push(0);
  flat.trueLeaf.push(0);
  flat.falseId.push(0);
  flat.falseLeaf.push(0);
}

function link(flat: FlatTrees, parent: number, onTrue: boolean, id: number, isLeaf: number): void {
  (onTrue ? flat.trueId : flat.falseId)[parent] = id;
  (onTrue ? flat.trueLeaf : flat.falseLeaf)[parent] = isLeaf;
}
