/** Small data sets and shortcuts for tests of the tree learner. */
import { createRng } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import type { FeatureMatrix } from '../../main/ml/frame.ts';
import type { Task, TreeEnsemble } from '../../main/ml/model-spec.ts';
import { applyBins, buildBins, type FeatureKind } from '../../main/ml/trees/bins.ts';
import { resolveTreeParams, type TreeParams } from '../../main/ml/trees/params.ts';
import { type TrainControl, type TrainInput, type TrainResult, trainTrees } from '../../main/ml/trees/train.ts';

export type TreeData = {
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  readonly label: Float64Array;
};

export const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

export const matrixOf = (columns: readonly (readonly number[])[]): FeatureMatrix => ({
  rowCount: columns[0].length,
  columns: columns.map((column) => Float32Array.from(column)),
});

/** Four numeric features (one with missing rows, one noise) and a 12-level category; the label follows the task. */
export function mixedData(task: Task, rowCount: number, seed: number): TreeData {
  const rng = createRng(seed);
  const columns: number[][] = [[], [], [], [], []];
  const label = new Float64Array(rowCount);
  for (let i = 0; i < rowCount; i++) {
    const a = rng.normal();
    const b = rng.normal();
    const c = rng.int(5);
    const level = rng.int(12);
    const gone = rng.next() < 0.2;
    columns[0].push(a);
    columns[1].push(gone ? Number.NaN : b);
    columns[2].push(c);
    columns[3].push(rng.normal());
    columns[4].push(level);
    const score = 1.2 * a - (gone ? 1 : b) + 0.4 * c * Math.sign(a) + [0, 1.5, -1.5][level % 3] + 0.5 * rng.normal();
    if (task === 'regression') label[i] = 1000 + 200 * score;
    else if (task === 'binary') label[i] = score > 0.3 ? 1 : 0;
    else label[i] = score < -0.7 ? 0 : score < 1 ? 1 : 2;
  }
  const kinds: FeatureKind[] = ['numeric', 'numeric', 'numeric', 'numeric', 'category'];
  return { matrix: matrixOf(columns), kinds, label };
}

export type TrainOptions = Partial<Omit<TrainInput, 'mapper' | 'binned'>> & {
  readonly params?: Partial<TreeParams>;
  readonly control?: Partial<TrainControl>;
  readonly task: Task;
};

/** Bins and trains; all rows train unless told otherwise. */
export function train(data: TreeData, options: TrainOptions): TrainResult {
  const { params = {}, control = {}, task, ...rest } = options;
  const resolved = resolveTreeParams({ rounds: 30, ...params });
  const trainRows = rest.trainRows ?? allRows(data.matrix.rowCount);
  const mapper = buildBins(data.matrix, data.kinds, trainRows, { maxBins: resolved.maxBins });
  return trainTrees(
    {
      binned: applyBins(mapper, data.matrix),
      mapper,
      kinds: data.kinds,
      label: data.label,
      weight: null,
      validRows: null,
      outputCount: 1,
      ...rest,
      task,
      trainRows,
    },
    resolved,
    { stop: neverStop, earlyStoppingRounds: null, ...control },
  );
}

/** Area under the ROC curve, ties counted half. */
export function aucOf(label: ArrayLike<number>, score: ArrayLike<number>): number {
  const order = Array.from(score, (_, i) => i).sort((a, b) => score[a] - score[b]);
  let ranks = 0;
  let positives = 0;
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j < order.length && score[order[j]] === score[order[i]]) j++;
    for (let k = i; k < j; k++) {
      if (label[order[k]] !== 1) continue;
      ranks += (i + j + 1) / 2;
      positives++;
    }
    i = j;
  }
  return (ranks - (positives * (positives + 1)) / 2) / (positives * (order.length - positives));
}

/** Nodes as plain lists, the shape of the fixtures. */
export type FixtureModel = {
  readonly outputCount: number;
  readonly baseScore: readonly number[];
  readonly roots: readonly number[];
  readonly outputs: readonly number[];
  readonly nodes: {
    readonly feature: readonly number[];
    readonly threshold: readonly number[];
    readonly left: readonly number[];
    readonly right: readonly number[];
    readonly missingLeft: readonly number[];
    readonly categories: readonly (readonly number[])[];
    readonly value: readonly number[];
    readonly cover: readonly number[];
  };
};

/** An ensemble from plain lists. */
export function ensembleOf(model: FixtureModel): TreeEnsemble {
  const { nodes } = model;
  const bits: number[] = [];
  const offsets: number[] = [];
  const words: number[] = [];
  for (const codes of nodes.categories) {
    const own = new Uint32Array(codes.length === 0 ? 0 : (Math.max(...codes) >> 5) + 1);
    for (const code of codes) own[code >> 5] |= 1 << (code & 31);
    offsets.push(codes.length === 0 ? -1 : bits.length);
    words.push(own.length);
    bits.push(...own);
  }
  return {
    outputCount: model.outputCount,
    baseScore: Float64Array.from(model.baseScore),
    treeRoot: Int32Array.from(model.roots),
    treeOutput: Int32Array.from(model.outputs),
    feature: Int32Array.from(nodes.feature),
    threshold: Float32Array.from(nodes.threshold),
    left: Int32Array.from(nodes.left),
    right: Int32Array.from(nodes.right),
    missingLeft: Uint8Array.from(nodes.missingLeft),
    categoryOffset: Int32Array.from(offsets),
    categoryWords: Int32Array.from(words),
    categoryBits: Uint32Array.from(bits),
    value: Float32Array.from(nodes.value),
    cover: Float64Array.from(nodes.cover),
    gain: new Float32Array(nodes.feature.length),
  };
}
