import type { TreeEnsemble } from '../model-spec.ts';

/** One tree in preorder: position 0 is the root, a left child is the next position, an edge is named by where it ends. */
export type TreeShape = {
  /** Node of the ensemble. */
  readonly node: number[];
  readonly parent: number[];
  /** Right child, 0 in leaves. */
  readonly right: number[];
  /** Feature of the edge into the position. */
  readonly feature: number[];
  /** Nearest edge above on the same feature; 0 when there is none. */
  readonly previous: number[];
  readonly isLeft: number[];
  /** Share of the parent's training weight. */
  readonly share: number[];
  /** Share of the root's training weight. */
  readonly reach: number[];
  /** Product of the shares of the path's edges on the edge's feature. */
  readonly fraction: number[];
  /** Distinct features from the root. */
  readonly distinct: number[];
};

/** Preorder walk without recursion: an imported tree may be a chain of any depth. */
export function shapeOf(ensemble: TreeEnsemble, root: number): TreeShape {
  const shape: TreeShape = {
    node: [],
    parent: [],
    right: [],
    feature: [],
    previous: [],
    isLeft: [],
    share: [],
    reach: [],
    fraction: [],
    distinct: [],
  };
  const pending = [{ node: root, parent: -1, isLeft: 0, share: 1 }];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const { node, parent, isLeft, share } = next;
    const at = shape.node.length;
    const feature = parent < 0 ? -1 : ensemble.feature[shape.node[parent]];
    let previous = parent;
    while (previous > 0 && shape.feature[previous] !== feature) previous = shape.parent[previous];
    if (previous < 0) previous = 0;
    shape.node.push(node);
    shape.parent.push(parent);
    shape.right.push(0);
    if (parent >= 0 && isLeft === 0) shape.right[parent] = at;
    shape.feature.push(feature);
    shape.previous.push(previous);
    shape.isLeft.push(isLeft);
    shape.share.push(share);
    shape.reach.push(parent < 0 ? 1 : shape.reach[parent] * share);
    shape.fraction.push(parent < 0 ? 1 : shape.fraction[previous] * share);
    shape.distinct.push(parent < 0 ? 0 : shape.distinct[parent] + (previous === 0 ? 1 : 0));
    if (ensemble.feature[node] < 0) continue;
    const left = ensemble.left[node];
    const right = ensemble.right[node];
    const cover = ensemble.cover[left] + ensemble.cover[right];
    const leftShare = cover > 0 ? ensemble.cover[left] / cover : 0.5;
    pending.push({ node: right, parent: at, isLeft: 0, share: 1 - leftShare });
    pending.push({ node: left, parent: at, isLeft: 1, share: leftShare });
  }
  return shape;
}

/** Margins [output] expected over the training rows: base scores and cover-weighted means of the leaves. */
export function expectedMargins(ensemble: TreeEnsemble): Float64Array {
  const base = ensemble.baseScore.slice();
  for (const [tree, root] of ensemble.treeRoot.entries()) {
    const { node, right, reach } = shapeOf(ensemble, root);
    let mean = 0;
    for (let i = 0; i < node.length; i++) if (right[i] === 0) mean += ensemble.value[node[i]] * reach[i];
    base[ensemble.treeOutput[tree]] += mean;
  }
  return base;
}
