import type { ReadingCode } from '../types.ts';
import type { WantedColumn } from './score-source.ts';

/** Where to go on in a text source: place, records cut so far and data records behind the last block. */
export type Resume = {
  readonly offset: number;
  readonly line: number;
  readonly records: number;
  readonly data: number;
};

export function isResume(value: unknown): value is Resume {
  return (
    typeof value === 'object' &&
    value !== null &&
    'offset' in value &&
    'line' in value &&
    'records' in value &&
    'data' in value
  );
}

/** A wanted column with its place in the records and how it is read. */
export type Target = { readonly wanted: WantedColumn; readonly position: number; readonly reading: ReadingCode };

const wantedWord = { double: 'a number', timestamp: 'a date', string: 'a text' } as const;

/** Why a row is rejected for a cell. */
export const cellReason = ({ wanted }: Target, text: string): string =>
  `column "${wanted.name}": "${text.slice(0, 80)}" is not ${wantedWord[wanted.type]}`;
