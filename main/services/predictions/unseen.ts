import type { UnseenCategories } from '../../ml/recipe/apply.ts';

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
