import type { RareLevels, UnseenCategories } from '../../ml/recipe/apply.ts';
import type { LoadedModel } from '../models/loader.ts';

/** Rows with categories the model has no level for, by column, over all blocks so far. */
export type UnseenTally = readonly UnseenCategories[];

const mostExamples = 5;

/** Adds a block's counts; examples keep the order in which they were met. */
export function addUnseen(tally: UnseenTally, block: readonly UnseenCategories[]): UnseenTally {
  if (block.length === 0) return tally;
  const added = new Map(tally.map((entry) => [entry.column, entry]));
  for (const { column, rows, examples } of block) {
    const known = added.get(column);
    added.set(column, {
      column,
      rows: (known?.rows ?? 0) + rows,
      examples: [...new Set([...(known?.examples ?? []), ...examples])].slice(0, mostExamples),
    });
  }
  return [...added.values()];
}

/** Values of each text column that occurred in training too rarely to get a level: they are known all the same. */
export function rareLevels(loaded: LoadedModel): RareLevels {
  const rare: Record<string, readonly string[]> = {};
  for (const feature of loaded.content.spec.recipe.features) {
    if (feature.kind !== 'category') continue;
    const seen = loaded.content.reference.columns.find(({ name }) => name === feature.source)?.levels ?? [];
    const own = new Set(feature.levels);
    const others = seen.map(({ value }) => value).filter((value) => !own.has(value));
    if (others.length > 0) rare[feature.source] = others;
  }
  return rare;
}
