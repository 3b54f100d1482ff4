import { invalidInput } from '../../base/errors.ts';
import { type Frame, findColumn, type RawColumn } from '../../ml/frame.ts';

/** A column by name. Throws invalid-input `no-such-column`, naming what it was wanted for. */
export function needColumn(frame: Frame, name: string, what: string): RawColumn {
  const column = findColumn(frame, name);
  if (column !== null) return column;
  throw invalidInput('no-such-column', `There is no column "${name}" (${what}).`, {
    hint: `Columns: ${frame.columns
      .map((c) => c.name)
      .slice(0, 40)
      .join(', ')}.`,
    details: { column: name },
  });
}
