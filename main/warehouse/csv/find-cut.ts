import type { DialectOverrides } from './dialect.ts';
import type { Cut } from './field-marks.ts';
import { findComment, findLayout } from './layout.ts';
import { cutSample, looksTyped, modalWidth, type SampleCut, type SampleRecord } from './sample.ts';

/**
 * How a CSV sample is cut into records, found by trying: each delimiter with each quote cuts the sample, and the pair under
 * which most records agree on a width above one wins; malformed quotes count against it, cells that look typed for it
 * (after the idea of van den Burg, Nazábal, Sutton, "Wrangling messy CSV files by detecting row and type patterns", 2019).
 */
const delimiters = [',', ';', '\t', '|', '^', '~', '\u001f', '§', '¦', '¬', ':'] as const;
/** Longer ones, tried where the text holds nothing of their characters but them. */
const longDelimiters = [
  '||',
  '::',
  ';;',
  ',,',
  '^^',
  '~~',
  '|~|',
  '~|~',
  '#|#',
  '|;|',
  '@@',
  '<>',
  '=>',
  '$$',
  '##',
  '|||',
] as const;
/** Records of the sample that are looked at. */
export const sampleRecords = 1500;

function score(cut: SampleCut): number {
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

/** Signs that stand before a quote in files of one program or another, the likeliest first. */
const escapeSigns = ['\\', '^', '~', '/', '`', '!', '|', '$', '%', '&', '#'] as const;

const escapeName = (sign: string): string => (sign === '\\' ? 'backslash' : sign);

/** `doubled` unless a sign before quotes explains more of the sample than doubling does. */
function findEscape(sample: Uint8Array, delimiter: string, quote: string, whole: boolean): string {
  const text = Buffer.from(sample.buffer, sample.byteOffset, Math.min(sample.length, 1 << 17)).toString('utf8');
  const candidates = escapeSigns.filter((sign) => !delimiter.includes(sign) && text.includes(sign + quote));
  if (candidates.length === 0) return 'doubled';
  const scoreOf = (escaping: string): number =>
    score(cutSample(sample, { delimiter, quote, escape: escaping }, sampleRecords, whole));
  let best = 'doubled';
  let bestScore = scoreOf('doubled');
  for (const sign of candidates) {
    const value = scoreOf(escapeName(sign));
    // A sign that may stand before a closing quote by chance has to explain clearly more
    if (value > bestScore * (sign === '\\' ? 1 : 1.02)) {
      best = escapeName(sign);
      bestScore = value;
    }
  }
  return best;
}

/** The escape that was asked for, as dialects name it. */
function askedEscape(sign: string, quote: string | null): string {
  return sign === quote ? 'doubled' : escapeName(sign);
}

/** A time of day that stands for itself, not as fields of a list parted by colons. */
const clock = /(?<![\d:])([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d)?(?![\d:])/;

/** Whether bare times stand in half of the lines: fields parted by colons would have to quote them. */
function holdsTimes(text: string): boolean {
  const lines = text
    .split(/\r\n|\n|\r/, 400)
    .map((line) => line.replace(/"[^"]*"/g, ''))
    .filter((line) => line.trim() !== '');
  return 2 * lines.filter((line) => clock.test(line)).length >= lines.length;
}

/** Whether all lines but for one in ten have one width above one, the first among them. */
function isConsistent({ records, malformed }: SampleCut): boolean {
  const { width, share } = modalWidth(records);
  return width > 1 && malformed === 0 && share >= 0.9 && records[0]?.texts.length === width;
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
  let consistent = false;
  for (const delimiter of overrides.delimiter === undefined ? delimiters : [overrides.delimiter]) {
    if (!text.includes(delimiter)) continue;
    // Colons also stand in times and behind keys: they part fields only where nothing else does
    if (delimiter === ':' && overrides.delimiter === undefined && (consistent || holdsTimes(text))) continue;
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
      if (delimiter === ':') value *= 0.7;
      consistent ||= value > 0 && isConsistent(cut);
      if (value > bestScore + 1e-9) {
        bestScore = value;
        best = { delimiter, quote };
      }
    }
  }
  if (overrides.delimiter !== undefined) return best;
  for (const delimiter of longDelimiters) {
    if (!text.includes(delimiter)) continue;
    const cut = cutSample(sample, { delimiter, quote: best.quote, escape: 'doubled' }, sampleRecords, whole);
    const { width, share } = modalWidth(cut.records);
    // Nothing of its characters but it: || where no | stands alone
    const rest = text.replaceAll(delimiter, '');
    const alone = [...new Set(delimiter)].every((char) => !rest.includes(char));
    if (alone && width > 1 && share > 0.9 && cut.records.length > 1 && score(cut) > 0.5 * bestScore)
      return { delimiter, quote: best.quote };
  }
  const { quote } = best;
  // Quotes open behind a blank only where the blank is part of the delimiter
  if (quote !== null && text.includes(`${best.delimiter} ${quote}`)) {
    const delimiter = `${best.delimiter} `;
    const before = cutSample(sample, { ...best, escape: 'doubled' }, sampleRecords, whole);
    const after = cutSample(sample, { delimiter, quote, escape: 'doubled' }, sampleRecords, whole);
    if (after.quoted > before.quoted && score(after) > 0.95 * bestScore) {
      return { delimiter, quote };
    }
  }
  if (bestScore < 0.15) return { delimiter: ',', quote };
  return best;
}

/** The cutting of a sample, before it is known what its records are. */
export function findCut(sample: Uint8Array, overrides: DialectOverrides, whole: boolean): Cut {
  if (overrides.delimiter === ' ') return { delimiter: ' ', quote: '"', escape: 'doubled', blanks: true };
  const { delimiter, quote } = findDelimiter(sample, overrides, whole);
  const escaping =
    overrides.escape !== undefined
      ? askedEscape(overrides.escape, quote)
      : quote === null
        ? 'doubled'
        : findEscape(sample, delimiter, quote, whole);
  const cut: Cut = { delimiter, quote, escape: escaping };
  if (overrides.delimiter !== undefined) return cut;
  const { records } = cutSample(sample, cut, sampleRecords, whole);
  const { width, share } = modalWidth(records);
  if (width > 1 && share > 0.5) return cut;
  const layout = findLayout(sample, whole);
  if (layout === null) return cut;
  return 'blanks' in layout
    ? { delimiter: ' ', quote: '"', escape: 'doubled', blanks: true }
    : { delimiter: ' ', quote: null, escape: 'doubled', fixed: layout.fixed };
}

/** The cut with the mark of remark lines, if there are any. */
export function withComment(cut: Cut, sample: Uint8Array, overrides: DialectOverrides, whole: boolean): Cut {
  if (overrides.comment !== undefined) return overrides.comment === '' ? cut : { ...cut, comment: overrides.comment };
  const { records } = cutSample(sample, cut, sampleRecords, whole);
  const opening = (record: SampleRecord): string =>
    Buffer.from(sample.buffer, sample.byteOffset + record.offset, Math.min(4, sample.length - record.offset)).toString(
      'latin1',
    );
  const comment = findComment(records, opening);
  return comment === null ? cut : { ...cut, comment };
}
