import { type OutputText, type RowForm, rowsText } from '../../base/row-text.ts';
import { type RowIntervals, rowIntervals } from '../../ml/conformal/apply.ts';
import { type Frame, takeFeatures } from '../../ml/frame.ts';
import { explainMargins, predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe, countUnseen, type RareLevels, type UnseenCategories } from '../../ml/recipe/apply.ts';
import { ascendingQuantiles } from '../../ml/response.ts';
import type { TaskEnvironment } from '../environment.ts';
import { shareBytes } from '../shared-columns.ts';
import { type PortableModel, unpackModel } from './model-cache.ts';
import { scoredValues } from './scored-values.ts';
import { topReasons } from './top-reasons.ts';

export type ScoreBlockInput = {
  readonly model: PortableModel;
  readonly frame: Frame;
  /** Values that are known, but have no level of their own: not counted as unseen. */
  readonly rare?: RareLevels;
  /** Contributions wanted: none, those of the explained output, in full. */
  readonly explain: boolean;
  /** Strongest reasons wanted a row, in words; 0 when absent. */
  readonly reasons?: number;
  /** Level of the intervals or sets wanted a row; none when absent. */
  readonly interval?: number;
  /** Wanted as rows of a scored file: then margins are left out, and reasons, intervals and quantiles stand in the text. */
  readonly write?: ScoreWrite;
};

/** How scored rows are to be written, and the texts of the id where there is one. */
export type ScoreWrite = { readonly form: RowForm; readonly ids: readonly (string | null)[] | null };

export type ScoreBlockOutput = {
  readonly margins: Float64Array;
  /** Probabilities row-major (binary: of the positive class) or values. */
  readonly outputs: Float64Array;
  readonly unseen: readonly UnseenCategories[];
  /** Contributions of the explained output: binary and regression output 0; multiclass the row's likeliest class. */
  readonly explained: {
    readonly base: Float64Array;
    readonly values: Float64Array;
    readonly inputs: readonly string[];
    readonly outputOfRow: Int32Array;
  } | null;
  /** Row-major rowCount × `reasons` texts, strongest first; '' where a row has fewer. */
  readonly reasons: readonly string[];
  /** Null unless asked for. */
  readonly intervals: RowIntervals | null;
  /** Quantiles by ascending level, row-major; null for models that predict one number. */
  readonly quantiles: Float64Array | null;
  /** The rows as they stand in a scored file; null unless asked for. */
  readonly text: OutputText | null;
};

/** Scores a block of rows with the application's own kernels, with exact contributions where asked for. */
export function scoreBlock(input: ScoreBlockInput, _environment: TaskEnvironment): ScoreBlockOutput {
  const spec = unpackModel(input.model);
  const matrix = applyRecipe(spec.recipe, input.frame);
  const margins = predictMargins(spec, matrix);
  const outputs = predictOutputs(spec, margins);
  const unseen = countUnseen(spec.recipe, input.frame, input.rare);
  const wanted = input.reasons ?? 0;
  const { task, classes } = spec;
  const intervals =
    input.interval === undefined
      ? null
      : rowIntervals(
          spec.intervals,
          { frame: input.frame, matrix, outputs, task, classCount: classes.length, host: spec },
          input.interval,
        );
  const quantiles = ascendingQuantiles(spec.response, margins)?.values ?? null;
  const finished = (reasons: readonly string[], explained: ScoreBlockOutput['explained']): ScoreBlockOutput => {
    const { write } = input;
    if (write === undefined) return { margins, outputs, unseen, explained, reasons, intervals, quantiles, text: null };
    const { rowCount } = matrix;
    const values = scoredValues(spec, write.ids, wanted, { rowCount, outputs, quantiles, intervals, reasons });
    const { text: rows, formulas } = rowsText(write.form, { rowCount, values }, 0, rowCount);
    const text = { rowCount, bytes: shareBytes(Buffer.from(rows, 'utf8')), formulas };
    const none = { margins: new Float64Array(0), reasons: [], intervals: null, quantiles: null };
    return { ...none, outputs, unseen, explained, text };
  };
  if (!input.explain && wanted === 0) return finished([], null);
  const { outputCount } = spec;
  const rowCount = matrix.rowCount;
  const outputOfRow = new Int32Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    for (let k = 1; task === 'multiclass' && k < outputCount; k++) {
      if (outputs[row * outputCount + k] > outputs[row * outputCount + outputOfRow[row]]) outputOfRow[row] = k;
    }
  }
  const inputs = spec.recipe.inputs.map((column) => column.name);
  const base = new Float64Array(rowCount);
  const values = new Float64Array(rowCount * inputs.length);
  for (let k = 0; k < outputCount; k++) {
    const rows: number[] = [];
    for (let row = 0; row < rowCount; row++) if (outputOfRow[row] === k) rows.push(row);
    if (rows.length === 0) continue;
    const explained = explainMargins(spec, rows.length === rowCount ? matrix : takeFeatures(matrix, rows), k);
    for (let i = 0; i < rows.length; i++) {
      base[rows[i]] = explained.base;
      values.set(explained.values.subarray(i * inputs.length, (i + 1) * inputs.length), rows[i] * inputs.length);
    }
  }
  const reasons = topReasons(spec.recipe.inputs, input.frame, values, wanted);
  const explained = input.explain ? { base, values, inputs, outputOfRow } : null;
  return finished(reasons, explained);
}
