import { bit, signatureOf, wordOf } from '../readings/signature.ts';
import type { CsvDialect } from '../types.ts';
import { RecordSplitter } from './record-splitter.ts';

/**
 * Finds the dialect of a CSV sample by trying: each delimiter with each quote cuts the sample into records, and the pair
 * under which most records agree on a width above one wins; malformed quotes count against it, cells that look typed for
 * it (after the idea of van den Burg, Nazábal, Sutton, "Wrangling messy CSV files by detecting row and type patterns",
 * 2019). Titles above the table are records narrower than the rest before the first full one.
 */
export type DialectOverrides = {
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  readonly header?: boolean | undefined;
};

export type SniffedDialect = CsvDialect & {
  /** Header texts as they stand in the file, padded to the width; empty without a header. */
  readonly headerTexts: readonly string[];
  readonly lineEnd: 'LF' | 'CRLF' | 'CR';
  readonly notes: readonly string[];
};

const delimiters = [',', ';', '\t', '|', ':', '^', '~'] as const;
const sampleRecords = 1500;

export type SampleRecord = {
  readonly texts: readonly string[];
  readonly line: number;
  readonly bare: boolean;
};

type Cut = { readonly records: SampleRecord[]; readonly malformed: number; readonly quoted: number };

/** Cuts a sample into records; blank lines are left out. */
export function cutSample(
  sample: Uint8Array,
  dialect: Pick<CsvDialect, 'delimiter' | 'quote' | 'escape'>,
  limit: number,
  whole: boolean,
): Cut {
  const splitter = new RecordSplitter(dialect);
  const records: SampleRecord[] = [];
  let malformed = 0;
  let quoted = 0;
  let line = 1;
  for (let at = 0; at < sample.length && records.length < limit; ) {
    // The sample's end may cut a quoted field in two: a record left open there is not a fault
    if (!splitter.split(sample, at, sample.length, whole)) break;
    if (splitter.problem !== 'none') malformed++;
    else {
      const texts: string[] = [];
      for (let i = 0; i < splitter.fieldCount; i++) {
        texts.push(splitter.text(sample, i));
        if (splitter.quoting[i] !== 0) quoted++;
      }
      const bare = texts.length === 1 && texts[0].trim() === '' && splitter.quoting[0] === 0;
      if (!bare) records.push({ texts, line, bare: splitter.plain });
    }
    line += splitter.lines;
    at = splitter.next;
  }
  return { records, malformed, quoted };
}

const encoder = new TextEncoder();

/** Whether a cell is a number, a date, a known word or blank. */
function looksTyped(text: string): boolean {
  const bytes = encoder.encode(text);
  const signature = signatureOf(bytes, 0, bytes.length);
  return (signature & ~bit.padded) !== 0;
}

function modalWidth(records: readonly SampleRecord[]): { readonly width: number; readonly share: number } {
  const counts = new Map<number, number>();
  for (const { texts } of records) counts.set(texts.length, (counts.get(texts.length) ?? 0) + 1);
  let width = 1;
  let most = 0;
  for (const [candidate, count] of counts) {
    if (count > most || (count === most && candidate > width)) {
      width = candidate;
      most = count;
    }
  }
  return { width, share: records.length === 0 ? 0 : most / records.length };
}

function score(cut: Cut): number {
  if (cut.records.length === 0) return -1;
  const { width, share } = modalWidth(cut.records);
  const malformed = cut.malformed / (cut.records.length + cut.malformed);
  let typed = 0;
  let cells = 0;
  for (const { texts } of cut.records.slice(0, 200)) {
    for (const text of texts) {
      cells++;
      if (looksTyped(text)) typed++;
    }
  }
  const pattern = width === 1 ? 0.15 : share * share * (1 + 0.08 * Math.log2(width));
  return pattern * (0.6 + 0.4 * (typed / Math.max(1, cells))) * (1 - malformed) ** 2;
}

/** `doubled` unless backslashes escape quotes in the sample and doubling explains less. */
function findEscape(sample: Uint8Array, delimiter: string, quote: string, whole: boolean): 'doubled' | 'backslash' {
  const text = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.length, 1 << 17)).toString('utf8');
  if (!text.includes(`\\${quote}`)) return 'doubled';
  const doubled = score(cutSample(sample, { delimiter, quote, escape: 'doubled' }, sampleRecords, whole));
  const backslash = score(cutSample(sample, { delimiter, quote, escape: 'backslash' }, sampleRecords, whole));
  return backslash > doubled ? 'backslash' : 'doubled';
}

function findDelimiter(
  sample: Uint8Array,
  overrides: DialectOverrides,
  whole: boolean,
): { delimiter: string; quote: string | null } {
  const text = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.length, 1 << 17)).toString('utf8');
  const quotes = overrides.quote !== undefined ? [overrides.quote === '' ? null : overrides.quote] : ['"', "'"];
  let best = { delimiter: ',', quote: quotes[0] as string | null };
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const delimiter of overrides.delimiter === undefined ? delimiters : [overrides.delimiter]) {
    if (!text.includes(delimiter)) continue;
    for (const quote of quotes) {
      // The apostrophe is a quote only where fields begin and end with it
      if (
        quote === "'" &&
        overrides.quote === undefined &&
        !new RegExp(`(^|[\\r\\n]|\\${delimiter})'[^']*'(\\${delimiter}|[\\r\\n]|$)`).test(text)
      )
        continue;
      const cut = cutSample(sample, { delimiter, quote, escape: 'doubled' }, sampleRecords, whole);
      let value = score(cut);
      if (quote === "'" && overrides.quote === undefined && cut.quoted === 0) value = -1;
      if (delimiter === ':') value *= 0.7; // times hold colons
      if (value > bestScore + 1e-9) {
        bestScore = value;
        best = { delimiter, quote };
      }
    }
  }
  if (bestScore < 0.15 && overrides.delimiter === undefined) return { delimiter: ',', quote: best.quote };
  return best;
}

/** First record that is as wide as the table: what stands above it is a title. */
function findPreamble(records: readonly SampleRecord[], width: number): number {
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

function hasHeader(records: readonly SampleRecord[], first: number, width: number): boolean {
  const top = records[first];
  if (top === undefined) return false;
  const body = records.slice(first + 1, first + 300).filter(({ texts }) => texts.length === width);
  const names = top.texts.map((text) => text.trim());
  const filled = names.filter((name) => name !== '');
  if (filled.length === 0) return false;
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

function lineEndOf(sample: Uint8Array): 'LF' | 'CRLF' | 'CR' {
  let lf = 0;
  let crlf = 0;
  let cr = 0;
  for (let i = 0; i < sample.length; i++) {
    if (sample[i] === 10) lf++;
    else if (sample[i] === 13) {
      if (sample[i + 1] === 10) {
        crlf++;
        i++;
      } else cr++;
    }
  }
  return crlf >= lf && crlf >= cr && crlf > 0 ? 'CRLF' : cr > lf ? 'CR' : 'LF';
}

/** Dialect of a UTF-8 sample that begins at the file's first byte (byte order mark removed). `whole` says the sample is all there is. */
export function sniffDialect(sample: Uint8Array, overrides: DialectOverrides, whole: boolean): SniffedDialect {
  const { delimiter, quote } = findDelimiter(sample, overrides, whole);
  const escaping = quote === null ? 'doubled' : findEscape(sample, delimiter, quote, whole);
  const { records } = cutSample(sample, { delimiter, quote, escape: escaping }, sampleRecords, whole);
  const notes: string[] = [];
  const { width: modal } = modalWidth(records);
  const preambleRecords = findPreamble(records, modal);
  if (preambleRecords > 0) {
    notes.push(
      `${preambleRecords} ${preambleRecords === 1 ? 'line' : 'lines'} above the table left out: they hold titles or remarks.`,
    );
  }
  const header = overrides.header ?? hasHeader(records, preambleRecords, modal);
  const top = header ? (records[preambleRecords]?.texts ?? []) : [];
  const body = records.slice(preambleRecords + (header ? 1 : 0));
  let width = modal;
  if (header && top.length !== modal) {
    // The header's width counts unless hardly any record has it
    const agreeing = body.filter(({ texts }) => texts.length === top.length).length;
    if (agreeing * 2 >= body.length) width = top.length;
    else notes.push(`The header has ${top.length} names, the rows have ${modal} fields.`);
  }
  const headerTexts = header ? Array.from({ length: width }, (_, i) => top[i] ?? '') : [];
  return {
    delimiter,
    quote,
    escape: escaping,
    header,
    preambleRecords,
    width,
    headerTexts,
    lineEnd: lineEndOf(sample),
    notes,
  };
}
