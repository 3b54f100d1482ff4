import type { OutputValues } from '../../base/row-text.ts';
import type { RowIntervals } from '../../ml/conformal/apply.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';

type Spec = Pick<ModelSpec, 'task' | 'classes' | 'response'>;

/** Levels of a model of several quantiles, ascending; none for others. */
export const quantileLevels = ({ response }: Pick<ModelSpec, 'response'>): readonly number[] =>
  response?.kind === 'quantiles' && response.levels.length > 1 ? [...response.levels].sort((a, b) => a - b) : [];

/** Between the labels of a set, in files. */
const labelSeparator = ' | ';

/** The class predicted in a row: the likeliest; for binary the positive one from a probability of one half on. */
export function predictedClass(spec: Pick<ModelSpec, 'task' | 'classes'>, outputs: Float64Array, row: number): number {
  if (spec.task === 'binary') return outputs[row] >= 0.5 ? 1 : 0;
  const width = spec.classes.length;
  let best = 0;
  for (let k = 1; k < width; k++) if (outputs[row * width + k] > outputs[row * width + best]) best = k;
  return best;
}

/** What is known of the rows of a block. */
export type Scored = {
  readonly rowCount: number;
  /** Probabilities row-major (binary: of the positive class), or values. */
  readonly outputs: Float64Array;
  /** Quantiles by ascending level, row-major; null for models that predict one number. */
  readonly quantiles: Float64Array | null;
  readonly intervals: RowIntervals | null;
  /** Row-major rowCount × the reasons asked for, strongest first; '' where a row has fewer. */
  readonly reasons: readonly string[];
};

/** Every `width`-th of row-major values, from one on. */
function strided(values: Float64Array, rowCount: number, width: number, from: number): Float64Array {
  if (width === 1) return values;
  const column = new Float64Array(rowCount);
  for (let row = 0; row < rowCount; row++) column[row] = values[row * width + from];
  return column;
}

/** The values of a block in the order of a scored file's columns: the texts of the id if any, prediction, …, reasons. */
export function scoredValues(
  spec: Spec,
  ids: readonly (string | null)[] | null,
  reasons: number,
  scored: Scored,
): readonly OutputValues[] {
  const { rowCount, outputs, quantiles, intervals } = scored;
  const values: OutputValues[] = ids === null ? [] : [ids];
  if (spec.task === 'regression') {
    values.push(outputs);
    const width = quantileLevels(spec).length;
    for (let k = 0; k < width && quantiles !== null; k++) values.push(strided(quantiles, rowCount, width, k));
  } else {
    const codes = new Uint16Array(rowCount);
    for (let row = 0; row < rowCount; row++) codes[row] = predictedClass(spec, outputs, row);
    values.push({ codes, texts: spec.classes });
    const width = spec.task === 'binary' ? 1 : spec.classes.length;
    for (let k = 0; k < width; k++) values.push(strided(outputs, rowCount, width, k));
  }
  if (intervals?.kind === 'number') values.push(intervals.low, intervals.high);
  if (intervals?.kind === 'classes') {
    values.push(intervals.sets.map((set) => set.map((k) => spec.classes[k]).join(labelSeparator)));
  }
  for (let k = 0; k < reasons; k++) {
    values.push(Array.from({ length: rowCount }, (_, row) => scored.reasons[row * reasons + k] || null));
  }
  return values;
}
