import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import * as z from 'zod';
import { invalidInput } from '../../../base/errors.ts';
import { type CleaningStep, cleaningStep } from '../../../contract/cleaning.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import type { AuguryClient } from '../io.ts';
import type { CommandContext } from '../program.ts';
import { datasetOf } from '../resolve.ts';
import { effectLines } from '../version-lines.ts';

type Flags = {
  readonly step: readonly string[];
  readonly recipe?: string;
  readonly again?: boolean;
  readonly findings?: boolean;
  readonly kind?: string;
  readonly preview?: boolean;
  readonly undo?: boolean;
};

const recipeFile = z.union([
  z.array(cleaningStep),
  z.object({ steps: z.array(cleaningStep) }).transform(({ steps }) => steps),
]);

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalidInput('bad-json', `${what} is not JSON.`, { hint: '{"kind": "trim", "columns": ["city"]}', cause });
  }
}

function checked<T>(schema: z.ZodType<T>, value: unknown, what: string): T {
  const read = schema.safeParse(value);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw invalidInput('bad-step', `${what}: ${issue.path.join('.')} ${issue.message}`.replace(':  ', ': '), {
    hint: 'Kinds: drop-duplicates, set-missing, trim, unify, cap, flag, drop-columns, drop-rows, convert, time-zone, fill, rename, scale.',
  });
}

/** The steps asked for: given, of a file, of the version before the import, or those that the findings propose. */
async function stepsOf(client: AuguryClient, id: string, flags: Flags, cwd: string): Promise<CleaningStep[]> {
  const steps = flags.step.map((text) => checked(cleaningStep, parseJson(text, '--step'), '--step'));
  if (flags.recipe !== undefined) {
    steps.push(
      ...checked(recipeFile, parseJson(readFileSync(resolve(cwd, flags.recipe), 'utf8'), flags.recipe), flags.recipe),
    );
  }
  if (flags.again === true) steps.push(...(await client.datasets.recipe({ id })).offered);
  if (flags.findings === true || flags.kind !== undefined) {
    const { findings } = await client.datasets.profile({ id });
    const wanted = flags.kind?.split(',').map((kind) => kind.trim());
    for (const { kind, severity, fix } of findings) {
      if (fix === undefined) continue;
      if (wanted === undefined ? severity !== 'info' : wanted.includes(kind)) steps.push(...fix.steps);
    }
  }
  if (steps.length > 0) return steps;
  throw invalidInput('no-steps', 'There is nothing to do.', {
    hint: 'Give --step, --recipe FILE, --again, --findings or --kind; augury profile shows what was found.',
  });
}

/** `augury clean DATASET` */
export function registerClean(program: Command, context: CommandContext): void {
  program
    .command('clean')
    .description(
      'Clean a data set as a new version: by steps, by a recipe, or as the findings propose; --undo goes back',
    )
    .argument('<dataset>', 'data set (id or name) or file')
    .option(
      '--step <json>',
      'one step as JSON; may be given several times',
      (text: string, all: string[]) => [...all, text],
      [] as string[],
    )
    .option('--recipe <file>', 'steps from a file that `augury datasets steps NAME --json` wrote')
    .option('--again', 'the steps that the version before this import was cleaned with')
    .option('--findings', 'what the findings to check propose')
    .option('--kind <kinds>', 'what the findings of these kinds propose, separated by commas')
    .option('--preview', 'only show what would change')
    .option('--undo', 'go back to the version before the last cleaning')
    .action((dataset: string, flags: Flags) =>
      context.run(async ({ client, io, options, output }) => {
        const { id } = await datasetOf(client, dataset, io, options);
        if (flags.undo === true) {
          const { items } = await client.datasets.versions({ id });
          const current = items.find((item) => item.current === true);
          const parent = current?.imported === true ? null : (current?.parent ?? null);
          if (parent === null) {
            throw invalidInput('nothing-to-undo', 'The current version is not a cleaned one.', {
              hint: 'augury datasets versions NAME lists the versions.',
            });
          }
          const { eventId } = await client.datasets.restore({ id, version: parent });
          output.result({ dataset: id, version: parent, eventId }, () => [
            `version ${parent} is the current one again`,
          ]);
          return exitCodes.done;
        }
        const steps = await stepsOf(client, id, flags, io.cwd);
        const preview = await client.datasets.previewClean({ id, steps });
        if (flags.preview === true) {
          output.result({ dataset: id, ...preview }, () => effectLines(preview.effects));
          return exitCodes.done;
        }
        const { jobId } = await client.datasets.clean({ id, steps });
        const job = await followJob(client, jobId, io, options);
        const done = job.result as { version: number; rows: number; changed: boolean; eventId: string | null };
        output.result({ dataset: id, ...done, effects: preview.effects }, () => [
          ...effectLines(preview.effects),
          done.changed ? `version ${done.version}: ${done.rows} rows` : 'nothing changed; no version was made',
        ]);
        return exitCodes.done;
      }),
    );
}
