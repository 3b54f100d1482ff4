/** The options of commands that read a file: how it is read, as the contract has it. */
import type { Command } from 'commander';
import { invalidInput } from '../../base/errors.ts';
import { encodingNames } from '../../contract/encodings.ts';
import { type DialectOptions, type RecalledControl, recalledControl } from '../../contract/import-options.ts';
import { splitList } from './resolve.ts';

export type DialectFlags = {
  readonly delimiter?: string;
  readonly decimal?: string;
  readonly encoding?: string;
  readonly dateOrder?: string;
  readonly header?: boolean;
  readonly headerRows?: string;
  readonly quote?: string;
  readonly escape?: string;
  readonly table?: string;
  readonly comment?: string;
  readonly sheet?: string;
  readonly range?: string;
  readonly records?: string;
  readonly acceptCut?: boolean;
  readonly detect?: string;
  readonly member?: string;
};

/** What an import recalls from the last one, as the flags call it. */
export const recalledFlags: Readonly<Record<RecalledControl, string>> = {
  delimiter: 'delimiter',
  quote: 'quote',
  escape: 'escape',
  encoding: 'encoding',
  decimal: 'decimal',
  dateOrder: 'date-order',
  headerRows: 'header-rows',
  table: 'table',
  comment: 'comment',
};
const controls = recalledControl.options;

/** Adds the options that override how a file is read. */
export function addDialectOptions(command: Command): Command {
  return command
    .optionsGroup('How a file is read:')
    .option('--delimiter <char>', 'field delimiter, e.g. ";", "||", "tab" or " " for blanks (default: detected)')
    .option('--quote <char>', 'what stands around fields; "none" for nothing (default: detected)')
    .option(
      '--escape <char>',
      'the sign before a quote inside quotes; the quote itself where it is doubled (default: detected)',
    )
    .option('--decimal <char>', 'decimal mark: . or , (default: detected)')
    .option('--encoding <name>', 'utf-8, windows-1252, windows-1250, shift_jis and others (default: detected)')
    .option('--date-order <order>', 'dmy, mdy or ymd (default: detected)')
    .option('--no-header', 'the first line is data')
    .option('--header-rows <n>', 'lines that name the columns; 0 for none (default: detected)')
    .option(
      '--table <n|name>',
      'which of several tables in the file, from 1, or the table of a database (default: the largest)',
    )
    .option('--sheet <name|n>', 'sheet of an Excel workbook, by name or number from 1 (default: the first)')
    .option('--range <cells>', 'cells of the sheet, e.g. B3:F200')
    .option('--records <path>', 'list in a JSON document, e.g. data.items; $ for the outermost (default: the longest)')
    .option('--member <name|n>', 'file of a zip archive, by name or number from 1 (default: the first that is a table)')
    .option('--accept-cut', 'read the whole lines of a gzip file that is cut off')
    .option(
      '--detect <names>',
      `find these out anew, whatever was asked for at the last import: ${Object.values(recalledFlags).join(', ')}`,
    )
    .option('--comment <mark>', 'leave out lines that begin with this, e.g. "#" (default: detected)');
}

const orders = ['dmy', 'mdy', 'ymd'] as const;

/** Checks the flags' words. Throws invalid-input. */
export function dialectOf(flags: DialectFlags): DialectOptions {
  const options: DialectOptions = {};
  if (flags.delimiter !== undefined) {
    const char = flags.delimiter === 'tab' || flags.delimiter === '\\t' ? '\t' : flags.delimiter;
    if (char.length < 1 || char.length > 8)
      throw invalidInput('bad-delimiter', `--delimiter takes one to eight characters, got "${flags.delimiter}".`);
    options.delimiter = char;
  }
  if (flags.quote !== undefined) {
    if (flags.quote !== 'none' && !/^[\x20-\x7e]$/.test(flags.quote))
      throw invalidInput('bad-quote', `--quote takes one character or "none", got "${flags.quote}".`);
    options.quote = flags.quote === 'none' ? '' : flags.quote;
  }
  if (flags.escape !== undefined) {
    if (!/^[\x21-\x7e]$/.test(flags.escape))
      throw invalidInput('bad-escape', `--escape takes one character, got "${flags.escape}".`);
    options.escape = flags.escape;
  }
  if (flags.headerRows !== undefined) {
    const rows = Number(flags.headerRows);
    if (!Number.isInteger(rows) || rows < 0 || rows > 20)
      throw invalidInput('bad-header-rows', `--header-rows is a number from 0 to 20, got "${flags.headerRows}".`);
    options.headerRows = rows;
  }
  if (flags.decimal !== undefined) {
    if (flags.decimal !== '.' && flags.decimal !== ',') throw invalidInput('bad-decimal', '--decimal is "." or ",".');
    options.decimal = flags.decimal;
  }
  if (flags.encoding !== undefined) {
    const found = encodingNames.find((name) => name === flags.encoding?.toLowerCase());
    if (!found) throw invalidInput('bad-encoding', `--encoding is one of ${encodingNames.join(', ')}.`);
    options.encoding = found;
  }
  if (flags.dateOrder !== undefined) {
    const found = orders.find((name) => name === flags.dateOrder);
    if (!found) throw invalidInput('bad-date-order', `--date-order is one of ${orders.join(', ')}.`);
    options.dateOrder = found;
  }
  if (flags.table !== undefined) {
    const table = Number(flags.table);
    if (Number.isInteger(table) && table >= 1) options.table = table;
    else options.relation = flags.table;
  }
  if (flags.sheet !== undefined) options.sheet = flags.sheet;
  if (flags.member !== undefined) options.member = flags.member;
  if (flags.range !== undefined) options.range = flags.range;
  if (flags.records !== undefined) options.records = flags.records;
  if (flags.acceptCut === true) options.acceptCut = true;
  if (flags.comment !== undefined) options.comment = flags.comment;
  if (flags.header === false) options.header = false;
  if (flags.detect !== undefined) {
    options.detect = splitList(flags.detect).map((name) => {
      const found = controls.find((control) => recalledFlags[control] === name);
      if (found === undefined)
        throw invalidInput('bad-detect', `--detect takes ${Object.values(recalledFlags).join(', ')}, got "${name}".`);
      return found;
    });
  }
  return options;
}
