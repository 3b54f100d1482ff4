import type { Command } from 'commander';
import type { Finding } from '../../../contract/datasets.ts';
import { addDialectOptions, type DialectFlags, dialectOf } from '../dialect-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { datasetOf } from '../resolve.ts';

const findingLine = (f: Finding): string =>
  `${f.severity}: ${f.column === null ? '' : `${f.column}: `}${f.message}${
    (f.rows ?? []).length === 0
      ? ''
      : ` Rows ${(f.rows ?? [])
          .slice(0, 3)
          .map((row) => row + 1)
          .join(', ')}${(f.rows ?? []).length > 3 ? ' …' : ''}.`
  }${f.fix === undefined ? '' : ` Fix: ${f.fix.text}.`}`;

/** `augury profile DATASET|FILE` */
export function registerProfile(program: Command, context: CommandContext): void {
  addDialectOptions(
    program
      .command('profile')
      .description('Statistics of every column and quality findings')
      .argument('<dataset>', 'data set (id or name) or file')
      .option('--target <column>', 'check this column as a target: leaks, imbalance, labels that look wrong')
      .option('--split <column>', 'with --target: the column that says which rows train'),
  ).action((dataset: string, flags: DialectFlags & { readonly target?: string; readonly split?: string }) =>
    context.run(async ({ client, io, options, output }) => {
      const { id } = await datasetOf(client, dataset, io, options, dialectOf(flags));
      if (flags.target !== undefined) {
        const { jobId } = await client.datasets.inspect({
          id,
          target: flags.target,
          ...(flags.split === undefined ? {} : { split: flags.split }),
        });
        const job = await followJob(client, jobId, io, options);
        const checked = job.result as { readonly findings: readonly Finding[] };
        output.result({ dataset: id, ...checked }, () =>
          checked.findings.length === 0 ? ['nothing stands out'] : checked.findings.map(findingLine),
        );
        return exitCodes.done;
      }
      const profile = await client.datasets.profile({ id });
      output.result({ dataset: id, ...profile }, () => [
        `${profile.rows.toLocaleString('en')} rows × ${profile.columns.length} columns`,
        ...table(
          profile.columns.map((c) => [
            c.name,
            c.type,
            c.missing,
            c.distinct,
            c.min === null ? '–' : String(c.min).slice(0, 20),
            c.mean === null ? '–' : figure(c.mean),
            c.max === null ? '–' : String(c.max).slice(0, 20),
          ]),
          ['column', 'type', 'missing', 'distinct', 'min', 'mean', 'max'],
        ),
        ...profile.findings.map(findingLine),
      ]);
      return exitCodes.done;
    }),
  );
}
