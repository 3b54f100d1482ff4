import { dataProblem, notFound } from '../../base/errors.ts';
import type { ColumnType } from '../../contract/common.ts';
import { type FrameColumn, microseconds, orNan } from '../frame-sql.ts';
import type { ActualColumn } from '../schema-diff.ts';
import type { WantedColumn } from './score-source.ts';

/** Positions in the source of the wanted columns. Errors: data-problem naming every column that is not there. */
export function locateWanted(
  wanted: readonly WantedColumn[],
  actual: readonly ActualColumn[],
  map: Readonly<Record<string, string>>,
): readonly number[] {
  const sourceOf = new Map(Object.entries(map).map(([from, to]) => [to, from]));
  const positions = wanted.map(({ name }) =>
    actual.findIndex((column) => column.name === (sourceOf.get(name) ?? name)),
  );
  const missing = wanted.filter((_, i) => positions[i] < 0).map(({ name }) => name);
  if (missing.length > 0) {
    throw dataProblem(
      'columns-missing',
      `The input lacks ${missing.length === 1 ? 'the column' : 'the columns'} ${missing.map((name) => `"${name}"`).join(', ')}.`,
      {
        hint: 'Compare the columns and give a mapping old=new for those that were renamed.',
        details: { columns: missing },
      },
    );
  }
  return positions;
}

/** Positions of the columns whose texts go along. Errors: not-found. */
export function locateKept(keep: readonly string[], actual: readonly ActualColumn[]): readonly number[] {
  return keep.map((name) => {
    const position = actual.findIndex((column) => column.name === name);
    if (position < 0)
      throw notFound('column-not-found', `The input has no column "${name}".`, {
        hint: 'Check the spelling.',
        details: { column: name },
      });
    return position;
  });
}

/**
 * Frame column for a wanted input over a typed SQL value of logical type `found`. Text inputs take numbers and booleans
 * as their texts. Errors: data-problem where the types cannot meet.
 */
export function typedFrameColumn(wanted: WantedColumn, value: string, found: ColumnType, text: string): FrameColumn {
  const refuse = (): Error =>
    dataProblem(
      'column-retyped',
      `Column "${wanted.name}" reads as ${found} here; the model learned ${wanted.logicalType}.`,
      {
        hint: 'Compare the columns of the file with those of the model.',
        details: { column: wanted.name },
      },
    );
  if (wanted.type === 'string') return { name: wanted.name, type: 'string', sql: text };
  if (wanted.type === 'double') {
    if (found === 'integer' || found === 'number') return { name: wanted.name, type: 'double', sql: orNan(value) };
    if (found === 'boolean') return { name: wanted.name, type: 'double', sql: orNan(`CAST(${value} AS INTEGER)`) };
    throw refuse();
  }
  if (found === 'date' || found === 'datetime')
    return { name: wanted.name, type: 'timestamp', sql: microseconds(value) };
  throw refuse();
}
