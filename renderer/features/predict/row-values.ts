/**
 * The row of the prediction form. The address keeps only what differs from the typical row, so that a link is short and
 * "was → now" needs no second copy.
 */
import type { Cell } from '../../../main/contract/common.ts';
import type { FormField } from './form-fields.ts';

export type RowChanges = Readonly<Record<string, Cell>>;

/** The typical row: what the form shows before anything is typed. */
export function buildTypicalRow(fields: readonly FormField[]): Record<string, Cell> {
  return Object.fromEntries(fields.map((field) => [field.name, field.typical]));
}

/** The row to predict: typical values with the changes on top; changes of columns the model does not have are passed over. */
export function buildRow(fields: readonly FormField[], changes: RowChanges): Record<string, Cell> {
  return Object.fromEntries(
    fields.map((field) => {
      const change = changes[field.name];
      return [field.name, change === undefined ? field.typical : change];
    }),
  );
}

/** The changes after setting one value; setting the typical value removes the entry. */
export const changeValue = (changes: RowChanges, field: FormField, value: Cell): RowChanges =>
  changeCell(changes, field.name, value, field.typical);

/** The changes after setting one column to `value`; setting it to what it `was` removes the entry. */
export function changeCell(changes: RowChanges, column: string, value: Cell, was: Cell): RowChanges {
  const rest = Object.fromEntries(Object.entries(changes).filter(([name]) => name !== column));
  return isSameCell(value, was) ? rest : { ...rest, [column]: value };
}

const isSameCell = (a: Cell, b: Cell): boolean => a === b || (a !== null && b !== null && String(a) === String(b));

/** A typed number: comma or point as decimal sign, empty means missing. `problem` when it cannot be read. */
export function readNumber(
  text: string,
  whole: boolean,
): { readonly value: Cell } | { readonly problem: 'not-a-number' | 'not-whole' } {
  const compact = text.replace(/[\s\u00a0\u202f]/g, '').replace(/^−/, '-');
  if (compact === '') return { value: null };
  const plain = compact.replace(',', '.');
  if (!/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain)) return { problem: 'not-a-number' };
  const value = Number(plain);
  if (!Number.isFinite(value)) return { problem: 'not-a-number' };
  return whole && !Number.isInteger(value) ? { problem: 'not-whole' } : { value };
}

/** Where a number stands against training: outside all rows seen, outside 98 % of them, or usual. */
export function rateNumber(field: FormField, value: Cell): 'usual' | 'rare' | 'unseen' {
  if (field.control.kind !== 'number' || typeof value !== 'number') return 'usual';
  const { low, high, min, max } = field.control;
  if ((min !== null && value < min) || (max !== null && value > max)) return 'unseen';
  return (low !== null && value < low) || (high !== null && value > high) ? 'rare' : 'usual';
}

/** Whether a chosen level was among those listed from training. */
export function isKnownLevel(field: FormField, value: Cell): boolean {
  return (
    field.control.kind !== 'select' ||
    value === null ||
    field.control.levels.some((level) => level.value === String(value))
  );
}
