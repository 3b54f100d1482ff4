import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { invalidInput } from '../../base/errors.ts';
import { type FeatureDefinition, featureDefinition } from '../../contract/feature-sets.ts';
import type { CliIo } from './io.ts';

/** A definition whose tables may name their data set ("dataset": "orders") instead of giving its id. */
export async function definitionFile(
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
