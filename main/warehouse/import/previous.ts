import type { DialectOptions, ImportAlarm, Receipt } from '../../contract/datasets.ts';
import type { ReadingCode } from '../types.ts';
import { isReadingCode } from './reading-codes.ts';

/** What is known from the last import of the same data set: its answers are used again, and changes are reported. */
export type PreviousReceipt = Pick<Receipt, 'dialect' | 'columns'>;

/** Last time's readings by column position; null for columns that were not there. */
export function previousReadings(names: readonly string[], previous: PreviousReceipt | null): (ReadingCode | null)[] {
  const known = new Map(previous?.columns.map(({ name, readingCode }) => [name, readingCode]));
  return names.map((name) => {
    const code = known.get(name);
    return code !== undefined && isReadingCode(code) ? code : null;
  });
}

const dialectWords = {
  format: 'format',
  compression: 'compression',
  encoding: 'encoding',
  delimiter: 'delimiter',
  quote: 'quote character',
  escape: 'escape',
  header: 'header',
  lineEnd: 'line end',
} as const;

const shown = (value: string | boolean | null): string =>
  value === null ? 'none' : value === '\t' ? 'tab' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : `"${value}"`;

/** The part of the file that was read last time, asked for again unless this import asks for one. */
export function previousPick(previous: PreviousReceipt | null): DialectOptions {
  const part = previous?.dialect.part;
  if (part === undefined || part.kind === 'file') return {};
  if (part.kind === 'sheet') return { sheet: part.name, ...(part.range === null ? {} : { range: part.range }) };
  return part.kind === 'records' ? { records: part.name === '' ? '$' : part.name } : { relation: part.name };
}

/** What changed in the schema since the last import, for a person to look at before anything is built on it. */
export function changeAlarms(now: PreviousReceipt, previous: PreviousReceipt | null): readonly ImportAlarm[] {
  if (previous === null) return [];
  const alarms: ImportAlarm[] = [];
  if (previous.dialect.format !== now.dialect.format) {
    alarms.push({ kind: 'format-changed', column: null, was: previous.dialect.format, is: now.dialect.format });
  }
  const [was, is] = [previous.dialect.part?.name ?? null, now.dialect.part?.name ?? null];
  if (was !== is && now.dialect.part?.kind !== 'file') alarms.push({ kind: 'part-changed', column: null, was, is });
  const before = new Map(previous.columns.map((column) => [column.name, column]));
  const names = new Set(now.columns.map(({ name }) => name));
  for (const { name, type } of previous.columns) {
    if (!names.has(name)) alarms.push({ kind: 'column-gone', column: name, was: type, is: null });
  }
  for (const { name, type } of now.columns) {
    const known = before.get(name);
    if (known === undefined) alarms.push({ kind: 'column-new', column: name, was: null, is: type });
    else if (known.type !== type) alarms.push({ kind: 'type-changed', column: name, was: known.type, is: type });
  }
  return alarms;
}

/** Notes on what differs from the last import: dialect, columns that came or went, columns that read as another type. */
export function changeNotes(now: PreviousReceipt, previous: PreviousReceipt | null): readonly string[] {
  if (previous === null) return [];
  const notes: string[] = [];
  for (const key of [
    'format',
    'compression',
    'encoding',
    'delimiter',
    'quote',
    'escape',
    'header',
    'lineEnd',
  ] as const) {
    const before = previous.dialect[key];
    const after = now.dialect[key];
    if (before !== after)
      notes.push(
        `Changed since the last import: the ${dialectWords[key]} was ${shown(before)} and is ${shown(after)}.`,
      );
  }
  const before = new Map(previous.columns.map((column) => [column.name, column]));
  const names = new Set(now.columns.map(({ name }) => name));
  for (const column of now.columns) {
    const known = before.get(column.name);
    if (known === undefined) notes.push(`New since the last import: column "${column.name}".`);
    else if (known.type !== column.type) {
      notes.push(`Changed since the last import: column "${column.name}" was ${known.type} and is ${column.type}.`);
    }
  }
  for (const { name } of previous.columns)
    if (!names.has(name)) notes.push(`Gone since the last import: column "${name}".`);
  return notes;
}
