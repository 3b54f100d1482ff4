import { dataProblem } from '../../base/errors.ts';
import { type Frame, findColumn, type RawColumn } from '../frame.ts';
import type { InputSpec } from '../model-spec.ts';

/** The frame's column for a model input. Throws data-problem when it is absent or of another physical type. */
export function inputColumn(frame: Frame, input: Pick<InputSpec, 'name' | 'type'>): RawColumn {
  const column = findColumn(frame, input.name);
  if (column === null) {
    throw dataProblem('missing-column', `The data has no column "${input.name}", which the model needs.`, {
      hint: 'Add the column or map another one to it.',
      details: { column: input.name },
    });
  }
  if (column.type !== input.type) {
    throw dataProblem(
      'column-type',
      `Column "${input.name}" was read as ${column.type}; the model needs ${input.type}.`,
      {
        hint: 'Read the file with the schema of the training data.',
        details: { column: input.name, found: column.type, needed: input.type },
      },
    );
  }
  return column;
}
