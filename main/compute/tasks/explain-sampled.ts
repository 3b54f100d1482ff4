/** A block of rows explained one by one with a sampled method, in the shape of the exact one (explain-block.ts). */
import { takeRows } from '../../ml/explain/rows.ts';
import type { Grade } from '../../ml/explain/warranty.ts';
import type { Frame } from '../../ml/frame.ts';
import { predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe, countUnseen, type RareLevels } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import type { ExplainBlockOutput } from './explain-block.ts';
import { type ExplainMethod, explainSingleRow } from './explain-row.ts';
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
  /** By row: Spearman's rank correlation with the exact contributions; 1 for the exact method. */
  readonly agreement: Float64Array;
  /** By row: how well the ranks hold over seeds; 1 where exact. */
  readonly rankStability: Float64Array;
  /** 1 where ranks or values had not settled at the cap. */
  readonly unsettled: Uint8Array;
  readonly grades: readonly { readonly grade: Grade; readonly words: string }[];
};

export function explainSampled(input: ExplainSampledInput, environment: TaskEnvironment): ExplainSampledOutput {
  const spec = unpackModel(input.model);
  const { frame } = input;
  const { rowCount } = frame;
  const width = spec.recipe.inputs.length;
  const outputs = predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, frame)));
  const values = new Float64Array(rowCount * width);
  const base = new Float64Array(rowCount);
  const output = new Float64Array(rowCount);
  const outputOfRow = new Int32Array(rowCount);
  const sumAbs = new Float64Array(width);
  const agreement = new Float64Array(rowCount).fill(1);
  const rankStability = new Float64Array(rowCount).fill(1);
  const unsettled = new Uint8Array(rowCount);
  const grades: { grade: Grade; words: string }[] = [];
  let worst = 0;
  for (let row = 0; row < rowCount; row++) {
    for (let k = 1; k < spec.outputCount; k++) {
      const at = row * spec.outputCount;
      if (outputs[at + k] > outputs[at + outputOfRow[row]]) outputOfRow[row] = k;
    }
    const alone = takeRows(frame, Int32Array.of(row));
    const found = explainSingleRow(
      spec,
      {
        row: alone,
        background: input.background,
        output: outputOfRow[row],
        method: input.method,
        warranty: row < input.warranties,
        unseen: countUnseen(spec.recipe, alone, input.rare).map(({ column }) => column),
      },
      environment,
    );
    values.set(found.values, row * width);
    base[row] = found.base;
    output[row] = found.output;
    for (let c = 0; c < width; c++) sumAbs[c] += Math.abs(found.values[c]);
    worst = Math.max(worst, found.additivityError);
    if (found.agreement !== null) agreement[row] = found.agreement.rankCorrelation;
    if (found.lime !== null) {
      rankStability[row] = found.lime.rankCorrelation;
      unsettled[row] = found.lime.stable ? 0 : 1;
    }
    if (found.kernel !== null) {
      rankStability[row] = Math.max(0, 1 - found.kernel.error);
      unsettled[row] = found.kernel.converged ? 0 : 1;
    }
    if (found.warranty !== null) grades.push({ grade: found.warranty.grade, words: found.warranty.words });
  }
  const unseen = countUnseen(spec.recipe, frame, input.rare);
  return {
    values,
    base,
    output,
    outputOfRow,
    additivityMaxError: worst,
    sumAbs,
    unseen,
    agreement,
    rankStability,
    unsettled,
    grades,
  };
}
