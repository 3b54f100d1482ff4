/**
 * One row explained by the method asked for, with its warranty where wanted. Everything is in the margin of one output, so that
 * methods can be compared: exact contributions (SHAP) always stand beside sampled ones.
 */
import { type Agreement, compareContributions } from '../../ml/explain/agreement.ts';
import { deletionTest } from '../../ml/explain/faithfulness.ts';
import { type KernelShapResult, kernelShap } from '../../ml/explain/kernel-shap.ts';
import { type LimeResult, lime } from '../../ml/explain/lime.ts';
import { rowSeed, stackRows } from '../../ml/explain/rows.ts';
import { marginScorer } from '../../ml/explain/score.ts';
import { measureStability, nearbyRows } from '../../ml/explain/stability.ts';
import { runSteps, type ScoringSteps } from '../../ml/explain/steps.ts';
import { createSupport } from '../../ml/explain/support.ts';
import { gradeWarranty, type Warranty } from '../../ml/explain/warranty.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { explainMargins } from '../../ml/predict.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type ExplainMethod = 'treeshap' | 'lime' | 'kernelshap';

export type ExplainRowInput = {
  readonly model: PortableModel;
  /** The row, alone. */
  readonly row: Frame;
  readonly background: Frame;
  readonly output: number;
  readonly method: ExplainMethod;
  readonly warranty: boolean;
  /** Columns of the row that lie beyond what training held, for the warranty. */
  readonly unseen: readonly string[];
};

export type ExplainRowOutput = {
  readonly base: number;
  /** The margin the model gives … */
  readonly output: number;
  /** … and what base + Σ values comes to. */
  readonly explained: number;
  readonly values: Float64Array;
  readonly standardErrors: Float64Array | null;
  readonly seed: number;
  readonly additivityError: number;
  readonly lime: Omit<LimeResult, 'values' | 'standardErrors'> | null;
  readonly kernel: Omit<KernelShapResult, 'values' | 'standardErrors'> | null;
  /** Of a sampled method with the exact contributions. */
  readonly agreement: Agreement | null;
  readonly warranty: Warranty | null;
};

const neighbours = 24;

export function explainRow(input: ExplainRowInput, environment: TaskEnvironment): ExplainRowOutput {
  return explainSingleRow(unpackModel(input.model), input, environment);
}

/** As the task, on an unpacked model. */
export function explainSingleRow(
  spec: ModelSpec,
  input: Omit<ExplainRowInput, 'model'>,
  environment: Pick<TaskEnvironment, 'stop'>,
): ExplainRowOutput {
  const { background, output, method } = input;
  const { recipe } = spec;
  const row = stackRows(recipe, [input.row]);
  const seed = rowSeed(row, 0);
  const score = marginScorer(spec, output);
  const run = <T>(steps: ScoringSteps<T>): T => runSteps(steps, score, { stop: environment.stop });
  const exact = explainMargins(spec, applyRecipe(recipe, row), output);
  const margin = score(row)[0];
  const limeResult = method === 'lime' || input.warranty ? run(lime({ recipe, row, background, seed })) : null;
  const kernelResult = method === 'kernelshap' ? run(kernelShap({ recipe, row, background, seed })) : null;
  const sampled = method === 'lime' ? limeResult : kernelResult;
  const values = sampled?.values ?? exact.values;
  const base = sampled?.base ?? exact.base;
  const explained = values.reduce((sum, value) => sum + value, base) + (kernelResult?.rest ?? 0);
  const additivityError = Math.abs(explained - margin) / Math.max(1, Math.abs(margin));
  const agreement = sampled === null ? null : compareContributions(values, exact.values);
  const found = {
    base,
    output: margin,
    explained,
    values,
    standardErrors: sampled?.standardErrors ?? null,
    seed,
    additivityError,
    lime: method === 'lime' && limeResult !== null ? limeFacts(limeResult) : null,
    kernel: kernelResult === null ? null : kernelFacts(kernelResult),
    agreement,
  };
  if (!input.warranty) return { ...found, warranty: null };
  const nearby = nearbyRows(recipe, row, background, neighbours, seed);
  const around = explainMargins(spec, applyRecipe(recipe, nearby), output);
  const other = method === 'treeshap' ? limeResult : null;
  const warranty = gradeWarranty({
    additivityError,
    localGap: method === 'lime' ? Math.abs(explained - margin) / Math.max(1e-12, sizeOf(values)) : null,
    seedStability:
      method === 'lime'
        ? (limeResult?.rankCorrelation ?? null)
        : kernelResult === null || kernelResult.exact
          ? null
          : Math.max(0, 1 - 2 * kernelResult.error),
    stability: measureStability(exact.values, around.values),
    agreement:
      other === null
        ? agreement === null
          ? null
          : { with: 'SHAP', measured: agreement }
        : { with: 'LIME', measured: compareContributions(exact.values, other.values) },
    faithfulness: run(deletionTest({ recipe, row, background, values, seed })),
    support: createSupport(recipe, background)(row)[0],
    unseen: input.unseen,
  });
  return { ...found, warranty };
}

const sizeOf = (values: Float64Array): number => values.reduce((sum, value) => sum + Math.abs(value), 0);

const limeFacts = ({ values: _v, standardErrors: _e, ...facts }: LimeResult): ExplainRowOutput['lime'] => facts;
const kernelFacts = ({ values: _v, standardErrors: _e, ...facts }: KernelShapResult): ExplainRowOutput['kernel'] =>
  facts;
