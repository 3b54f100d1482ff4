/** From the import's address to what the host is asked. */
import type { Source } from '../../../main/contract/common.ts';
import type { ColumnReading, DialectOptions } from '../../../main/contract/datasets.ts';
import type { ImportSearch } from './search.ts';

/** Where the file is, or null while none is chosen. */
export function sourceOf(search: ImportSearch): Source | null {
  if (search.path !== undefined) return { path: search.path };
  return search.upload === undefined ? null : { uploadId: search.upload };
}

/** The dialect the person decided; everything else is found out by the host. */
export function optionsOf(search: ImportSearch): DialectOptions {
  const { delimiter, decimal, encoding, dateOrder, header } = search;
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(header === undefined ? {} : { header }),
  };
}

/** Readings to send: only the columns that are to be read the second way. */
export function readingsOf(columns: readonly ColumnReading[], second: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap(({ name, alternativeCode }) =>
      alternativeCode !== null && second.includes(name) ? [[name, alternativeCode]] : [],
    ),
  );
}

/** Columns whose values would change under the second reading. */
export const differing = (columns: readonly ColumnReading[]): readonly ColumnReading[] =>
  columns.filter((column) => column.alternativeCode !== null && column.changedValues > 0);
