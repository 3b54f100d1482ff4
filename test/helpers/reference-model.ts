/**
 * A slow, literal reading of main/ml/model-spec.ts, written without looking at the production kernels: the oracle for
 * exported graphs.
 */
import type { Frame } from '../../main/ml/frame.ts';
import type {
  AdditiveModel,
  Calibrator,
  FeatureSpec,
  LinearModel,
  ModelSpec,
  TreeEnsemble,
} from '../../main/ml/model-spec.ts';

export type ReferencePrediction = { readonly margin: number[]; readonly probabilities: number[] };

export function referencePredict(spec: ModelSpec, frame: Frame): ReferencePrediction[] {
  const out: ReferencePrediction[] = [];
  for (let row = 0; row < frame.rowCount; row++) {
    const x = spec.recipe.features.map((feature) => featureValue(feature, frame, row));
    const margin = new Array<number>(spec.outputCount).fill(0);
    for (const member of spec.members) {
      const part =
        member.kind === 'trees'
          ? treeMargin(member.trees, x)
          : member.kind === 'linear'
            ? linearMargin(member.linear, x)
            : member.kind === 'additive'
              ? additiveMargin(member.additive, x)
              : member.kind === 'constant'
                ? [...member.margin]
                : fail(member.kind);
      for (let k = 0; k < margin.length; k++) margin[k] += member.weight * part[k];
    }
    out.push({ margin, probabilities: probabilities(spec, margin) });
  }
  return out;
}

function fail(kind: string): never {
  throw new Error(`no reference for ${kind}`);
}

function featureValue(feature: FeatureSpec, frame: Frame, row: number): number {
  const column = frame.columns.find((c) => c.name === feature.source);
  if (column === undefined) throw new Error(`no column ${feature.source}`);
  if (feature.kind === 'category') {
    if (column.type !== 'string') throw new Error('type');
    const code = column.codes[row];
    if (code < 0 || column.levels[code] === '') return Number.NaN;
    const known = feature.levels.indexOf(column.levels[code]);
    return known < 0 ? feature.levels.length : known;
  }
  if (column.type === 'string') throw new Error('type');
  const value = column.values[row];
  if (feature.kind === 'numeric') return Math.fround(value);
  if (Number.isNaN(value)) return Number.NaN;
  const ms = Math.floor(value / 1000);
  const date = new Date(ms);
  switch (feature.part) {
    case 'year':
      return date.getUTCFullYear();
    case 'month':
      return date.getUTCMonth() + 1;
    case 'day':
      return date.getUTCDate();
    case 'weekday':
      return (date.getUTCDay() + 6) % 7;
    case 'hour':
      return date.getUTCHours();
    case 'elapsed_days':
      return Math.fround(value / 86_400_000_000);
  }
}

export function treeMargin(trees: TreeEnsemble, x: readonly number[]): number[] {
  const margin = Array.from(trees.baseScore);
  trees.treeRoot.forEach((root, tree) => {
    let node = root;
    while (trees.feature[node] >= 0) {
      const value = x[trees.feature[node]];
      let left: boolean;
      if (Number.isNaN(value)) left = trees.missingLeft[node] === 1;
      else if (trees.categoryOffset[node] < 0) left = value <= trees.threshold[node];
      else {
        const word = Math.floor(value / 32);
        left =
          word < trees.categoryWords[node] &&
          ((trees.categoryBits[trees.categoryOffset[node] + word] >>> (value % 32)) & 1) === 1;
      }
      node = left ? trees.left[node] : trees.right[node];
    }
    margin[trees.treeOutput[tree]] += trees.value[node];
  });
  return margin;
}

function additiveMargin(model: AdditiveModel, x: readonly number[]): number[] {
  const margin = [...model.intercept];
  for (const { features, cuts, values } of model.terms) {
    let cell = 0;
    features.forEach((feature, axis) => {
      const value = x[feature];
      const own = Number.isNaN(value) ? cuts[axis].length + 1 : cuts[axis].filter((cut) => value > cut).length;
      cell = cell * (cuts[axis].length + 2) + own;
    });
    for (let k = 0; k < margin.length; k++) margin[k] += values[cell * margin.length + k];
  }
  return margin;
}

function linearMargin(linear: LinearModel, x: readonly number[]): number[] {
  const margin = [...linear.intercept];
  for (const term of linear.terms) {
    const value = x[term.feature];
    const missing = Number.isNaN(value);
    for (let k = 0; k < margin.length; k++) {
      if (term.kind === 'category') {
        margin[k] += missing ? term.missingWeights[k] : term.levelWeights[value][k];
      } else {
        const clipped = missing ? term.impute : Math.min(Math.max(value, term.low), term.high);
        margin[k] += ((clipped - term.mean) / term.scale) * term.weights[k] + (missing ? term.missingWeights[k] : 0);
      }
    }
  }
  return margin;
}

const sigmoid = (m: number): number => 1 / (1 + Math.exp(-m));

function calibrate(m: number, calibrator: Calibrator): number {
  switch (calibrator.kind) {
    case 'identity':
      return sigmoid(m);
    case 'platt':
      return sigmoid(calibrator.slope * m + calibrator.intercept);
    case 'temperature':
      return sigmoid(m / calibrator.temperature);
    case 'beta': {
      const logPositive = m > 0 ? -Math.log1p(Math.exp(-m)) : m - Math.log1p(Math.exp(m));
      return sigmoid(calibrator.a * logPositive - calibrator.b * (logPositive - m) + calibrator.c);
    }
    case 'vector':
      throw new Error('vector scaling is for several classes');
    case 'piecewise':
    case 'venn-abers': {
      const { margins, probabilities: p } = calibrator;
      if (m <= margins[0]) return p[0];
      for (let i = 1; i < margins.length; i++) {
        if (m <= margins[i])
          return p[i - 1] + ((m - margins[i - 1]) / (margins[i] - margins[i - 1])) * (p[i] - p[i - 1]);
      }
      return p[p.length - 1];
    }
  }
}

function probabilities(spec: ModelSpec, margin: readonly number[]): number[] {
  if (spec.task === 'regression') return [];
  if (spec.task === 'binary') {
    const p = calibrate(margin[0], spec.calibration);
    return [1 - p, p];
  }
  const { calibration } = spec;
  const scaled = margin.map((m, k) => {
    if (calibration.kind === 'temperature') return m / calibration.temperature;
    return calibration.kind === 'vector' ? m * calibration.scales[k] + calibration.offsets[k] : m;
  });
  const top = Math.max(...scaled);
  const e = scaled.map((m) => Math.exp(m - top));
  const sum = e.reduce((a, b) => a + b, 0);
  return e.map((v) => v / sum);
}
