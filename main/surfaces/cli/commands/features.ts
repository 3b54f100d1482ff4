import type { Command } from 'commander';
import { notFound } from '../../../base/errors.ts';
import type { FeatureSet } from '../../../contract/features.ts';
import { exitCodes } from '../exit-codes.ts';
import { definitionFile } from '../feature-files.ts';
import { followJob } from '../follow-job.ts';
import type { AuguryClient } from '../io.ts';
import { table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { recipeFile } from '../recipe-options.ts';
import { datasetOf, parseCount, splitList } from '../resolve.ts';

type JobOutcome = {
  readonly datasetId: string;
  readonly version: number;
  readonly rows: number;
  readonly proof: { readonly ok: boolean; readonly rows: number; readonly differences: readonly string[] };
};

/** `augury features …`: recipes, and feature sets as of each row's time. */
export function registerFeatures(program: Command, context: CommandContext): void {
  const features = program
    .command('features')
    .description('Recipes of steps, and feature sets whose values hold what was known at each row’s time');
  registerRecipes(features, context);
  features
    .command('list')
    .description('Feature sets with versions, freshness and the result of the proof')
    .action(() =>
      context.run(async ({ client, output }) => {
        const { items } = await client.features.list({});
        output.result({ sets: items }, () =>
          table(
            items.map((set) => {
              const [made] = set.materialisations;
              return [
                set.name,
                set.version,
                set.definition.features.length,
                made === undefined ? '' : `${made.rows}`,
                made?.freshUntil ?? '',
                made === undefined ? 'not made' : made.stale ? 'stale' : 'current',
                made?.proof == null ? '' : made.proof.ok ? 'holds' : 'fails',
              ];
            }),
            ['name', 'version', 'features', 'rows', 'fresh until', 'state', 'proof'],
          ),
        );
        return exitCodes.done;
      }),
    );
  features
    .command('save')
    .description('Keep a feature set; a changed definition is a new version')
    .argument('<name>', 'name of the feature set')
    .argument('<file>', 'JSON file with base, sources and features; "dataset" names data sets')
    .action((name: string, file: string) =>
      context.run(async ({ client, io, options, output }) => {
        const set = await client.features.save({
          name,
          definition: await definitionFile(io, file, async (text) => (await datasetOf(client, text, io, options)).id),
        });
        output.result(set, () => [
          `"${set.name}", version ${set.version}: ${set.definition.features.length} features`,
          ...warningLines(set),
        ]);
        return exitCodes.done;
      }),
    );
  features
    .command('build')
    .description('Write rows with their features as a data set, and prove them')
    .argument('<set>', 'feature set (id or name)')
    .option('--as <name>', 'name of the data set')
    .action((text: string, flags: { readonly as?: string }) =>
      context.run(async ({ client, io, options, output }) => {
        const set = await setOf(client, text);
        const { jobId } = await client.features.materialise({
          id: set.id,
          ...(flags.as === undefined ? {} : { name: flags.as }),
        });
        const done = (await followJob(client, jobId, io, options)).result as JobOutcome;
        output.result(done, () => [
          `${done.rows} rows, data set ${done.datasetId}, version ${done.version}`,
          ...warningLines(set),
          ...proofLines(done),
        ]);
        return done.proof.ok ? exitCodes.done : exitCodes.data;
      }),
    );
  features
    .command('prove')
    .description('Go back to the time of sampled rows and compare every stored feature with what was known then')
    .argument('<set>', 'feature set (id or name)')
    .action((text: string) =>
      context.run(async ({ client, io, options, output }) => {
        const { id } = await setOf(client, text);
        const { jobId } = await client.features.prove({ id });
        const done = (await followJob(client, jobId, io, options)).result as JobOutcome;
        output.result(done, () => proofLines(done));
        return done.proof.ok ? exitCodes.done : exitCodes.data;
      }),
    );
  features
    .command('values')
    .description('Features of one key as of a moment, computed now')
    .argument('<set>', 'feature set (id or name)')
    .requiredOption('--at <time>', 'moment, e.g. 2024-05-01T12:00:00')
    .option('--key <values>', 'values of the key columns, separated by commas')
    .action((text: string, flags: { readonly at: string; readonly key?: string }) =>
      context.run(async ({ client, output }) => {
        const { id } = await setOf(client, text);
        const found = await client.features.values({ id, at: flags.at, key: splitList(flags.key) });
        output.result(found, () => [
          ...table(
            found.values.map(({ name, value, knownAt, rows, source }) => [
              name,
              value === null ? '' : typeof value === 'number' ? value : String(value),
              knownAt ?? '',
              rows ?? '',
              source ?? 'query',
            ]),
            ['feature', 'value', 'known since', 'rows used', 'from'],
          ),
          ...found.from.map(
            ({ alias, name, version, knownUntil }) =>
              `${alias}: "${name}", version ${version}${knownUntil === null ? '' : `, newest row known at ${knownUntil}`}`,
          ),
        ]);
        return exitCodes.done;
      }),
    );
  features
    .command('preview')
    .description('Features of sampled rows by a definition in a file, and when each value became known')
    .argument('<file>', 'JSON file as for augury features save')
    .option('--rows <n>', 'rows to show (12)', parseCount)
    .action((file: string, flags: { readonly rows?: number }) =>
      context.run(async ({ client, io, options, output }) => {
        const definition = await definitionFile(
          io,
          file,
          async (text) => (await datasetOf(client, text, io, options)).id,
        );
        const found = await client.features.preview({
          definition,
          ...(flags.rows === undefined ? {} : { rows: flags.rows }),
        });
        output.result(found, () =>
          table(
            found.rows.flatMap(({ row, key, at, values }) =>
              values.map(({ value, knownAt, rows }, f) => [
                row + 1,
                key.join(', '),
                at,
                found.features[f]?.name ?? '',
                value === null ? '' : typeof value === 'number' ? value : String(value),
                knownAt ?? '',
                rows ?? '',
              ]),
            ),
            ['row', 'key', 'at', 'feature', 'value', 'known since', 'rows used'],
          ),
        );
        return exitCodes.done;
      }),
    );
  features
    .command('delete')
    .description('Delete a feature set; can be undone')
    .argument('<set>', 'feature set (id or name)')
    .action((text: string) =>
      context.run(async ({ client, output }) => {
        const set = await setOf(client, text);
        const { eventId } = await client.features.delete({ id: set.id });
        output.result({ deleted: set.id, eventId }, () => [
          `"${set.name}" is deleted; augury undo ${eventId} takes it back`,
        ]);
        return exitCodes.done;
      }),
    );
}

const warningLines = ({ warnings }: FeatureSet): string[] => warnings.map((warning) => `WARNING: ${warning}`);

const proofLines = ({ proof }: JobOutcome): string[] => [
  proof.ok
    ? `The time-machine proof holds: ${proof.rows} rows hold what was known at their time.`
    : 'The time-machine proof fails:',
  ...proof.differences,
];

function registerRecipes(features: Command, context: CommandContext): void {
  features
    .command('recipes')
    .description('Kept recipes')
    .action(() =>
      context.run(async ({ client, output }) => {
        const { items } = await client.features.recipes({});
        output.result({ recipes: items }, () =>
          table(
            items.map(({ name, steps }) => [name, steps.length, steps.map(({ kind }) => kind).join(', ')]),
            ['name', 'steps', 'kinds'],
          ),
        );
        return exitCodes.done;
      }),
    );
  features
    .command('save-recipe')
    .description('Keep a recipe under a name, for augury train --recipe NAME')
    .argument('<name>', 'name of the recipe')
    .argument('<file>', 'JSON file with the steps')
    .action((name: string, file: string) =>
      context.run(async ({ client, io, output }) => {
        const kept = await client.features.saveRecipe({ name, steps: recipeFile(io, file) });
        output.result(kept, () => [`"${kept.name}": ${kept.steps.length} steps`]);
        return exitCodes.done;
      }),
    );
}

/** A feature set by id or name. */
async function setOf(client: AuguryClient, text: string): Promise<FeatureSet> {
  const { items } = await client.features.list({});
  const found = items.find((set) => set.id === text || set.name === text);
  if (found !== undefined) return found;
  throw notFound('no-such-feature-set', `There is no feature set called "${text}".`, {
    hint: 'augury features list lists them.',
    details: { name: text },
  });
}
