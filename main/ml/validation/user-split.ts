/**
 * A column in which the user says where rows belong. Two readings: words for training, validation and test (validation rows
 * are validated once; test rows are sealed where there are validation rows too, else they are the ones validated); or
 * 2 … 50 values that each name a fold. Rows with a missing value train in every fold.
 */
import { dataProblem } from '../../base/errors.ts';
import type { RawColumn } from '../frame.ts';

export type UserSplit = {
  /** Fold of every row; −1 trains in every fold. */
  readonly foldOf: Int32Array;
  readonly foldCount: number;
  /** 1 for rows to seal. */
  readonly sealed: Uint8Array;
};

const words = {
  train: /^(train|training|learn|fit|development)$/i,
  valid: /^(valid|validation|val|dev|eval)$/i,
  test: /^(test|testing|holdout|hold-out|oos|sealed)$/i,
};
const mostFolds = 50;

/** Throws data-problem naming the column where neither reading fits. */
export function readUserSplit(column: RawColumn): UserSplit {
  const rowCount = column.type === 'string' ? column.codes.length : column.values.length;
  const textOf = (row: number): string | null => {
    if (column.type === 'string') return column.codes[row] < 0 ? null : (column.levels[column.codes[row]] ?? null);
    return Number.isNaN(column.values[row]) ? null : String(column.values[row]);
  };
  const counts = new Map<string, number>();
  for (let row = 0; row < rowCount; row++) {
    const text = textOf(row);
    if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
    if (counts.size > mostFolds) break;
  }
  const values = [...counts.keys()];
  const named = values.some((value) => words.train.test(value.trim()));
  const foldOf = new Int32Array(rowCount).fill(-1);
  const sealed = new Uint8Array(rowCount);
  if (named) {
    const other = values.filter((value) => !Object.values(words).some((pattern) => pattern.test(value.trim())));
    if (other.length > 0) throw unreadable(column.name, `it also holds "${other.slice(0, 3).join('", "')}"`);
    const hasValid = values.some((value) => words.valid.test(value.trim()));
    for (let row = 0; row < rowCount; row++) {
      const text = textOf(row)?.trim();
      if (text === undefined) continue;
      if (words.valid.test(text) || (!hasValid && words.test.test(text))) foldOf[row] = 0;
      else if (words.test.test(text)) sealed[row] = 1;
    }
    if (!foldOf.includes(0)) throw unreadable(column.name, 'no row is marked for validation');
    return { foldOf, foldCount: 1, sealed };
  }
  if (values.length < 2 || values.length > mostFolds) {
    throw unreadable(column.name, values.length < 2 ? 'it has fewer than two values' : `it has more than ${mostFolds}`);
  }
  const order = new Map(sortValues(values).map((value, fold) => [value, fold]));
  for (let row = 0; row < rowCount; row++) {
    const text = textOf(row);
    if (text !== null) foldOf[row] = order.get(text) ?? -1;
  }
  return { foldOf, foldCount: values.length, sealed };
}

const sortValues = (values: readonly string[]): string[] =>
  [...values].sort((a, b) => (Number(a) < Number(b) ? -1 : Number(a) > Number(b) ? 1 : a < b ? -1 : a > b ? 1 : 0));

const unreadable = (name: string, why: string): Error =>
  dataProblem('bad-split-column', `The column "${name}" does not split the rows: ${why}.`, {
    hint: 'Use the words train, valid and test, or one value for each fold.',
    details: { column: name },
  });
