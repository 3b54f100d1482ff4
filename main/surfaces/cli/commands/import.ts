import { join } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '../../../base/errors.ts';
import type { Receipt } from '../../../contract/datasets.ts';
import { alarmText } from '../../../contract/import-alarms.ts';
import { type DialectOptions, recalledControl } from '../../../contract/import-options.ts';
import { nameMembers } from '../../../contract/member-names.ts';
import { type PrivacyAction, type PrivacyOptions, privacyActions } from '../../../contract/privacy.ts';
import { addDialectOptions, type DialectFlags, dialectOf, recalledFlags } from '../dialect-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import type { AuguryClient, CliIo } from '../io.ts';
import { bytesText, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { inputPath } from '../resolve.ts';

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

/** What was asked for last time and holds again. */
function againLines({ answers = {}, again = [] }: Receipt): string[] {
  const said = recalledControl.options.flatMap((control) =>
    again.includes(control) ? [`${recalledFlags[control]} ${JSON.stringify(answers[control])}`] : [],
  );
  return said.length === 0 ? [] : [`as at the last import: ${said.join(', ')}`];
}

/** One import of a file. */
type Wanted = { readonly options: DialectOptions; readonly name?: string };

type MemberFlags = { readonly members?: string };

/** What is to be imported of a file: itself, or each file of an archive as a data set of its own. */
async function importsOf(
  client: AuguryClient,
  path: string,
  flags: DialectFlags & MemberFlags & { readonly name?: string },
): Promise<readonly Wanted[]> {
  const options = dialectOf(flags);
  const named = flags.name === undefined ? {} : { name: flags.name };
  if (flags.members === undefined) return [{ options, ...named }];
  if (flags.member !== undefined)
    throw invalidInput('two-choices', '--member and --members exclude each other.', { hint: 'Give one of them.' });
  if (flags.members === 'append') return [{ options: { ...options, member: '*' }, ...named }];
  if (flags.members !== 'each')
    throw invalidInput('bad-members', '--members is each or append.', {
      hint: 'each makes every file a data set of its own, append puts them one below the other.',
    });
  if (flags.name !== undefined)
    throw invalidInput('one-name', '--name goes with one data set, not with --members each.');
  const { members } = await client.datasets.preview({ source: { path }, options });
  if (members === undefined) return [{ options }];
  return nameMembers(members).map(({ member, name }) => ({ options: { ...options, member }, name }));
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
      .option(
        '--members <how>',
        'of a zip archive, all files: each as a data set of its own, or append, one below the other',
      )
      .option('--mask <columns>', 'replace the values of these columns by a fixed word before anything is stored')
      .option('--hash <columns>', 'replace them by a keyed hash, so that joins still work')
      .option('--drop <columns>', 'leave these columns out')
      .option('--keep <columns>', 'keep these columns although personal data are found in them')
      .option('--accept-changes', 'go on although format, dialect or columns changed since the last import')
      .option('--stop-on-changes', 'stop before anything is stored when they did (so it is on a terminal)')
      .option('--pii <action>', 'for all other columns with personal data: keep-all, mask-all, hash-all or drop-all'),
  ).action((files: string[], flags: DialectFlags & PrivacyFlags & ChangeFlags & MemberFlags & { name?: string }) =>
    context.run(async ({ client, io, options, output }) => {
      if (flags.name !== undefined && files.length > 1) throw invalidInput('one-name', '--name goes with one file.');
      const documents: unknown[] = [];
      let rejected = 0;
      const imports: ({ readonly path: string } & Wanted)[] = [];
      for (const file of files) {
        const path = await inputPath(io, file);
        for (const wanted of await importsOf(client, path, flags)) imports.push({ path, ...wanted });
      }
      for (const { path, ...wanted } of imports) {
        const changes = changesOf(flags, io);
        const { jobId } = await client.datasets.import({ source: { path }, ...wanted, ...privacyOf(flags), changes });
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
            ...againLines(receipt),
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
