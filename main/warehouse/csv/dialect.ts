import { invalidInput } from '../../base/errors.ts';
import type { TextTail } from '../stream/text-tail.ts';
import type { CsvDialect, TableInFile } from '../types.ts';
import type { Cut } from './field-marks.ts';
import { countHeaderRecords, findPreamble, hasHeader, joinHeaders } from './header.ts';
import { findComment, findLayout } from './layout.ts';
import { cutSample, looksTyped, modalWidth, type SampleCut, type SampleRecord } from './sample.ts';
import { type Block, countFooter, findBlocks, isTable } from './tables.ts';

/**
 * Finds the dialect of a CSV sample by trying: each delimiter with each quote cuts the sample into records, and the pair
 * under which most records agree on a width above one wins; malformed quotes count against it, cells that look typed for
 * it (after the idea of van den Burg, Nazábal, Sutton, "Wrangling messy CSV files by detecting row and type patterns",
 * 2019). Titles above the table are records narrower than the rest before the first full one.
 */
export type DialectOverrides = {
  readonly delimiter?: string | undefined;
  readonly quote?: string | undefined;
  /** The sign that stands before a quote inside quotes; the quote itself where it is doubled. */
  readonly escape?: string | undefined;
  readonly header?: boolean | undefined;
  /** Lines that name the columns; 0 for none. */
  readonly headerRows?: number | undefined;
  /** Which of several tables, from 1. */
  readonly table?: number | undefined;
  readonly comment?: string | undefined;
};

export type SniffedDialect = CsvDialect & {
  /** Header texts as they stand in the file, padded to the width; empty without a header. */
  readonly headerTexts: readonly string[];
  readonly lineEnd: 'LF' | 'CRLF' | 'CR';
  readonly notes: readonly string[];
};

const delimiters = [',', ';', '\t', '|', ':', '^', '~', '\u001f', '§', '¦', '¬'] as const;
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
const sampleRecords = 1500;

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

/** The cutting of a sample, before it is known what its records are. */
function findCut(sample: Uint8Array, overrides: DialectOverrides, whole: boolean): Cut {
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
function withComment(cut: Cut, sample: Uint8Array, overrides: DialectOverrides, whole: boolean): Cut {
  if (overrides.comment !== undefined) return overrides.comment === '' ? cut : { ...cut, comment: overrides.comment };
  const { records } = cutSample(sample, cut, sampleRecords, whole);
  const opening = (record: SampleRecord): string =>
    Buffer.from(sample.buffer, sample.byteOffset + record.offset, Math.min(4, sample.length - record.offset)).toString(
      'latin1',
    );
  const comment = findComment(records, opening);
  return comment === null ? cut : { ...cut, comment };
}

const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

function tableList(records: readonly SampleRecord[], tables: readonly Block[]): readonly TableInFile[] {
  return tables.map((block, i) => {
    const own = records.slice(block.from, block.to);
    const first = findPreamble(own, block.width);
    const names = hasHeader(own, first, block.width) ? own[first].texts : [];
    return { number: i + 1, line: own[0].line, records: own.length, names: names.slice(0, 40) };
  });
}

const shown = ({ number, line, records, names }: TableInFile): string =>
  `table ${number} from line ${line}, ${plural(records, 'record', 'records')}${names.length === 0 ? '' : ` (${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''})`}`;

function footerNote(count: number, first: SampleRecord, line: number | null): string {
  const text = first.texts.filter((cell) => cell.trim() !== '').join(' ');
  const where = line === null ? '' : `, from line ${line}`;
  return `${plural(count, 'line', 'lines')} below the table left out: totals or remarks${where} ("${text.slice(0, 60)}").`;
}

/** Dialect of a UTF-8 sample that begins at the file's first byte (byte order mark removed). `whole` says the sample is all there is. */
export function sniffDialect(
  sample: Uint8Array,
  overrides: DialectOverrides,
  whole: boolean,
  tail: TextTail | null = null,
): SniffedDialect {
  const cut = withComment(findCut(sample, overrides, whole), sample, overrides, whole);
  const all = cutSample(sample, cut, whole ? Number.POSITIVE_INFINITY : sampleRecords, whole).records;
  const notes: string[] = [];
  const blocks = findBlocks(all);
  const found = blocks.filter(isTable);
  const several = found.length > 1;
  const size = (block: Block): number => (block.to - block.from) * block.width;
  const largest = found.reduce<Block | null>(
    (best, block) => (best === null || size(block) > size(best) ? block : best),
    null,
  );
  const tables = several ? tableList(all, found) : [];
  if (overrides.table !== undefined && overrides.table > Math.max(1, found.length)) {
    throw invalidInput(
      'no-such-table',
      `The file holds ${plural(Math.max(1, found.length), 'table', 'tables')}, not ${overrides.table}.`,
      {
        hint: 'Leave the choice out to read the largest one.',
      },
    );
  }
  const chosen = several ? (overrides.table === undefined ? largest : found[overrides.table - 1]) : null;
  if (chosen !== null) {
    const number = found.indexOf(chosen) + 1;
    notes.push(
      `The file holds ${found.length} tables; table ${number} is read. The others: ${tables
        .filter((table) => table.number !== number)
        .map(shown)
        .join('; ')}.`,
    );
  }
  // Titles above the chosen table stay outside its block; without a choice everything is one stretch
  const begin = chosen?.from ?? 0;
  let records = chosen === null ? all : all.slice(chosen.from, chosen.to);
  let dataEnd = chosen === null ? undefined : all[chosen.to]?.offset;
  const modal = (chosen ?? largest)?.width ?? modalWidth(records).width;
  const preamble = findPreamble(records, modal);
  if (whole || dataEnd !== undefined) {
    const footer = countFooter(records, preamble, modal);
    if (footer > 0) {
      const first = records[records.length - footer];
      dataEnd = first.offset;
      notes.push(footerNote(footer, first, first.line));
      records = records.slice(0, records.length - footer);
    }
  }
  if (preamble > 0) {
    notes.push(`${plural(preamble, 'line', 'lines')} above the table left out: they hold titles or remarks.`);
  }
  if (!whole && tail !== null && dataEnd === undefined) {
    const last = cutSample(tail.bytes, cut, Number.POSITIVE_INFINITY, true).records;
    const footer = countFooter([...records.slice(0, 400), ...last], preamble, modal);
    if (footer > 0 && footer < last.length) {
      const first = last[last.length - footer];
      dataEnd = tail.offset + first.offset;
      notes.push(footerNote(footer, first, null));
    }
  }
  if (cut.comment !== undefined) notes.push(`Lines that begin with "${cut.comment}" are left out as remarks.`);
  const asked = overrides.headerRows;
  const header = asked === undefined ? (overrides.header ?? hasHeader(records, preamble, modal)) : asked > 0;
  const headerRecords = header ? (asked ?? countHeaderRecords(records, preamble, modal)) : 0;
  if (headerRecords > 1) notes.push(`The names of the columns are joined from ${headerRecords} lines.`);
  const top = header ? (records[preamble]?.texts ?? []) : [];
  const body = records.slice(preamble + headerRecords);
  let width = modal;
  if (header && top.length !== modal) {
    // The header's width counts unless hardly any record has it
    const agreeing = body.filter(({ texts }) => texts.length === top.length).length;
    if (agreeing * 2 >= body.length) width = top.length;
    else notes.push(`The header has ${top.length} names, the rows have ${modal} fields.`);
  }
  const names = records.slice(preamble, preamble + headerRecords).map(({ texts }) => texts);
  return {
    delimiter: cut.delimiter,
    quote: cut.quote,
    escape: cut.escape,
    header,
    preambleRecords: records[preamble]?.index ?? begin,
    width,
    ...(cut.blanks === true ? { blanks: true } : {}),
    ...(cut.fixed === undefined ? {} : { fixed: cut.fixed }),
    ...(cut.comment === undefined ? {} : { comment: cut.comment }),
    ...(headerRecords > 1 ? { headerRecords } : {}),
    ...(dataEnd === undefined ? {} : { dataEnd }),
    ...(several ? { tables } : {}),
    headerTexts: header ? joinHeaders(names, width) : [],
    lineEnd: lineEndOf(sample),
    notes,
  };
}
