import type { Command } from 'commander';
import type { CoverageReport, FairnessReport, SliceReport } from '../../../contract/models.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { modelOf, parseMap } from '../resolve.ts';
import { parseLevel, sourceOf } from './score.ts';

type EvaluateFlags = {
  readonly map?: string;
  readonly labelMap?: string;
  readonly by?: string;
  readonly slices?: boolean;
  readonly interval?: string;
};

const ranged = ({ value, low, high }: { value: number; low: number | null; high: number | null }): string =>
  `${figure(value)} [${figure(low ?? Number.NaN)}, ${figure(high ?? Number.NaN)}]`;

/** One line a group and measure; a star marks what differs beyond chance. */
function fairnessLines(report: FairnessReport): string[] {
  return [
    '',
    `by ${report.column}: ${report.reading}`,
    ...table(
      report.groups.flatMap((group) =>
        group.measures.map((each, i) => [
          i === 0 ? group.value : '',
          i === 0 ? group.rows.toLocaleString('en') : '',
          `${each.measure.replaceAll('_', ' ')}${each.differs ? ' *' : ''}`,
          ranged(each.estimate),
        ]),
      ),
      [report.column, 'rows', 'measure', 'value [95 % interval]'],
    ),
  ];
}

function sliceLines(report: SliceReport): string[] {
  return [
    '',
    report.reading,
    ...(report.slices.length === 0
      ? []
      : table(
          report.slices.map((slice) => [
            slice.words,
            slice.rows.toLocaleString('en'),
            slice.score === null ? '–' : ranged(slice.score),
            `${figure(slice.loss.value)} against ${figure(slice.elsewhere)}`,
          ]),
          ['weak where', 'rows', report.metric, report.lossName],
        )),
  ];
}

function coverageLines(report: CoverageReport): string[] {
  return [
    '',
    report.reading,
    ...(report.groups.length === 0
      ? []
      : table(
          report.groups.map((group) => [
            group.value,
            group.rows.toLocaleString('en'),
            ranged(group.coverage),
            group.verdict,
          ]),
          [report.by ?? '', 'rows', 'held [95 % interval]', 'against the level'],
        )),
  ];
}

/** `augury evaluate MODEL LABELLED` */
export function registerEvaluate(program: Command, context: CommandContext): void {
  program
    .command('evaluate')
    .description('Metrics of a model on labelled data')
    .argument('<model>', 'model (id or name) or package file')
    .argument('<labelled>', 'file or data set that has the target column')
    .option('--map <pairs>', 'column names: in-the-file=in-the-model,…')
    .option('--label-map <pairs>', "labels: in-the-file=in-the-model, e.g. '>50K.=>50K'")
    .option('--by <column>', 'compare the groups of this column: who is chosen, found, accused wrongly')
    .option('--slices', 'look for the rows on which the model is weakest')
    .option('--interval <level>', 'level at which intervals are held against the outcomes', '0.9')
    .action((model: string, labelled: string, flags: EvaluateFlags) =>
      context.run(async ({ client, io, options, output }) => {
        const id = await modelOf(client, model, io);
        const source = await sourceOf(client, io, labelled);
        const labels = flags.labelMap === undefined ? [] : (await client.models.get({ id })).classes;
        const { jobId } = await client.models.evaluate({
          id,
          source,
          map: parseMap(flags.map, '--map'),
          labelMap: parseMap(flags.labelMap, '--label-map', labels),
          slices: flags.slices === true,
          ...(flags.interval === undefined ? {} : { interval: parseLevel(flags.interval) }),
          ...(flags.by === undefined ? {} : { by: flags.by }),
        });
        const job = await followJob(client, jobId, io, options);
        const result = job.result as {
          metrics: Record<string, { value: number; low: number; high: number }>;
          rows: number;
          rejected: number;
          calibration: unknown;
          notes: readonly string[];
          fairness: FairnessReport | null;
          slices: SliceReport | null;
          coverage: CoverageReport | null;
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
          ...result.notes,
          ...(result.fairness === null ? [] : fairnessLines(result.fairness)),
          ...(result.slices === null ? [] : sliceLines(result.slices)),
          ...(result.coverage === null ? [] : coverageLines(result.coverage)),
        ]);
        return result.rejected > 0 ? exitCodes.rejects : exitCodes.done;
      }),
    );
}
