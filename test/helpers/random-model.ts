/** Seeded random models with every kind of feature, split, member and calibrator. */
import { createRng, type Rng } from '../../main/base/rng.ts';
import type {
  AdditiveModel,
  AdditiveTerm,
  Calibrator,
  FeatureSpec,
  InputSpec,
  LinearModel,
  Member,
  ModelSpec,
  Task,
  TreeEnsemble,
} from '../../main/ml/model-spec.ts';

export type RandomModelOptions = {
  readonly task: Task;
  readonly seed: number;
  readonly treeCount?: number;
  readonly leafCount?: number;
  readonly levelCount?: number;
  readonly classCount?: number;
  readonly leafScale?: number;
  readonly baseScore?: number;
  readonly calibration?: Calibrator;
  readonly members?: readonly Exclude<Member['kind'], 'neighbours' | 'net' | 'graph'>[];
};

export const randomInputs: readonly InputSpec[] = [
  { name: 'tenure', type: 'double', logicalType: 'integer' },
  { name: 'Monthly charges (€)', type: 'double', logicalType: 'number' },
  { name: 'contract', type: 'string', logicalType: 'text' },
  { name: 'city', type: 'string', logicalType: 'text' },
  { name: 'joined', type: 'timestamp', logicalType: 'datetime' },
  { name: 'label', type: 'double', logicalType: 'number' },
  { name: 'unused', type: 'string', logicalType: 'text' },
];

export function randomModel(options: RandomModelOptions): ModelSpec {
  const rng = createRng(options.seed);
  const classes =
    options.task === 'binary'
      ? ['no', 'yes']
      : options.task === 'multiclass'
        ? Array.from({ length: options.classCount ?? 3 }, (_, i) => `class ${i}`)
        : [];
  const outputCount = options.task === 'multiclass' ? classes.length : 1;
  const features: FeatureSpec[] = [
    { kind: 'numeric', name: 'tenure', source: 'tenure' },
    { kind: 'numeric', name: 'charges', source: 'Monthly charges (€)' },
    { kind: 'category', name: 'contract', source: 'contract', levels: ['Two year', 'one', 'Ü 漢', 'x'] },
    {
      kind: 'category',
      name: 'city',
      source: 'city',
      levels: Array.from({ length: options.levelCount ?? 40 }, (_, i) => `city ${i}`),
    },
    { kind: 'date-part', name: 'year', source: 'joined', part: 'year' },
    { kind: 'date-part', name: 'month', source: 'joined', part: 'month' },
    { kind: 'date-part', name: 'day', source: 'joined', part: 'day' },
    { kind: 'date-part', name: 'weekday', source: 'joined', part: 'weekday' },
    { kind: 'date-part', name: 'hour', source: 'joined', part: 'hour' },
    { kind: 'date-part', name: 'elapsed', source: 'joined', part: 'elapsed_days' },
    { kind: 'numeric', name: 'label', source: 'label' },
  ];
  const kinds = options.members ?? ['trees', 'linear', 'constant', 'trees'];
  const members = kinds.map((kind): Member => {
    const weight = kinds.length === 1 ? 1 : 0.1 + rng.next();
    if (kind === 'constant') return { kind, weight, margin: Array.from({ length: outputCount }, () => rng.normal()) };
    if (kind === 'linear') return { kind, weight, linear: randomLinear(rng, features, outputCount) };
    if (kind === 'additive') return { kind, weight, additive: randomAdditive(rng, features, outputCount) };
    return { kind, weight, trees: randomTrees(rng, features, outputCount, options) };
  });
  return {
    task: options.task,
    classes,
    outputCount,
    recipe: { inputs: randomInputs, features },
    members,
    calibration: options.calibration ?? { kind: 'identity' },
  };
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  tenure: [0, 72],
  charges: [18, 120],
  year: [1890, 2050],
  month: [1, 12],
  day: [1, 31],
  weekday: [0, 6],
  hour: [0, 23],
  elapsed: [-30_000, 30_000],
  label: [-1, 1],
};

/** A term for every feature and one pair of a number and a category. */
export function randomAdditive(rng: Rng, features: readonly FeatureSpec[], outputCount: number): AdditiveModel {
  const axis = (feature: FeatureSpec): Float32Array => {
    if (feature.kind === 'category') return Float32Array.from(feature.levels, (_, code) => code + 0.5);
    const [low, high] = ranges[feature.name] ?? [-1, 1];
    return Float32Array.from({ length: 9 }, () => low + rng.next() * (high - low)).sort();
  };
  const numbers = (length: number): Float32Array => Float32Array.from({ length }, () => rng.normal() * 0.2);
  const term = (...at: number[]): AdditiveTerm => {
    const cuts = at.map((feature) => axis(features[feature]));
    const cells = cuts.reduce((count, each) => count * (each.length + 2), 1);
    const weights = Float32Array.from({ length: cells }, () => rng.int(20));
    return {
      features: at,
      cuts,
      values: numbers(cells * outputCount),
      deviations: new Float32Array(cells * outputCount),
      weights,
    };
  };
  const city = features.findIndex(({ kind }) => kind === 'category');
  return {
    outputCount,
    intercept: Float64Array.from({ length: outputCount }, () => rng.normal()),
    terms: [...features.keys()].map((feature) => term(feature)).concat(city > 0 ? [term(0, city)] : []),
  };
}

/** Random ensembles of the given number of leaves; every fifth tree is a single leaf. */
export function randomTrees(
  rng: Rng,
  features: readonly FeatureSpec[],
  outputCount: number,
  options: RandomModelOptions,
): TreeEnsemble {
  const feature: number[] = [];
  const threshold: number[] = [];
  const left: number[] = [];
  const right: number[] = [];
  const missingLeft: number[] = [];
  const categoryOffset: number[] = [];
  const categoryWords: number[] = [];
  const bits: number[] = [];
  const value: number[] = [];
  const roots: number[] = [];
  const treeOutput: number[] = [];
  const leaf = (): number => {
    left.push(-1);
    right.push(-1);
    threshold.push(0);
    missingLeft.push(0);
    categoryOffset.push(-1);
    categoryWords.push(0);
    value.push(Math.fround(rng.normal() * (options.leafScale ?? 0.2)));
    return feature.push(-1) - 1;
  };
  const split = (node: number): void => {
    const f = rng.int(features.length);
    const spec = features[f];
    feature[node] = f;
    missingLeft[node] = rng.int(2);
    value[node] = 0;
    if (spec.kind === 'category') {
      // Words may end before the last level: codes beyond them go right. Empty and full sets occur too.
      const words = 1 + rng.int(Math.floor(spec.levels.length / 32) + 1);
      const style = rng.int(8);
      categoryOffset[node] = bits.length;
      categoryWords[node] = words;
      for (let w = 0; w < words; w++) bits.push(style === 0 ? 0 : style === 1 ? 0xffffffff : rng.int(2 ** 32));
    } else {
      const [low, high] = ranges[spec.name];
      const raw = low + rng.next() * (high - low);
      threshold[node] = Math.fround(
        rng.int(20) === 0 ? Number.POSITIVE_INFINITY : rng.int(3) === 0 ? Math.round(raw) : raw,
      );
    }
    left[node] = leaf();
    right[node] = leaf();
  };
  const treeCount = options.treeCount ?? 20;
  for (let tree = 0; tree < treeCount; tree++) {
    const root = leaf();
    roots.push(root);
    treeOutput.push(tree % outputCount);
    if (tree % 5 === 4) continue;
    const leaves = [root];
    while (leaves.length < (options.leafCount ?? 16)) {
      const node = leaves.splice(rng.int(leaves.length), 1)[0];
      split(node);
      leaves.push(left[node], right[node]);
    }
  }
  return {
    outputCount,
    baseScore: Float64Array.from({ length: outputCount }, () => (options.baseScore ?? 0.3) + rng.next() * 0.01),
    treeRoot: Int32Array.from(roots),
    treeOutput: Int32Array.from(treeOutput),
    feature: Int32Array.from(feature),
    threshold: Float32Array.from(threshold),
    left: Int32Array.from(left),
    right: Int32Array.from(right),
    missingLeft: Uint8Array.from(missingLeft),
    categoryOffset: Int32Array.from(categoryOffset),
    categoryWords: Int32Array.from(categoryWords),
    categoryBits: Uint32Array.from(bits),
    value: Float32Array.from(value),
    cover: new Float64Array(feature.length).fill(1),
    gain: new Float32Array(feature.length),
  };
}

function randomLinear(rng: Rng, features: readonly FeatureSpec[], outputCount: number): LinearModel {
  const perOutput = (): number[] => Array.from({ length: outputCount }, () => rng.normal() * 0.3);
  return {
    outputCount,
    intercept: perOutput(),
    terms: features.map((spec, feature) => {
      if (spec.kind === 'category') {
        return {
          kind: 'category',
          feature,
          levelWeights: Array.from({ length: spec.levels.length + 1 }, perOutput),
          missingWeights: perOutput(),
        };
      }
      const [low, high] = ranges[spec.name];
      return {
        kind: 'numeric',
        feature,
        mean: (low + high) / 2,
        scale: (high - low) / 3,
        low: low - rng.next(),
        high: high + rng.next(),
        impute: low + rng.next() * (high - low),
        weights: perOutput(),
        missingWeights: perOutput(),
      };
    }),
    termMeans: features.map(perOutput),
  };
}
