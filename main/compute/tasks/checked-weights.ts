import { dataProblem, invalidInput } from '../../base/errors.ts';
import type { Frame } from '../../ml/frame.ts';
import { needColumn } from './need-column.ts';

/** The name of the weight column, whose values in the given rows are numbers from zero on. Throws invalid-input, data-problem. */
export function checkedWeights(frame: Frame, name: string, rows: Int32Array): string {
  const column = needColumn(frame, name, 'weight column');
  if (column.type !== 'double') {
    throw invalidInput('weights-no-number', `The weight column "${name}" holds no numbers.`, {
      hint: 'Choose a column of numbers from zero on.',
      details: { column: name },
    });
  }
  const wrong = rows.filter((row) => !(column.values[row] >= 0 && column.values[row] < Number.POSITIVE_INFINITY));
  if (wrong.length === 0) return name;
  const value = column.values[wrong[0]];
  const first = Number.isNaN(value) ? 'no weight' : `the weight ${value}`;
  throw dataProblem(
    'weights',
    `${wrong.length === 1 ? 'One row has' : `${wrong.length} rows have`} no usable weight in "${name}"; row ${wrong[0] + 1} has ${first}.`,
    {
      hint: 'Weights are numbers from zero on; a row of weight zero is not learned from, but is checked like any other.',
      details: { column: name, rows: wrong.length, row: wrong[0] + 1 },
    },
  );
}
