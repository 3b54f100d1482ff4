import { invalidInput } from '../../base/errors.ts';
import type { OutputColumn } from '../../base/row-text.ts';
import { quantileLevels } from '../../compute/tasks/scored-values.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';

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
