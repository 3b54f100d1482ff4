import type { ColumnDecision } from '../readings/decide.ts';
import { reads } from '../readings/fit.ts';
import type { ReadingCode } from '../types.ts';
import type { WantedColumn } from './score-source.ts';

const readingsFor: Readonly<Record<WantedColumn['type'], readonly ReadingCode[]>> = {
  double: ['integer', 'number-point', 'number-comma'],
  timestamp: ['date-ymd', 'date-dmy', 'date-mdy'],
  string: ['text'],
};

/** How the numbers of a file are written, by the columns whose decimals show it; the decimal point where none does. */
export function decimalsOf(decisions: readonly ColumnDecision[]): ReadingCode {
  const count = (reading: ReadingCode): number => decisions.filter((decision) => decision.reading === reading).length;
  return count('number-comma') > count('number-point') ? 'number-comma' : 'number-point';
}

/** The reading of a column for a wanted type: the file's own where it fits, else what reads most of the sample. */
export function readingFor(wanted: WantedColumn, decision: ColumnDecision, decimals: ReadingCode): ReadingCode {
  const options = readingsFor[wanted.type];
  if (wanted.type === 'string') return 'text';
  const fits = (reading: ReadingCode): number =>
    decision.evidence.reduce((sum, { signature, count }) => sum + (reads(signature, reading, -1) ? count : 0), 0);
  if (options.includes(decision.reading)) {
    const settled =
      decision.basis === 'default' && wanted.reading !== undefined && options.includes(wanted.reading)
        ? wanted.reading
        : decision.reading;
    // Whole numbers at the head say nothing against decimals further down
    if (settled !== 'integer') return settled;
    return decimals;
  }
  let best: ReadingCode =
    wanted.reading !== undefined && options.includes(wanted.reading)
      ? wanted.reading
      : wanted.type === 'double'
        ? decimals
        : 'date-ymd';
  for (const option of options) if (option !== 'integer' && fits(option) > fits(best)) best = option;
  return best;
}
