import { join } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '../../../base/errors.ts';
import type { DialectOptions } from '../../../contract/datasets.ts';
import { encodingNames } from '../../../contract/encodings.ts';
import { alarmText } from '../../../contract/import-alarms.ts';
import { type PrivacyAction, type PrivacyOptions, privacyActions } from '../../../contract/privacy.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import type { CliIo } from '../io.ts';
import { bytesText, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { inputPath } from '../resolve.ts';

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
};

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
    .option('--accept-cut', 'read the whole lines of a gzip file that is cut off')
    .option('--comment <mark>', 'leave out lines that begin with this, e.g. "#" (default: detected)');
}

const orders = ['dmy', 'mdy', 'ymd'] as const;

/** Checks the flags' words. */
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
  if (flags.range !== undefined) options.range = flags.range;
  if (flags.records !== undefined) options.records = flags.records;
  if (flags.acceptCut === true) options.acceptCut = true;
  if (flags.comment !== undefined) options.comment = flags.comment;
  if (flags.header === false) options.header = false;
  return options;
}

export type PrivacyFlags = {
  readonly mask?: string;
  readonly hash?: string;
  readonly drop?: string;
  readonly keep?: string;
  readonly pii?: string;
};

/** What is to be done with personal data; nothing when no flag speaks of it. `keep-all` also forgets last time's answers. */
export function privacyOf(flags: PrivacyFlags): { privacy?: PrivacyOptions } {
  const columns: Record<string, PrivacyAction> = {};
  for (const action of ['keep', 'mask', 'hash', 'drop'] as const) {
    for (const column of (flags[action] ?? '').split(',').map((name) => name.trim())) {
      if (column === '') continue;
      if (columns[column] !== undefined)
        throw invalidInput('two-actions', `Column "${column}" cannot be both ${columns[column]} and ${action}.`);
      columns[column] = action;
    }
  }
  if (flags.pii === undefined) return Object.keys(columns).length === 0 ? {} : { privacy: { columns, reuse: true } };
  const found = privacyActions.find((action) => `${action}-all` === flags.pii);
  if (found === undefined) throw invalidInput('bad-pii', '--pii is keep-all, mask-all, hash-all or drop-all.');
  return { privacy: { columns, found, reuse: found !== 'keep' } };
}

type ChangeFlags = { readonly acceptChanges?: boolean; readonly stopOnChanges?: boolean };

/** On a terminal somebody is there to look at what changed; a script goes on, and is told. */
function changesOf(flags: ChangeFlags, io: CliIo): 'accept' | 'stop' {
  if (flags.acceptChanges === true && flags.stopOnChanges === true)
    throw invalidInput('two-choices', '--accept-changes and --stop-on-changes exclude each other.');
  if (flags.acceptChanges === true) return 'accept';
  return flags.stopOnChanges === true || io.stderr.isTTY === true ? 'stop' : 'accept';
}

/** `augury import FILE…` */
export function registerImport(program: Command, context: CommandContext): void {
  addDialectOptions(
    program
      .command('import')
      .description('Import files as data sets, each with a receipt of how it was read')
      .argument('<files...>', 'CSV, Excel, JSON, SQLite, DuckDB or Parquet files; - reads standard input')
      .option('--name <name>', 'name of the data set (one file only)')
      .option('--mask <columns>', 'replace the values of these columns by a fixed word before anything is stored')
      .option('--hash <columns>', 'replace them by a keyed hash, so that joins still work')
      .option('--drop <columns>', 'leave these columns out')
      .option('--keep <columns>', 'keep these columns although personal data are found in them')
      .option('--accept-changes', 'go on although format, dialect or columns changed since the last import')
      .option('--stop-on-changes', 'stop before anything is stored when they did (so it is on a terminal)')
      .option('--pii <action>', 'for all other columns with personal data: keep-all, mask-all, hash-all or drop-all'),
  ).action((files: string[], flags: DialectFlags & PrivacyFlags & ChangeFlags & { name?: string }) =>
    context.run(async ({ client, io, options, output }) => {
      if (flags.name !== undefined && files.length > 1) throw invalidInput('one-name', '--name goes with one file.');
      const documents: unknown[] = [];
      let rejected = 0;
      for (const file of files) {
        const path = await inputPath(io, file);
        const { jobId } = await client.datasets.import({
          source: { path },
          options: dialectOf(flags),
          ...privacyOf(flags),
          changes: changesOf(flags, io),
          ...(flags.name === undefined ? {} : { name: flags.name }),
        });
        const job = await followJob(client, jobId, io, options);
        const { datasetId } = job.result as { datasetId: string };
        const [detail, receipt, workspace] = await Promise.all([
          client.datasets.get({ id: datasetId }),
          client.datasets.receipt({ id: datasetId }),
          client.workspaces.current({}),
        ]);
        const rejectsFile = receipt.rejectsFile === null ? null : join(workspace.path, receipt.rejectsFile);
        rejected += receipt.rowsRejected;
        const document = {
          dataset: datasetId,
          name: detail.name,
          version: detail.version,
          rows: receipt.rowsKept,
          columns: receipt.columns.map((column) => ({
            name: column.name,
            type: column.type,
            reading: column.reading,
            alternative: column.alternative,
            changedValues: column.changedValues,
            missing: column.missing,
          })),
          rejected: { rows: receipt.rowsRejected, file: rejectsFile },
          receipt,
          job: jobId,
        };
        documents.push(document);
        if (!output.json) {
          const size = bytesText(receipt.sourceBytes);
          output.result(document, () => [
            `${detail.name} (${datasetId}), version ${detail.version}: ${receipt.rowsKept.toLocaleString('en')} rows × ${receipt.columns.length} columns from ${size}`,
            ...table(
              receipt.columns.map((c) => [c.name, c.type, c.reading, c.alternative ?? '–', c.changedValues, c.missing]),
              ['column', 'type', 'reading', 'second reading', 'would change', 'missing'],
            ),
            ...(receipt.alarms ?? []).map((alarm) => `ALARM: since the last import: ${alarmText(alarm)}`),
            ...receipt.notes.map((note) => `note: ${note}`),
            ...(receipt.rowsRejected > 0
              ? [
                  `${receipt.rowsRejected} rows rejected: ${rejectsFile ?? ''}`,
                  ...receipt.rejects.slice(0, 5).map((reject) => `  line ${reject.line}: ${reject.reason}`),
                ]
              : []),
          ]);
        }
      }
      if (output.json) output.result(documents.length === 1 ? documents[0] : documents, () => []);
      return rejected > 0 ? exitCodes.rejects : exitCodes.done;
    }),
  );
}
