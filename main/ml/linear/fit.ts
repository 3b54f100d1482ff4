/**
 * Penalised linear, logistic and softmax models over the term expansion of the model's intermediate representation.
 * Penalties are per mean loss, so the same l2 means the same at any row count; numbers are standardised, indicators are
 * not, which shrinks rare levels towards the others as a random effect would. Targets of regressions are standardised
 * inside and scaled back.
 */
import { dataProblem } from '../../base/errors.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { LinearModel, LinearTerm, Task } from '../model-spec.ts';
import type { FeatureKind } from '../recipe/apply.ts';
import { logit } from '../stats/links.ts';
import { type Expansion, expand, planExpansion } from './design.ts';
import { gramColumns, lbfgs, shareGram } from './lbfgs.ts';
import { newton, type SharedCurvature } from './newton.ts';
import type { Problem } from './objective.ts';
import { termContribution } from './predict.ts';

export type LinearInput = {
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  /** 0/1, class index or target of every row of the matrix. */
  readonly label: ArrayLike<number>;
  /** Non-negative weight of every row of the matrix; null: one each. */
  readonly weight: ArrayLike<number> | null;
  /** Rows to learn from; null: all. */
  readonly rows: Int32Array | null;
  readonly task: Task;
  readonly outputCount: number;
};

export type LinearParams = {
  /** Weight of ½‖β‖² against the mean loss; at least 1e-9 is used, so that one-hot columns stay identified. */
  readonly l2: number;
  /** Weight of ‖β‖₁ against the mean loss; default 0. */
  readonly l1?: number;
  readonly maxIterations: number;
  /** Iterations end when the objective falls by less than this share of itself; default 1e-9. */
  readonly tolerance?: number;
};

export type LinearControl = { readonly stop: StopSignal };

/** Fits a model. Throws data-problem without rows or weight, cancelled when stopped. Deterministic. */
export function fitLinear(input: LinearInput, params: LinearParams, control: LinearControl): LinearModel {
  const models: LinearModel[] = [];
  fitPenalties(input, [params], control, (model) => {
    models.push(model);
    return true;
  });
  return models[0];
}

/**
 * Fits one model per entry of `path`, each started from the one before; cheap when l2 falls along the path. `take` gets
 * every model with its index and ends the path by returning false.
 */
export function fitPenalties(
  input: LinearInput,
  path: readonly LinearParams[],
  control: LinearControl,
  take: (model: LinearModel, index: number) => boolean,
): void {
  const expansion = planExpansion(input.matrix, input.kinds, input.rows, control.stop);
  const design = expand(expansion, input.matrix, input.rows);
  const { label, weight, shift, scale } = targets(input, design.rowCount);
  const width = design.columnCount + 1;
  const beta = startingPoint(input, label, weight, width);
  const single = input.outputCount === 1 && design.columnCount <= gramColumns;
  const curvature: SharedCurvature = { squares: null };
  const shared = single ? { gram: null } : shareGram(design, weight);
  for (const [index, params] of path.entries()) {
    const problem: Problem = {
      task: input.task,
      outputCount: input.outputCount,
      design,
      label,
      weight,
      l2: Math.max(params.l2, 1e-9),
      l1: params.l1 ?? 0,
      tolerance: params.tolerance ?? 1e-9,
    };
    if (single) newton(problem, beta, params.maxIterations, control.stop, curvature);
    else lbfgs(problem, beta, params.maxIterations, control.stop, shared);
    if (!take(assemble(input, expansion, beta, weight, shift, scale), index)) return;
  }
}

function targets(
  input: LinearInput,
  rowCount: number,
): { label: Float64Array; weight: Float64Array; shift: number; scale: number } {
  const label = new Float64Array(rowCount);
  const weight = new Float64Array(rowCount);
  let total = 0;
  for (let i = 0; i < rowCount; i++) {
    const row = input.rows === null ? i : input.rows[i];
    label[i] = input.label[row];
    weight[i] = input.weight === null ? 1 : input.weight[row];
    total += weight[i];
  }
  if (!(total > 0)) {
    throw dataProblem('no-training-rows', 'There are no rows with weight to learn from.', {
      hint: 'Check the row weights and the rows with a missing target.',
    });
  }
  for (let i = 0; i < rowCount; i++) weight[i] /= total;
  if (input.task !== 'regression') return { label, weight, shift: 0, scale: 1 };
  let shift = 0;
  for (let i = 0; i < rowCount; i++) shift += weight[i] * label[i];
  let variance = 0;
  for (let i = 0; i < rowCount; i++) variance += weight[i] * (label[i] - shift) ** 2;
  const scale = variance > 0 ? Math.sqrt(variance) : 1;
  for (let i = 0; i < rowCount; i++) label[i] = (label[i] - shift) / scale;
  return { label, weight, shift, scale };
}

/** Zero weights; intercepts at the base rates. */
function startingPoint(input: LinearInput, label: Float64Array, weight: Float64Array, width: number): Float64Array {
  const beta = new Float64Array(width * input.outputCount);
  if (input.task === 'regression') return beta;
  const rates = new Float64Array(Math.max(2, input.outputCount));
  for (let i = 0; i < label.length; i++) rates[label[i]] += weight[i];
  const floor = 1e-6;
  if (input.outputCount === 1) beta[width - 1] = logit(Math.min(1 - floor, Math.max(floor, rates[1])));
  else
    for (let k = 0; k < input.outputCount; k++)
      beta[(width - 1) * input.outputCount + k] = Math.log(Math.max(floor, rates[k]));
  return beta;
}

function assemble(
  input: LinearInput,
  expansion: Expansion,
  beta: Float64Array,
  weight: Float64Array,
  shift: number,
  scale: number,
): LinearModel {
  const at = (column: number): number[] =>
    Array.from({ length: input.outputCount }, (_, k) =>
      column < 0 ? 0 : beta[column * input.outputCount + k] * scale,
    );
  const intercept = at(expansion.columnCount).map((value) => value + shift);
  const terms = expansion.terms.map((term): LinearTerm => {
    if (term.kind === 'category') {
      const levelWeights = Array.from(term.levelColumns, at);
      return { kind: 'category', feature: term.feature, levelWeights, missingWeights: at(term.missingColumn) };
    }
    const { feature, mean, low, high, impute } = term;
    // The weight w of an indicator of x = high is w·(x − low)/(high − low); in z that is a slope and a constant.
    const slope = term.indicator ? term.scale / (high - low) : 1;
    const weights = at(term.column).map((weight) => weight * slope);
    if (term.indicator)
      weights.forEach((w, k) => {
        intercept[k] += (w * (mean - low)) / term.scale;
      });
    const missingWeights = at(term.missingColumn);
    return { kind: 'numeric', feature, mean, scale: term.scale, low, high, impute, weights, missingWeights };
  });
  const termMeans = terms.map((term) => {
    const values = input.matrix.columns[term.feature];
    const means = new Array<number>(input.outputCount).fill(0);
    for (let i = 0; i < weight.length; i++) {
      const x = values[input.rows === null ? i : input.rows[i]];
      for (let k = 0; k < means.length; k++) means[k] += weight[i] * termContribution(term, x, k);
    }
    return means;
  });
  return { outputCount: input.outputCount, intercept, terms, termMeans };
}
