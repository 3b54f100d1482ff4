import { dataProblem } from '../../base/errors.ts';
import type { DialectOptions, Receipt } from '../../contract/datasets.ts';
import { alarmText, type ImportAlarm } from '../../contract/import-alarms.ts';
import { allMembers } from '../formats/zip-members.ts';
import type { ReadingCode } from '../types.ts';
import { isReadingCode } from './reading-codes.ts';
import type { LastAnswers } from './recall.ts';
import { pickOf } from './source-text.ts';

/** What is known from the last import of the same data set: its answers are used again, and changes are reported. */
export type PreviousReceipt = Pick<Receipt, 'dialect' | 'columns' | 'answers' | 'headerShown' | 'privacy'>;

/** What to recall of it. */
export const lastAnswers = (previous: PreviousReceipt | null): LastAnswers | null =>
  previous === null
    ? null
    : {
        answers: previous.answers ?? {},
        // What was left out of the copy that was kept was a column of the source
        names: previous.privacy?.seen ?? previous.columns.map(({ name }) => name),
        headerShown: previous.headerShown,
      };

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

/** What of the dialect a person should look at; line ends and quotes come and go with what a file holds. */
const alarmingDialect = ['delimiter', 'encoding', 'header'] as const;

const shown = (value: string | boolean | null): string =>
  value === null ? 'none' : value === '\t' ? 'tab' : typeof value === 'boolean' ? (value ? 'yes' : 'no') : `"${value}"`;

/** The part of the file that was read last time, asked for again unless this import asks for one. */
export function previousPick(previous: PreviousReceipt | null): DialectOptions {
  const { part, member } = previous?.dialect ?? {};
  // Files that stand one below the other are cut before anything else is recalled
  const file = member === undefined ? {} : { ...(member === allMembers ? previous?.answers : {}), member };
  if (part === undefined || part.kind === 'file') return file;
  if (part.kind === 'sheet')
    return { ...file, sheet: part.name, ...(part.range === null ? {} : { range: part.range }) };
  return part.kind === 'records'
    ? { ...file, records: part.name === '' ? '$' : part.name }
    : { ...file, relation: part.name };
}

/** What changed in the schema since the last import, and the answers that do not fit any more (`unfit`), for a person to look at before anything is built on it. */
export function changeAlarms(
  now: PreviousReceipt,
  previous: PreviousReceipt | null,
  unfit: readonly ImportAlarm[] = [],
): readonly ImportAlarm[] {
  if (previous === null) return [];
  const alarms: ImportAlarm[] = [...unfit];
  if (previous.dialect.format !== now.dialect.format) {
    alarms.push({ kind: 'format-changed', column: null, was: previous.dialect.format, is: now.dialect.format });
  }
  const [was, is] = [previous.dialect.part?.name ?? null, now.dialect.part?.name ?? null];
  if (was !== is && now.dialect.part?.kind !== 'file') alarms.push({ kind: 'part-changed', column: null, was, is });
  const [file, other] = [previous.dialect.member, now.dialect.member];
  if (
    file !== other &&
    file !== undefined &&
    other !== undefined &&
    !alarms.some(({ kind }) => kind === 'part-changed')
  )
    alarms.push({ kind: 'part-changed', column: null, was: file, is: other });
  for (const key of alarmingDialect) {
    const [old, found] = [previous.dialect[key], now.dialect[key]];
    if (old === found || old === null || found === null) continue;
    if (unfit.some(({ column }) => column === dialectWords[key])) continue;
    alarms.push({ kind: 'dialect-changed', column: dialectWords[key], was: shown(old), is: shown(found) });
  }
  const before = new Map(previous.columns.map((column) => [column.name, column]));
  const names = new Set(now.columns.map(({ name }) => name));
  for (const { name, type } of previous.columns) {
    if (!names.has(name)) alarms.push({ kind: 'column-gone', column: name, was: type, is: null });
  }
  for (const { name, type, reading, readingCode } of now.columns) {
    const known = before.get(name);
    if (known === undefined) alarms.push({ kind: 'column-new', column: name, was: null, is: type });
    else if (known.type !== type) alarms.push({ kind: 'type-changed', column: name, was: known.type, is: type });
    else if (known.readingCode !== readingCode)
      alarms.push({ kind: 'reading-changed', column: name, was: known.reading, is: reading });
  }
  return alarms;
}

/** What this import was told to do, whatever the last one did. */
export type Settled = {
  readonly options: DialectOptions;
  /** Columns whose reading was chosen. */
  readonly columns: readonly string[];
};

const isSettled = ({ kind, column }: ImportAlarm, { options, columns }: Settled): boolean => {
  if (kind === 'type-changed' || kind === 'reading-changed') return columns.includes(column ?? '');
  if (kind === 'part-changed') return Object.values(pickOf(options)).some((value) => value !== undefined);
  return kind === 'dialect-changed' && alarmingDialect.some((key) => dialectWords[key] === column && key in options);
};

/** Stops an import that differs from the last one in what it was not told, before any row is stored. Throws data-problem `import-changed`. */
export function refuseChanges(alarms: readonly ImportAlarm[], settled: Settled): void {
  const changes = alarms.filter((alarm) => !isSettled(alarm, settled)).map(alarmText);
  if (changes.length === 0) return;
  const more = changes.length > 6 ? ` And ${changes.length - 6} more.` : '';
  throw dataProblem(
    'import-changed',
    `The file differs from the last import of this data set. ${changes.slice(0, 6).join(' ')}${more}`,
    {
      hint: 'Look at the changes: accept them (on the command line with --accept-changes), import under another name, or mend the file.',
      details: changes.length > 6 ? { changes } : {},
    },
  );
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
    } else if (known.readingCode !== column.readingCode) {
      notes.push(
        `Changed since the last import: column "${column.name}" was read as ${known.reading} and is read as ${column.reading}.`,
      );
    }
  }
  for (const { name } of previous.columns)
    if (!names.has(name)) notes.push(`Gone since the last import: column "${name}".`);
  return notes;
}
