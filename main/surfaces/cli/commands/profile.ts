import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { datasetOf } from '../resolve.ts';
import { addDialectOptions, type DialectFlags, dialectOf } from './import.ts';

/** `augury profile DATASET|FILE` */
export function registerProfile(program: Command, context: CommandContext): void {
  addDialectOptions(
    program
      .command('profile')
      .description('Statistics of every column and quality findings')
      .argument('<dataset>', 'data set (id or name) or file'),
  ).action((dataset: string, flags: DialectFlags) =>
    context.run(async ({ client, io, options, output }) => {
      const { id } = await datasetOf(client, dataset, io, options, dialectOf(flags));
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
        ...profile.findings.map((f) => `${f.severity}: ${f.column === null ? '' : `${f.column}: `}${f.message}`),
      ]);
      return exitCodes.done;
    }),
  );
}
