/** What the grid asks the host for, and how sorts and filters stand in the address. */

import type { GridFilter } from '../../../main/contract/cleaning.ts';
import type { ColumnType } from '../../../main/contract/common.ts';
import type { DatasetSearch } from './search.ts';

/** One column to sort by. */
export type GridSort = { readonly column: string; readonly descending: boolean };

/** Sorts stand in the address as "name" or "-name"; a name that begins with a minus is written with a leading "+". */
export const writeSort = ({ column, descending }: GridSort): string =>
  descending ? `-${column}` : column.startsWith('-') || column.startsWith('+') ? `+${column}` : column;

/** The reverse of writeSort. */
export function readSort(text: string): GridSort {
  if (text.startsWith('-')) return { column: text.slice(1), descending: true };
  return { column: text.startsWith('+') ? text.slice(1) : text, descending: false };
}

/** The part of a page request that the address decides; columns the data set lacks are left out. */
export function gridQuery(search: DatasetSearch, columns: ReadonlySet<string>) {
  return {
    sort: (search.sort ?? []).map(readSort).filter((sort) => columns.has(sort.column)),
    filters: (search.filters ?? []).filter((filter) => columns.has(filter.column)),
    search: search.q ?? '',
  };
}

/** Conditions that make sense for a type, the most useful first. */
export function operatorsFor(type: ColumnType): readonly GridFilter['op'][] {
  if (type === 'text') return ['contains', 'equals', 'not-equals', 'missing', 'present'];
  if (type === 'boolean') return ['equals', 'missing', 'present'];
  return ['equals', 'not-equals', 'less', 'at-most', 'greater', 'at-least', 'missing', 'present'];
}

/** Whether a condition needs a value. */
export const needsValue = (op: GridFilter['op']): boolean => op !== 'missing' && op !== 'present';

/** A filter from what was typed, or null when the text is no value of the type. A decimal comma counts as a point. */
export function buildFilter(column: string, type: ColumnType, op: GridFilter['op'], text: string): GridFilter | null {
  if (!needsValue(op)) return { column, op };
  const trimmed = text.trim();
  if (trimmed === '') return null;
  if (type === 'integer' || type === 'number') {
    const value = Number(trimmed.replace(',', '.'));
    return Number.isFinite(value) ? { column, op, value } : null;
  }
  if (type === 'boolean') return { column, op, value: trimmed === 'true' };
  return { column, op, value: type === 'text' ? text : trimmed };
}
