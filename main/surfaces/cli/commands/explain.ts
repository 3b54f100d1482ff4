import { resolve } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { formatOf, modelOf, parseMap } from '../resolve.ts';
import { outputFile, sourceOf } from './score.ts';
import { oneOf } from './train.ts';

/** `augury explain MODEL INPUT [-o FILE]`: without an output file, the global summary of the file's rows. */
export function registerExplain(program: Command, context: CommandContext): void {
  program
    .command('explain')
    .description('Exact contributions of every column for every row')
    .argument('<model>', 'model (id or name) or package file')
    .argument('<input>', 'file or data set')
    .option('-o, --output <file>', 'CSV, JSONL or Parquet file, or - for standard output')
    .option('--map <pairs>', 'column names: in-the-file=in-the-model,…')
    .option('--method <name>', 'treeshap: exact for trees, linear models and their blends', 'treeshap')
    .option('--units <name>', 'margin (exact) or probability (a rescaling, approximate)', 'margin')
    .action((model: string, input: string, flags: { output?: string; map?: string; method: string; units: string }) =>
      context.run(async ({ client, io, options, output }) => {
        oneOf(flags.method, ['treeshap'] as const, '--method');
        const units = oneOf(flags.units, ['margin', 'probability'] as const, '--units');
        const target = flags.output === undefined ? null : outputFile(io, flags.output, output.json);
        const modelId = await modelOf(client, model, io);
        const { jobId } = await client.explanations.explainFile({
          modelId,
          source: await sourceOf(client, io, input),
          destination: target === null ? { download: 'contributions.csv' } : { path: target.path },
          format: flags.output === undefined ? 'csv' : formatOf(flags.output),
          map: parseMap(flags.map, '--map'),
          units,
        });
        const job = await followJob(client, jobId, io, options);
        await target?.finish();
        const result = job.result as {
          rows: number;
          rejected: number;
          additivityMaxError: number;
          rowsPerSecond: number;
          seconds: number;
          summary: { column: string; meanAbs: number }[];
        };
        const lines = [
          `${result.rows.toLocaleString('en')} rows explained (${Math.round(result.rowsPerSecond).toLocaleString('en')} rows/s); largest additivity error ${result.additivityMaxError.toExponential(1)}`,
          ...table(
            result.summary.slice(0, 15).map((row) => [row.column, figure(row.meanAbs)]),
            ['column', 'mean |contribution|'],
          ),
          ...(units === 'probability'
            ? ['Probability units are a rescaling of the exact margin contributions: approximate.']
            : []),
        ];
        const file = flags.output === undefined || flags.output === '-' ? null : resolve(io.cwd, flags.output);
        if (flags.output === '-') for (const line of lines) output.note(line);
        else output.result({ ...result, units, output: file, job: jobId }, () => lines);
        return result.rejected > 0 ? exitCodes.rejects : exitCodes.done;
      }),
    );
}
