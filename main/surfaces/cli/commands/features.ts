import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput, notFound } from '../../../base/errors.ts';
import { type FeatureDefinition, featureDefinition } from '../../../contract/feature-sets.ts';
import type { FeatureSet } from '../../../contract/features.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import type { AuguryClient, CliIo } from '../io.ts';
import { table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { recipeFile } from '../recipe-options.ts';
import { datasetOf, splitList } from '../resolve.ts';

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
        output.result(set, () => [`"${set.name}", version ${set.version}: ${set.definition.features.length} features`]);
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
        const { id } = await setOf(client, text);
        const { jobId } = await client.features.materialise({
          id,
          ...(flags.as === undefined ? {} : { name: flags.as }),
        });
        const done = (await followJob(client, jobId, io, options)).result as JobOutcome;
        output.result(done, () => [
          `${done.rows} rows, data set ${done.datasetId}, version ${done.version}`,
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
        output.result(found, () =>
          table(
            found.values.map(({ name, value }) => [
              name,
              value === null ? '' : typeof value === 'number' ? value : String(value),
            ]),
            ['feature', 'value'],
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

/** A definition whose tables may name their data set ("dataset": "orders") instead of giving its id. */
async function definitionFile(
  io: CliIo,
  file: string,
  idOf: (text: string) => Promise<string>,
): Promise<FeatureDefinition> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(resolve(io.cwd, file), 'utf8'));
  } catch (cause) {
    throw invalidInput('definition-unreadable', `${file} is no JSON: ${cause instanceof Error ? cause.message : ''}`, {
      hint: 'A feature set is a JSON object with base, sources and features; the guide shows one.',
      details: { file },
    });
  }
  const named = async (value: unknown): Promise<unknown> => {
    if (typeof value !== 'object' || value === null || !('dataset' in value)) return value;
    const { dataset, ...rest } = value;
    return { ...rest, datasetId: await idOf(String(dataset)) };
  };
  if (typeof parsed !== 'object' || parsed === null || !('base' in parsed)) {
    throw invalidInput('definition-invalid', `${file} has no base.`, { hint: 'Name the rows under "base".' });
  }
  const sources: Record<string, unknown> = {};
  if ('sources' in parsed && typeof parsed.sources === 'object' && parsed.sources !== null) {
    for (const [alias, value] of Object.entries(parsed.sources)) sources[alias] = await named(value);
  }
  const checked = featureDefinition.safeParse({ ...parsed, base: await named(parsed.base), sources });
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  throw invalidInput('definition-invalid', `${file}: ${issue.path.join('.')}: ${issue.message}.`, {
    hint: 'The guide to features lists what a feature set takes.',
    details: { file },
  });
}
