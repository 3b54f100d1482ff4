import { invalidInput } from '../../base/errors.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import type { OutputBlock, OutputColumn, OutputValues } from '../../warehouse/writer.ts';
import type { ScoredBlock } from './block-scorer.ts';

/** Columns of a scored file: the id, the prediction, its probabilities, its interval or set, the reasons. Throws invalid-input when two would share a name. */
export function scoreColumns(
  spec: Pick<ModelSpec, 'task' | 'classes' | 'response'>,
  id: string | null,
  reasons: number,
  interval: number | null = null,
): readonly OutputColumn[] {
  const columns: OutputColumn[] = [];
  if (id !== null) columns.push({ name: id, type: 'text' });
  columns.push({ name: 'prediction', type: spec.task === 'regression' ? 'number' : 'text' });
  for (const level of quantileLevels(spec)) columns.push({ name: `quantile_${level}`, type: 'number' });
  if (spec.task === 'binary') columns.push({ name: 'probability', type: 'number' });
  if (spec.task === 'multiclass') {
    for (const label of spec.classes) columns.push({ name: `probability_${label}`, type: 'number' });
  }
  if (interval !== null) {
    if (spec.task === 'regression') columns.push({ name: 'low', type: 'number' }, { name: 'high', type: 'number' });
    else columns.push({ name: 'set', type: 'text' });
  }
  for (let k = 1; k <= reasons; k++) columns.push({ name: `reason_${k}`, type: 'text' });
  const twice = columns.find(({ name }, i) => columns.findIndex((other) => other.name === name) !== i);
  if (twice !== undefined) {
    throw invalidInput('id-name-taken', `The output already has a column "${twice.name}".`, {
      hint: 'Rename the id column in the file, or score without --id.',
      details: { column: twice.name },
    });
  }
  return columns;
}

/** Levels of a model of several quantiles, ascending; none for others. */
const quantileLevels = ({ response }: Pick<ModelSpec, 'response'>): readonly number[] =>
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

/** The values of a block in the order of `scoreColumns`; a kept id is the block's first kept column. */
export function scoreValues(
  spec: Pick<ModelSpec, 'task' | 'classes' | 'response'>,
  withId: boolean,
  reasons: number,
  block: FrameBlock,
  scored: ScoredBlock,
): OutputBlock {
  const { rowCount } = block.frame;
  const values: OutputValues[] = withId ? [block.kept[0]] : [];
  if (spec.task === 'regression') {
    values.push(scored.outputs);
    const { quantiles } = scored;
    const width = quantileLevels(spec).length;
    for (let k = 0; k < width && quantiles !== null; k++) {
      values.push(Float64Array.from({ length: rowCount }, (_, row) => quantiles[row * width + k]));
    }
  } else {
    values.push(
      Array.from({ length: rowCount }, (_, row) => spec.classes[predictedClass(spec, scored.outputs, row)] ?? null),
    );
    const width = spec.task === 'binary' ? 1 : spec.classes.length;
    for (let k = 0; k < width; k++) {
      values.push(Float64Array.from({ length: rowCount }, (_, row) => scored.outputs[row * width + k]));
    }
  }
  const { intervals } = scored;
  if (intervals?.kind === 'number') values.push(intervals.low, intervals.high);
  if (intervals?.kind === 'classes') {
    values.push(intervals.sets.map((set) => set.map((k) => spec.classes[k]).join(labelSeparator)));
  }
  for (let k = 0; k < reasons; k++) {
    values.push(Array.from({ length: rowCount }, (_, row) => scored.reasons[row * reasons + k] || null));
  }
  return { rowCount, values };
}
