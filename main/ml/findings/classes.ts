/** Classes of a target: their texts and counts, and which of two is the positive one. */
import { invalidInput } from '../../base/errors.ts';
import type { RawColumn } from '../frame.ts';
import type { InputSpec } from '../model-spec.ts';

type LogicalType = InputSpec['logicalType'];

/** A class as text and the rows that have it. */
export type ClassCount = { readonly value: string; readonly count: number };

const yesWords = new Set([
  'yes',
  'y',
  'true',
  't',
  'positive',
  'pos',
  'churn',
  'churned',
  'left',
  'exited',
  'lost',
  'default',
  'defaulted',
  'bad',
  'fraud',
  'won',
  'win',
  'sick',
  'disease',
  'malignant',
  'success',
  'converted',
  'late',
  'dead',
  'died',
  'spam',
  'fail',
  'failed',
]);
const noWords = new Set([
  'no',
  'n',
  'false',
  'f',
  'negative',
  'neg',
  'none',
  'stayed',
  'stay',
  'retained',
  'good',
  'legit',
  'healthy',
  'benign',
  'loss',
  'lose',
  'ham',
  'ok',
  'normal',
  'alive',
]);

/** Text of a class: text as it is; numbers in their shortest form; booleans held as 0 and 1 as false and true. */
export function classText(column: RawColumn, row: number, logicalType: LogicalType): string | null {
  if (column.type === 'string') {
    const code = column.codes[row];
    return code < 0 || column.levels[code] === '' ? null : column.levels[code];
  }
  const value = column.values[row];
  if (Number.isNaN(value)) return null;
  return logicalType === 'boolean' ? (value === 0 ? 'false' : 'true') : String(value + 0);
}

/** Classes in natural order: numbers by value, text by code unit. Stops counting at far too many. */
export function classesOf(column: RawColumn, logicalType: LogicalType): ClassCount[] {
  const counts = new Map<string, number>();
  const rowCount = column.type === 'string' ? column.codes.length : column.values.length;
  for (let row = 0; row < rowCount; row++) {
    const text = classText(column, row, logicalType);
    if (text !== null) counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const entries = Array.from(counts, ([value, count]) => ({ value, count }));
  const numbers = entries.every((entry) => Number.isFinite(Number(entry.value)));
  return entries.sort((a, b) => (numbers ? Number(a.value) - Number(b.value) : 0) || (a.value < b.value ? -1 : 1));
}

/** The class to predict the probability of: the one asked for, a word for yes, else the rarer. */
export function choosePositive(
  name: string,
  classes: readonly ClassCount[],
  wanted: string | undefined,
): { positive: string; reason: string } {
  if (wanted !== undefined) {
    if (classes.some((entry) => entry.value === wanted)) return { positive: wanted, reason: 'as asked for' };
    throw invalidInput('positive-class', `"${wanted}" is not a value of the target "${name}".`, {
      hint: `Its values are ${classes.map((entry) => entry.value).join(' and ')}.`,
      details: { column: name },
    });
  }
  const [a, b] = classes;
  const numbers = classes.map((entry) => Number(entry.value));
  if (numbers[1] === 1 && (numbers[0] === 0 || numbers[0] === -1))
    return { positive: b.value, reason: '1 stands for yes' };
  for (const [mine, other] of [
    [a, b],
    [b, a],
  ]) {
    const [text, otherText] = [mine.value.trim().toLowerCase(), other.value.trim().toLowerCase()];
    const named = text === name.trim().toLowerCase();
    if ((named || yesWords.has(text)) && !yesWords.has(otherText)) {
      return { positive: mine.value, reason: `"${mine.value}" says yes` };
    }
    if (noWords.has(otherText) && !noWords.has(text))
      return { positive: mine.value, reason: `"${other.value}" says no` };
  }
  const rarer = a.count < b.count ? a : b;
  return { positive: rarer.value, reason: `"${rarer.value}" is the rarer value` };
}
