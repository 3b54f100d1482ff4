import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { modelOf, parseMap } from '../resolve.ts';
import { sourceOf } from './score.ts';

/** `augury evaluate MODEL LABELLED` */
export function registerEvaluate(program: Command, context: CommandContext): void {
  program
    .command('evaluate')
    .description('Metrics of a model on labelled data')
    .argument('<model>', 'model (id or name) or package file')
    .argument('<labelled>', 'file or data set that has the target column')
    .option('--map <pairs>', 'column names: in-the-file=in-the-model,…')
    .option('--label-map <pairs>', "labels: in-the-file=in-the-model, e.g. '>50K.=>50K'")
    .action((model: string, labelled: string, flags: { map?: string; labelMap?: string }) =>
      context.run(async ({ client, io, options, output }) => {
        const id = await modelOf(client, model, io);
        const source = await sourceOf(client, io, labelled);
        const labels = flags.labelMap === undefined ? [] : (await client.models.get({ id })).classes;
        const { jobId } = await client.models.evaluate({
          id,
          source,
          map: parseMap(flags.map, '--map'),
          labelMap: parseMap(flags.labelMap, '--label-map', labels),
        });
        const job = await followJob(client, jobId, io, options);
        const result = job.result as {
          metrics: Record<string, { value: number; low: number; high: number }>;
          rows: number;
          rejected: number;
          calibration: unknown;
        };
        const flat = Object.fromEntries(Object.entries(result.metrics).map(([name, metric]) => [name, metric.value]));
        output.result({ ...result, metrics: flat, intervals: result.metrics, job: jobId }, () => [
          `${result.rows.toLocaleString('en')} rows`,
          ...table(
            Object.entries(result.metrics).map(([name, m]) => [
              name,
              figure(m.value),
              `${figure(m.low)} … ${figure(m.high)}`,
            ]),
            ['metric', 'value', '95 % interval'],
          ),
        ]);
        return result.rejected > 0 ? exitCodes.rejects : exitCodes.done;
      }),
    );
}
