/**
 * Exact contributions of every row of a block. Several classes are explained by the predicted one, so a row's numbers
 * speak of the class that stands beside them. In probability units the margin contributions are rescaled row by row
 * (see ml/explain/rescale.ts): they add up to the probability, but are approximate.
 */
import { applyCalibration, classScale } from '../../ml/calibration/apply.ts';
import type { ShapPrecision } from '../../ml/explain/ensemble-shap.ts';
import type { ReferenceRows } from '../../ml/explain/model-reference.ts';
import { rescaleSoftmax, rescaleToProbability } from '../../ml/explain/rescale.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { type ExplainedRows, explainOutputs, predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe, countUnseen, type RareLevels, type UnseenCategories } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import { explainAgainstReference, type ReferenceInput } from './explain-reference.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';

export type ExplainBlockInput = {
  readonly model: PortableModel;
  readonly frame: Frame;
  /** Values that are known, but have no level of their own: not counted as unseen. */
  readonly rare?: RareLevels;
  readonly units: 'margin' | 'probability';
  /** Measured from something else than the training shares, or with interactions; absent: neither. */
  readonly reference?: ReferenceInput;
  /** `double`: float64 throughout, for contributions from the training shares. */
  readonly precision?: ShapPrecision;
};

export type ExplainBlockOutput = {
  /** Row-major rowCount × inputs, in the order of the recipe's inputs. */
  readonly values: Float64Array;
  /** A row's contributions start here … */
  readonly base: Float64Array;
  /** … and add up to this: the margin, or the probability. */
  readonly output: Float64Array;
  /** Output explained in each row: the predicted class; 0 for binary and regression. */
  readonly outputOfRow: Int32Array;
  /** Largest |base + Σ contributions − margin| / max(1, |margin|), always in the margin. */
  readonly additivityMaxError: number;
  /** Σ |contribution| of each input over the rows, in the units asked for. */
  readonly sumAbs: Float64Array;
  readonly unseen: readonly UnseenCategories[];
  /** Interactions of the reference's pairs, in the margin: row-major rowCount × pairs. */
  readonly pairs?: Float64Array;
  /** Σ |interaction| of each pair over the rows. */
  readonly pairSumAbs?: Float64Array;
};

export function explainBlock(input: ExplainBlockInput, _environment: TaskEnvironment): ExplainBlockOutput {
  const spec = unpackModel(input.model);
  const { outputCount } = spec;
  const matrix = applyRecipe(spec.recipe, input.frame);
  const margins = predictMargins(spec, matrix);
  const outputs = predictOutputs(spec, margins);
  const wanted = Array.from({ length: outputCount }, (_, k) => k);
  const { reference, precision } = input;
  const unseen = countUnseen(spec.recipe, input.frame, input.rare);
  if (reference === undefined) {
    const all = explainOutputs(spec, matrix, wanted, precision);
    return assembleExplained(spec, { margins, outputs, all }, matrix.rowCount, input.units, unseen);
  }
  const { background, pairs } = reference;
  const found = explainAgainstReference(input.model.key, spec, matrix, wanted, { background, pairs: pairs.length > 0 });
  const made = assembleExplained(spec, { margins, outputs, all: found }, matrix.rowCount, input.units, unseen);
  return pairs.length === 0 ? made : { ...made, ...pairValues(found, pairs, made.outputOfRow) };
}

function pairValues(
  found: readonly ReferenceRows[],
  pairs: ReferenceInput['pairs'],
  outputOfRow: Int32Array,
): { readonly pairs: Float64Array; readonly pairSumAbs: Float64Array } {
  const values = new Float64Array(outputOfRow.length * pairs.length);
  const pairSumAbs = new Float64Array(pairs.length);
  pairs.forEach(([a, b], p) => {
    const columns = found.map((each) => each.pairs.get(a * each.inputs.length + b));
    for (let row = 0; row < outputOfRow.length; row++) {
      const value = columns[outputOfRow[row]]?.[row] ?? 0;
      values[row * pairs.length + p] = value;
      pairSumAbs[p] += Math.abs(value);
    }
  });
  return { pairs: values, pairSumAbs };
}

/** The rows of a block from the contributions to every output: of each row those of its predicted class. */
export function assembleExplained(
  spec: ModelSpec,
  parts: { readonly margins: Float64Array; readonly outputs: Float64Array; readonly all: readonly ExplainedRows[] },
  rowCount: number,
  units: 'margin' | 'probability',
  unseen: readonly UnseenCategories[],
): ExplainBlockOutput {
  const { margins, outputs, all } = parts;
  const { outputCount } = spec;
  const width = spec.recipe.inputs.length;
  const values = new Float64Array(rowCount * width);
  const base = new Float64Array(rowCount);
  const output = new Float64Array(rowCount);
  const outputOfRow = new Int32Array(rowCount);
  const sumAbs = new Float64Array(width);
  const scaled = units === 'probability' && spec.task !== 'regression';
  let worst = 0;
  for (let row = 0; row < rowCount; row++) {
    let top = 0;
    for (let k = 1; k < outputCount; k++) {
      if (outputs[row * outputCount + k] > outputs[row * outputCount + top]) top = k;
    }
    outputOfRow[row] = top;
    const margin = margins[row * outputCount + top];
    const exact = all[top].values.subarray(row * width, (row + 1) * width);
    let sum = all[top].base;
    for (const value of exact) sum += value;
    worst = Math.max(worst, Math.abs(sum - margin) / Math.max(1, Math.abs(margin)));
    if (scaled) {
      const inProbability = rescaleRow(spec, all, row, top, width);
      values.set(inProbability.values, row * width);
      base[row] = inProbability.baseProbability;
      output[row] = inProbability.probability;
    } else {
      values.set(exact, row * width);
      base[row] = all[top].base;
      output[row] = margin;
    }
    for (let c = 0; c < width; c++) sumAbs[c] += Math.abs(values[row * width + c]);
  }
  return { values, base, output, outputOfRow, additivityMaxError: worst, sumAbs, unseen };
}

function rescaleRow(spec: ModelSpec, all: readonly ExplainedRows[], row: number, top: number, width: number) {
  const rowOf = (part: ExplainedRows): Float64Array => part.values.subarray(row * width, (row + 1) * width);
  if (spec.task === 'binary') {
    return rescaleToProbability(
      rowOf(all[0]),
      all[0].base,
      (margin) => applyCalibration(spec.calibration, Float64Array.of(margin), 'binary', 1)[0],
    );
  }
  const change = all.map((_, k) => classScale(spec.calibration, k));
  return rescaleSoftmax(
    all.map((part, k) => rowOf(part).map((value) => value * change[k].scale)),
    all.map((part, k) => part.base * change[k].scale + change[k].offset),
    top,
  );
}
