import { invalidInput } from '../../base/errors.ts';
import type { TextTail } from '../stream/text-tail.ts';
import type { CsvDialect, TableInFile } from '../types.ts';
import { findCut, sampleRecords, withComment } from './find-cut.ts';
import { countHeaderRecords, findPreamble, hasHeader, joinHeaders } from './header.ts';
import { cutSample, modalWidth, type SampleRecord } from './sample.ts';
import { type Block, countFooter, findBlocks, isTable } from './tables.ts';

/**
 * Finds the dialect of a CSV sample: how it is cut (find-cut.ts), and then what stands around its table. Titles above the table are
 * records narrower than the rest before the first full one.
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
