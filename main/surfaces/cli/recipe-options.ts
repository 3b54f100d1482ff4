/** Recipes and availability lags as the command line takes them. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidInput, notFound } from '../../base/errors.ts';
import { type RecipeStep, recipeSteps } from '../../contract/recipe-steps.ts';
import type { AuguryClient, CliIo } from './io.ts';
import { isFile, parseDuration } from './resolve.ts';

/** Steps of a JSON file: a list of steps, or an object that holds one under "steps". */
export function recipeFile(io: CliIo, file: string): RecipeStep[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(readFileSync(resolve(io.cwd, file), 'utf8'));
  } catch (cause) {
    throw invalidInput('recipe-unreadable', `${file} is no JSON: ${cause instanceof Error ? cause.message : ''}`, {
      hint: 'A recipe is a JSON list of steps, e.g. [{"kind": "impute", "columns": ["age"], "with": "median"}].',
      details: { file },
    });
  }
  const steps = typeof parsed === 'object' && parsed !== null && 'steps' in parsed ? parsed.steps : parsed;
  const checked = recipeSteps.safeParse(steps);
  if (checked.success) return checked.data;
  const [issue] = checked.error.issues;
  const at =
    issue.path.length === 0
      ? ''
      : ` (step ${Number(issue.path[0]) + 1}${issue.path.length > 1 ? `, ${issue.path.slice(1).join('.')}` : ''})`;
  throw invalidInput('recipe-invalid', `${file} is no recipe${at}: ${issue.message}.`, {
    hint: 'The guide to features lists every kind of step and what it takes.',
    details: { file },
  });
}

/** The steps that `text` names: a file that exists here, or a kept recipe. */
export async function recipeOf(client: AuguryClient, text: string, io: CliIo): Promise<RecipeStep[]> {
  if (isFile(io, text)) return recipeFile(io, text);
  const { items } = await client.features.recipes({});
  const found = items.find((item) => item.name === text || item.id === text);
  if (found !== undefined) return found.steps;
  throw notFound('no-such-recipe', `There is no recipe and no file called "${text}".`, {
    hint: 'augury features recipes lists the kept recipes.',
    details: { name: text },
  });
}

/** `casual=1h` as seconds by column. */
export function parseLags(entries: readonly string[]): Record<string, number> {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.lastIndexOf('=');
      if (at < 1) {
        throw invalidInput('lag', `"${entry}" is no lag.`, { hint: 'Write column=duration, e.g. casual=1h.' });
      }
      return [entry.slice(0, at), parseDuration(entry.slice(at + 1))];
    }),
  );
}
