import type { ColumnType, ReadingCode } from '../types.ts';

/** The reading under which values stand that have the type already. */
export const readingOfType: Readonly<Record<ColumnType, ReadingCode>> = {
  integer: 'integer',
  number: 'number-point',
  boolean: 'boolean',
  date: 'date-ymd',
  datetime: 'date-ymd',
  text: 'text',
};
