/**
 * Trees of XGBoost. A row goes left when x < split condition in float32, which is x ≤ the float32 below it. Categories
 * listed with a node go right, every other one goes left, as do codes the model has never seen. Leaf values stand in the
 * split conditions of nodes without children; DART scales each tree.
 */
import { previousFloat32 } from '../onnx/float32-neighbours.ts';
import { codeSet, createEnsembleBuilder, type EnsembleBuilder, type ForeignNode } from './ensemble-builder.ts';
import { damagedFile, type ForeignFeature, type ForeignOptions, refusedFeature } from './foreign-model.ts';
import { countOf, field, fieldAt, findField, itemsOf, numberOf, numbersOf, type Place } from './json-reader.ts';
import { treeModel } from './xgboost-categories.ts';

export type XgboostTrees = {
  readonly builder: EnsembleBuilder;
  readonly treeCount: number;
  readonly hasLaterRounds: boolean;
  readonly notes: readonly string[];
};

export function readXgboostTrees(
  booster: Place,
  attributes: Place | null,
  features: readonly ForeignFeature[],
  groups: number,
  /** The output of a group's trees; −1 leaves them out. */
  outputOf: (group: number) => number,
  options: ForeignOptions,
): XgboostTrees {
  const model = treeModel(booster);
  const trees = itemsOf(field(model, 'trees'));
  const groupOf = numbersOf(field(model, 'tree_info'));
  if (groupOf.length !== trees.length)
    throw damagedFile('XGBoost', `${trees.length} trees and ${groupOf.length} groups`);
  const drops = findField(booster, 'weight_drop');
  const scales = drops === null ? null : numbersOf(drops);
  const best = attributes === null ? null : findField(attributes, 'best_iteration');
  const round = best === null ? null : numberOf(best);
  const bestEnd = round === null ? trees.length : treesUntil(model, round + 1, groups, trees.length);
  const end = options.iterations === 'all' ? trees.length : bestEnd;
  const builder = createEnsembleBuilder('XGBoost');
  for (let t = 0; t < end; t++) {
    const group = groupOf[t];
    if (!(group >= 0 && group < groups)) throw damagedFile('XGBoost', `tree ${t} belongs to group ${group}`);
    const output = outputOf(group);
    if (output < 0) continue;
    const mostNodes = itemsOf(field(trees[t], 'left_children')).length;
    builder.addTree(output, 0, treeReader(trees[t], features, scales?.[t] ?? 1), mostNodes);
  }
  const notes =
    bestEnd < trees.length
      ? [
          end < trees.length
            ? `The first ${end} of ${trees.length} trees are used: up to the best round that early stopping found.`
            : `All ${trees.length} trees are used, those after the best round too.`,
        ]
      : [];
  return { builder, treeCount: builder.treeCount(), hasLaterRounds: bestEnd < trees.length, notes };
}

/** Number of trees in the first `rounds` rounds. */
function treesUntil(model: Place, rounds: number, groups: number, most: number): number {
  const starts = findField(model, 'iteration_indptr');
  if (starts !== null) return Math.min(most, numbersOf(starts)[rounds] ?? most);
  const parallel = findField(field(model, 'gbtree_model_param'), 'num_parallel_tree');
  return Math.min(most, rounds * groups * Math.max(1, parallel === null ? 1 : numberOf(parallel)));
}

function treeReader(
  tree: Place,
  features: readonly ForeignFeature[],
  scale: number,
): (node: number) => ForeignNode<number> {
  const leafWidth = findField(field(tree, 'tree_param'), 'size_leaf_vector');
  if (leafWidth !== null && countOf(leafWidth) > 1) {
    throw refusedFeature(
      'XGBoost',
      'its leaves hold vectors (multi_output_tree)',
      'Train with multi_strategy one_output_per_tree.',
    );
  }
  const left = numbersOf(field(tree, 'left_children'));
  const count = left.length;
  const list = (key: string): number[] => {
    const values = numbersOf(field(tree, key));
    if (values.length !== count)
      throw damagedFile('XGBoost', `${tree.path}.${key} has ${values.length} of ${count} entries`);
    return values;
  };
  const right = list('right_children');
  const index = list('split_indices');
  const condition = list('split_conditions');
  const defaultLeft = list('default_left');
  const hessian = list('sum_hessian');
  const change = list('loss_changes');
  const types = findField(tree, 'split_type');
  const kinds = types === null ? null : numbersOf(types);
  const categories = categoriesByNode(tree);
  return (node) => {
    if (!(node >= 0 && node < count)) throw damagedFile('XGBoost', `${tree.path} points at node ${node} of ${count}`);
    if (left[node] < 0) return { leaf: Math.fround(scale * condition[node]), cover: Math.fround(hessian[node]) };
    const feature = index[node];
    const spec = features[feature];
    if (spec === undefined)
      throw damagedFile('XGBoost', `${tree.path} splits on feature ${feature} of ${features.length}`);
    const isCategory = kinds?.[node] === 1;
    if (isCategory !== (spec.kind === 'category')) {
      throw damagedFile('XGBoost', `${tree.path} splits “${spec.name}” in another way than its type says`);
    }
    const goRight = isCategory ? new Set(categories.get(node) ?? []) : null;
    return {
      feature,
      threshold: previousFloat32(condition[node]),
      leftCodes:
        goRight === null || spec.kind !== 'category'
          ? null
          : codeSet(spec.levels.length + 1, (code) => !goRight.has(code)),
      missingLeft: defaultLeft[node] === 1,
      left: left[node],
      right: right[node],
      gain: change[node],
    };
  };
}

function categoriesByNode(tree: Place): ReadonlyMap<number, readonly number[]> {
  const nodes = findField(tree, 'categories_nodes');
  if (nodes === null) return new Map();
  const codes = numbersOf(fieldAt(tree, 'categories'));
  const starts = numbersOf(fieldAt(tree, 'categories_segments'));
  const sizes = numbersOf(fieldAt(tree, 'categories_sizes'));
  return new Map(numbersOf(nodes).map((node, i) => [node, codes.slice(starts[i], starts[i] + sizes[i])]));
}
