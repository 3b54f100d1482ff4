import { signatureOf, wordOf } from '../readings/signature.ts';
import { looksTyped, type SampleRecord } from './sample.ts';

/** What stands above the data: titles, and one or more records of names. */
const encoder = new TextEncoder();

/** First record that is as wide as the table: what stands above it is a title. */
export function findPreamble(records: readonly SampleRecord[], width: number): number {
  if (width < 2) return 0;
  for (let i = 0; i < Math.min(records.length, 40); i++) {
    const filled = records[i].texts.filter((text) => text.trim() !== '').length;
    const isWide = records[i].texts.length === width;
    if (isWide && (filled >= Math.max(2, Math.ceil(width * 0.5)) || (i === 0 && filled > 1))) return i;
    // Without padding a title is narrower than the table; with padding it is mostly blank
    if (!isWide && records[i].texts.length > width) return i;
  }
  return 0;
}

/** A time of day with seconds, among other words. */
const moment = /(?<![\d:])([01]?\d|2[0-3]):[0-5]\d:[0-5]\d(?![\d:])/;

/** Whether the first record names the columns. */
export function hasHeader(records: readonly SampleRecord[], first: number, width: number): boolean {
  const top = records[first];
  if (top === undefined) return false;
  const body = records.slice(first + 1, first + 300).filter(({ texts }) => texts.length === width);
  const names = top.texts.map((text) => text.trim());
  const filled = names.filter((name) => name !== '');
  if (filled.length === 0) return false;
  // A line of a log is no name
  if (filled.some((name) => moment.test(name) && !looksTyped(name))) return false;
  // A number, date or yes/no word as a name speaks against a header; so does a name that is a value below
  const typedNames = filled.filter((name) => looksTyped(name) && wordlike(name) === false).length;
  if (typedNames > filled.length * 0.3 && !(typedNames < filled.length && body.length > 0 && differs(names, body)))
    return false;
  if (body.length === 0) return typedNames === 0;
  if (differs(names, body)) return true;
  const asValues = names.filter((name, i) => name !== '' && body.some(({ texts }) => texts[i]?.trim() === name)).length;
  return asValues < Math.max(1, filled.length * 0.3);
}

const wordlike = (name: string): boolean => {
  const bytes = encoder.encode(name);
  return wordOf(signatureOf(bytes, 0, bytes.length)) >= 0;
};

/** Whether some column has typed cells below and an untyped name above. */
function differs(names: readonly string[], body: readonly SampleRecord[]): boolean {
  for (const [i, name] of names.entries()) {
    if (name === '' || looksTyped(name)) continue;
    let typed = 0;
    let present = 0;
    for (const { texts } of body) {
      const text = texts[i]?.trim() ?? '';
      if (text === '') continue;
      present++;
      if (looksTyped(text) && !wordlike(text)) typed++;
    }
    if (present > 0 && typed > 0.8 * present) return true;
  }
  return false;
}

/** Whether the column's cells are typed, but for one in ten. */
function isTypedColumn(body: readonly SampleRecord[], column: number): boolean {
  const present = body.map(({ texts }) => texts[column].trim()).filter((text) => text !== '');
  const typed = present.filter((text) => looksTyped(text) && !wordlike(text)).length;
  return present.length >= 2 && typed >= 0.9 * present.length;
}

/** Whether a record under the first of names goes on naming: words, and none of them in the shape of the data below. */
function continuesHeader(records: readonly SampleRecord[], at: number, width: number): boolean {
  const candidate = records[at];
  const body = records.slice(at + 1, at + 200).filter(({ texts }) => texts.length === width);
  if (candidate === undefined || candidate.texts.length !== width || body.length < 2) return false;
  // Years stand under names that hold for several columns
  const merged =
    records[at - 1]?.texts.some((text, i) => text.trim() === '' && candidate.texts[i].trim() !== '') === true;
  let typedColumns = 0;
  let named = 0;
  for (let i = 0; i < width; i++) {
    const cell = candidate.texts[i].trim();
    if (cell !== '' && looksTyped(cell) && !(merged && /^(19|20)\d\d$/.test(cell))) return false;
    // Up to two records of the body may be names as well
    if (![0, 1, 2].some((skip) => isTypedColumn(body.slice(skip), i))) continue;
    typedColumns++;
    if (cell !== '') named++;
  }
  return typedColumns > 0 && named >= Math.max(1, 0.6 * typedColumns);
}

const maxHeaderRecords = 4;

/** Header records from `first` on, when it is known to be one. */
export function countHeaderRecords(records: readonly SampleRecord[], first: number, width: number): number {
  let count = 1;
  while (count < maxHeaderRecords && continuesHeader(records, first + count, width)) count++;
  return count;
}

/**
 * One name a column from several header records: a name that stands over blank ones holds for the columns behind it while
 * the record below goes on naming, and the parts are joined by a blank.
 */
export function joinHeaders(rows: readonly (readonly string[])[], width: number): readonly string[] {
  if (rows.length === 1) return Array.from({ length: width }, (_, i) => rows[0][i] ?? '');
  const filled = rows.map((row, r) => {
    let last = '';
    return Array.from({ length: width }, (_, i) => {
      const text = (row[i] ?? '').trim();
      if (text !== '') last = text;
      const below = rows[r + 1];
      return text === '' && below !== undefined && (below[i] ?? '').trim() !== '' ? last : text;
    });
  });
  return Array.from({ length: width }, (_, i) => {
    const parts: string[] = [];
    for (const row of filled) if (row[i] !== '' && parts.at(-1) !== row[i]) parts.push(row[i]);
    return parts.join(' ');
  });
}
