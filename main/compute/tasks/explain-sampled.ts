/** A block of rows explained one by one with a sampled method, in the shape of the exact one (explain-block.ts). */
import { takeRows } from '../../ml/explain/rows.ts';
import type { Grade } from '../../ml/explain/warranty.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe, countUnseen, type RareLevels } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import type { ExplainBlockOutput } from './explain-block.ts';
import { type ExplainMethod, explainSingleRow, type RowExplanationResult } from './explain-row.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type ExplainSampledInput = {
  readonly model: PortableModel;
  readonly frame: Frame;
  readonly background: Frame;
  readonly rare?: RareLevels;
  readonly method: ExplainMethod;
  /** First rows of the block that get a warranty. */
  readonly warranties: number;
};

export type ExplainSampledOutput = ExplainBlockOutput & {
  /** By row: Spearman's rank correlation with the exact contributions; 1 for the exact method, NaN where there are none. */
  readonly agreement: Float64Array;
  /** By row: how well the ranks hold over seeds; 1 where exact. */
  readonly rankStability: Float64Array;
  /** 1 where ranks or values had not settled at the cap. */
  readonly unsettled: Uint8Array;
  readonly grades: readonly { readonly grade: Grade; readonly words: string }[];
};

export function explainSampled(input: ExplainSampledInput, environment: TaskEnvironment): ExplainSampledOutput {
  const spec = unpackModel(input.model);
  const { frame, background, method, rare } = input;
  const outputs = predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, frame)));
  const explained = likeliestOutputs(spec, outputs);
  const found = Array.from(explained, (output, row) => {
    const alone = takeRows(frame, Int32Array.of(row));
    const unseen = countUnseen(spec.recipe, alone, rare).map(({ column }) => column);
    const warranty = row < input.warranties;
    return explainSingleRow(spec, { row: alone, background, output, method, warranty, unseen }, environment);
  });
  return joinSampled(spec, frame, explained, found, rare);
}

/** Output explained in each row: the likeliest class; 0 for binary and regression. */
export function likeliestOutputs(spec: Pick<ModelSpec, 'outputCount'>, outputs: Float64Array): Int32Array {
  const { outputCount } = spec;
  return Int32Array.from({ length: outputs.length / outputCount }, (_, row) => {
    let top = 0;
    for (let k = 1; k < outputCount; k++) {
      if (outputs[row * outputCount + k] > outputs[row * outputCount + top]) top = k;
    }
    return top;
  });
}

/** Explanations of single rows as a block. */
export function joinSampled(
  spec: Pick<ModelSpec, 'recipe'>,
  frame: Frame,
  outputOfRow: Int32Array,
  found: readonly RowExplanationResult[],
  rare: RareLevels | undefined,
): ExplainSampledOutput {
  const width = spec.recipe.inputs.length;
  const values = new Float64Array(found.length * width);
  const sumAbs = new Float64Array(width);
  found.forEach((row, i) => {
    values.set(row.values, i * width);
    for (let c = 0; c < width; c++) sumAbs[c] += Math.abs(row.values[c]);
  });
  return {
    values,
    base: Float64Array.from(found, (row) => row.base),
    output: Float64Array.from(found, (row) => row.output),
    outputOfRow,
    additivityMaxError: found.reduce((worst, row) => Math.max(worst, row.additivityError), 0),
    sumAbs,
    unseen: countUnseen(spec.recipe, frame, rare),
    agreement: Float64Array.from(found, (row) =>
      row.method === 'treeshap' ? 1 : (row.agreement?.rankCorrelation ?? Number.NaN),
    ),
    rankStability: Float64Array.from(found, (row) =>
      row.lime !== null ? row.lime.rankCorrelation : row.kernel !== null ? Math.max(0, 1 - row.kernel.error) : 1,
    ),
    unsettled: Uint8Array.from(found, (row) => ((row.lime?.stable ?? row.kernel?.converged ?? true) ? 0 : 1)),
    grades: found.flatMap(({ warranty }) =>
      warranty === null ? [] : [{ grade: warranty.grade, words: warranty.words }],
    ),
  };
}
