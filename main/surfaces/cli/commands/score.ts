import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '../../../base/errors.ts';
import type { Source } from '../../../contract/common.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import type { AuguryClient, CliIo } from '../io.ts';
import type { CommandContext } from '../program.ts';
import { exportFormatOf, findDataset, inputPath, isFile, modelOf, parseCount, parseMap } from '../resolve.ts';
import { oneOf } from './train.ts';

type ScoreFlags = {
  readonly output: string;
  readonly id?: string;
  readonly map?: string;
  readonly explain?: string;
  readonly interval?: string;
  readonly rejects?: string;
  readonly resume?: boolean;
  readonly threads?: string;
  readonly provider: string;
  readonly keepFormulas?: boolean;
};

/** Says that texts of an output were made harmless; nothing where none was. */
export const formulaLines = (formulas: number): string[] =>
  formulas === 0
    ? []
    : [
        `${formulas} ${formulas === 1 ? 'text that begins' : 'texts that begin'} like a formula got an apostrophe in front; --keep-formulas leaves them`,
      ];

/** What `--keep-formulas` does, in the words of every command that has it. */
export const keepFormulasHelp =
  'in CSV, leave texts that begin with = + - @ as they are (default: an apostrophe in front)';

/** A file, standard input, or a data set by name. */
export async function sourceOf(client: AuguryClient, io: CliIo, text: string): Promise<Source> {
  if (text !== '-' && !isFile(io, text)) {
    const datasetId = await findDataset(client, text);
    if (datasetId !== null) return { datasetId };
  }
  return { path: await inputPath(io, text) };
}

/** Where a job writes: the named file, or a temporary one that is copied to standard output afterwards. */
export function outputFile(io: CliIo, text: string, json: boolean): { path: string; finish: () => Promise<void> } {
  if (text !== '-') return { path: resolve(io.cwd, text), finish: async () => {} };
  if (json)
    throw invalidInput('two-outputs', '--json and -o - both want standard output.', { hint: 'Name an output file.' });
  const dir = mkdtempSync(join(tmpdir(), 'augury-stdout-'));
  const path = join(dir, 'out.csv');
  return {
    path,
    finish: async () => {
      for await (const chunk of createReadStream(path)) io.stdout.write(chunk);
      rmSync(dir, { recursive: true });
    },
  };
}

/** A level as 0.9 or 90%; throws usage outside 0.5…0.999. */
export function parseLevel(text: string): number {
  const level = text.trim().endsWith('%') ? Number(text.trim().slice(0, -1)) / 100 : Number(text);
  if (level >= 0.5 && level <= 0.999) return level;
  throw invalidInput('bad-option', `--interval is ${text}.`, { hint: 'Give a level from 0.5 to 0.999, such as 0.9.' });
}

/** `augury score MODEL INPUT -o OUTPUT` */
export function registerScore(program: Command, context: CommandContext): void {
  program
    .command('score')
    .description('Score a file or data set to a file, streaming')
    .argument('<model>', 'model (id or name) or package file')
    .argument('<input>', 'CSV, JSONL or Parquet file, data set, or - for standard input')
    .requiredOption('-o, --output <file>', 'CSV, JSONL, Parquet or Excel (.xlsx) file, or - for standard output')
    .option('--id <column>', 'column copied to the output')
    .option('--map <pairs>', 'column names: in-the-file=in-the-model,…')
    .option('--explain <k>', 'add the k strongest reasons of each row')
    .option(
      '--interval <level>',
      'add low and high (classification: a set of labels) that hold the truth with this probability, e.g. 0.9',
    )
    .option('--rejects <file>', 'where rejected rows go (default: beside the output)')
    .option('--resume', 'go on with an interrupted run of the same input and output')
    .option('--threads <n>', 'worker threads (default: all cores)')
    .option('--keep-formulas', keepFormulasHelp)
    .option('--provider <name>', 'auto, cpu, cuda, webgpu, dml, coreml', 'auto')
    .action((model: string, input: string, flags: ScoreFlags) =>
      context.run(
        async ({ client, io, options, output }) => {
          const target = outputFile(io, flags.output, output.json);
          const modelId = await modelOf(client, model, io);
          const source = await sourceOf(client, io, input);
          const { jobId } = await client.predictions.scoreFile({
            modelId,
            source,
            destination: { path: target.path },
            format: exportFormatOf(flags.output),
            map: parseMap(flags.map, '--map'),
            explain: flags.explain === undefined ? 0 : parseCount(flags.explain),
            ...(flags.interval === undefined ? {} : { interval: parseLevel(flags.interval) }),
            resume: flags.resume === true,
            provider: oneOf(flags.provider, ['auto', 'cpu', 'cuda', 'webgpu', 'dml', 'coreml'] as const, '--provider'),
            ...(flags.keepFormulas === true ? { keepFormulas: true } : {}),
            ...(flags.id === undefined ? {} : { id: flags.id }),
            ...(flags.rejects === undefined ? {} : { rejects: resolve(io.cwd, flags.rejects) }),
            ...(flags.threads === undefined ? {} : { threads: parseCount(flags.threads) }),
          });
          const job = await followJob(client, jobId, io, options);
          await target.finish();
          const result = job.result as {
            rows: number;
            rejected: number;
            rejectsFile: string | null;
            rowsPerSecond: number;
            seconds: number;
            provider: string;
            formulas: number;
            unseen: { column: string; rows: number; examples: string[] }[];
          };
          const document = { ...result, output: flags.output, job: jobId, estimate: job.estimate };
          const lines = [
            `${result.rows.toLocaleString('en')} rows scored in ${result.seconds.toFixed(1)} s (${Math.round(result.rowsPerSecond).toLocaleString('en')} rows/s, ${result.provider})`,
            ...result.unseen.map(
              (u) => `${u.column}: ${u.rows} rows with categories never seen in training (${u.examples.join(', ')})`,
            ),
            ...formulaLines(result.formulas),
            ...(result.rejected > 0 ? [`${result.rejected} rows rejected: ${result.rejectsFile ?? ''}`] : []),
          ];
          if (flags.output === '-') for (const line of lines) output.note(line);
          else output.result(document, () => lines);
          return result.rejected > 0 ? exitCodes.rejects : exitCodes.done;
        },
        flags.threads === undefined ? {} : { threads: parseCount(flags.threads) },
      ),
    );
}
