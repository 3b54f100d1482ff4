/**
 * Applying a model specification in the application: features → members → blended margins → prediction, and exact
 * contributions of the blend in the margin. The exported ONNX graph computes the same; the parity gate compares them.
 */
import { type AuguryError, bug, unsupported } from '../base/errors.ts';
import { additiveContributions, predictAdditive } from './additive/predict.ts';
import { applyCalibration } from './calibration/apply.ts';
import { explainEnsemble, type ShapPrecision } from './explain/ensemble-shap.ts';
import type { FeatureMatrix } from './frame.ts';
import { type Contributions, linearContributions } from './linear/contributions.ts';
import { predictLinear } from './linear/predict.ts';
import { type FittedRecipe, type Member, type ModelSpec, rawColumnsOf } from './model-spec.ts';
import { predictNeighbours } from './neighbours/predict.ts';
import { predictNet } from './nets/predict.ts';
import { applyResponse } from './response.ts';
import { predictTrees } from './trees/predict.ts';

/** Blended margins, row-major rowCount × outputCount. */
export function predictMargins(spec: Pick<ModelSpec, 'members' | 'outputCount'>, matrix: FeatureMatrix): Float64Array {
  const { outputCount } = spec;
  const total = new Float64Array(matrix.rowCount * outputCount);
  for (const member of spec.members) {
    if (member.kind === 'constant') {
      for (let i = 0; i < total.length; i++) total[i] += member.weight * member.margin[i % outputCount];
      continue;
    }
    const margins = memberMargins(member, matrix);
    for (let i = 0; i < total.length; i++) total[i] += member.weight * margins[i];
  }
  return total;
}

type LearnedMember = Exclude<Member, { readonly kind: 'constant' }>;

function memberMargins(member: LearnedMember, matrix: FeatureMatrix): Float64Array {
  switch (member.kind) {
    case 'trees':
      return predictTrees(member.trees, matrix);
    case 'linear':
      return predictLinear(member.linear, matrix);
    case 'additive':
      return predictAdditive(member.additive, matrix);
    case 'neighbours':
      return predictNeighbours(member.neighbours, matrix);
    case 'net':
      return predictNet(member.net, matrix);
    case 'graph':
      throw graphOnly();
  }
}

/** What asks for a model's inner parts cannot have those of a foreign graph. */
const graphOnly = (): AuguryError =>
  unsupported('graph-model', 'This model is a foreign ONNX graph: it can be scored and explained by sampling only.', {
    hint: 'Score it, explain rows with KernelSHAP or LIME, or evaluate it on labelled rows.',
  });

function memberContributions(
  member: Exclude<LearnedMember, { readonly kind: 'trees' }>,
  matrix: FeatureMatrix,
): Pick<Contributions, 'base' | 'values'> {
  switch (member.kind) {
    case 'linear':
      return linearContributions(member.linear, matrix);
    case 'additive':
      return additiveContributions(member.additive, matrix);
    case 'neighbours':
      throw unsupported('no-exact-contributions', 'k-nearest neighbours have no exact contributions.', {
        hint: 'Explain them by sampling: --method kernelshap.',
      });
    case 'net':
      throw unsupported('no-exact-contributions', 'A neural net has no exact contributions.', {
        hint: 'Explain it by sampling: --method kernelshap.',
      });
    case 'graph':
      throw graphOnly();
  }
}

/** What the user sees from margins: probabilities row-major (binary: of the positive class), or values. */
export function predictOutputs(spec: ModelSpec, margins: Float64Array): Float64Array {
  return spec.task === 'regression'
    ? applyResponse(spec.response, margins)
    : applyCalibration(spec.calibration, margins, spec.task, spec.outputCount);
}

/** Exact contributions of one output in the margin. base + Σ values of a row = its margin. */
export type ExplainedRows = {
  readonly base: number;
  /** Row-major rowCount × inputs.length, in the order of `recipe.inputs`. */
  readonly values: Float64Array;
  readonly inputs: readonly string[];
};

/** Contributions per raw column: those of its features added up, so that nothing is lost. */
export const explainMargins = (
  spec: ModelSpec,
  matrix: FeatureMatrix,
  output: number,
  precision: ShapPrecision = 'single',
): ExplainedRows => explainOutputs(spec, matrix, [output], precision)[0];

/** As explainMargins, for several outputs of the same rows in one pass over the members. */
export function explainOutputs(
  spec: ModelSpec,
  matrix: FeatureMatrix,
  outputs: readonly number[],
  precision: ShapPrecision = 'single',
): readonly ExplainedRows[] {
  const { recipe, outputCount } = spec;
  const featureCount = recipe.features.length;
  const inputs = recipe.inputs.map((input) => input.name);
  const inputsOf = inputsOfFeatures(recipe);
  const explained = outputs.map((output) => ({
    output,
    base: 0,
    values: new Float64Array(matrix.rowCount * inputs.length),
    inputs,
  }));
  for (const member of spec.members) {
    if (member.kind === 'constant') {
      for (const entry of explained) entry.base += member.weight * member.margin[entry.output];
      continue;
    }
    if (member.kind === 'trees') {
      const { weight, trees } = member;
      const base = explainEnsemble(trees, matrix, outputs, precision, (output, feature, start, count, part, at) => {
        for (const { output: wanted, values } of explained) {
          if (wanted !== output) continue;
          for (const to of inputsOf[feature]) {
            const share = weight / inputsOf[feature].length;
            for (let i = 0; i < count; i++) values[(start + i) * inputs.length + to] += share * part[at + i];
          }
        }
      });
      for (const entry of explained) entry.base += weight * base[entry.output];
      continue;
    }
    const part = memberContributions(member, matrix);
    for (const entry of explained) {
      const { output, values } = entry;
      entry.base += member.weight * part.base[output];
      for (let row = 0; row < matrix.rowCount; row++) {
        const from = (row * outputCount + output) * featureCount;
        const to = row * inputs.length;
        for (let f = 0; f < featureCount; f++) {
          const share = member.weight / inputsOf[f].length;
          for (const input of inputsOf[f]) values[to + input] += share * part.values[from + f];
        }
      }
    }
  }
  return explained.map(({ base, values }) => ({ base, values, inputs }));
}

/**
 * Indices of the raw columns behind each feature. A feature that a step made of several columns shares its contribution
 * equally among them: within the feature they play one common part, and equal shares are what symmetry asks for.
 */
export function inputsOfFeatures(recipe: FittedRecipe): readonly Int32Array[] {
  const index = new Map(recipe.inputs.map((input, i) => [input.name, i]));
  return recipe.features.map((feature) =>
    Int32Array.from(rawColumnsOf(feature), (name) => {
      const at = index.get(name);
      if (at === undefined) throw bug(`feature ${feature.name} has no input ${name}`);
      return at;
    }),
  );
}
