/** Statistics of the training rows by input column: what later data is compared with, and what forms suggest. */
import type { Frame } from '../frame.ts';
import type { InputSpec } from '../model-spec.ts';
import { inputColumn } from '../recipe/inputs.ts';
import { quantileSorted, sortedFinite } from './quantile.ts';

/** Probabilities of the stored quantiles. */
export const referenceProbabilities = [
  0, 0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 0.95, 0.99, 1,
] as const;

const maxLevels = 1_000;

export type ReferenceStatistics = {
  rowCount: number;
  columns: {
    name: string;
    missingShare: number;
    /** Values at `referenceProbabilities` (timestamps in µs); null for text and for columns without finite values. */
    quantiles: number[] | null;
    /** Most frequent texts first; null for numbers and timestamps. */
    levels: { value: string; share: number }[] | null;
    /** Number of distinct texts, the ones not listed included; null for numbers and timestamps. */
    levelCount: number | null;
  }[];
};

/** Statistics of the inputs over all rows of the frame. */
export function buildReference(inputs: readonly InputSpec[], frame: Frame): ReferenceStatistics {
  const share = (count: number): number => (frame.rowCount === 0 ? 0 : count / frame.rowCount);
  const columns = inputs.map((input) => {
    const column = inputColumn(frame, input);
    if (column.type !== 'string') {
      let missing = 0;
      for (const value of column.values) if (Number.isNaN(value)) missing++;
      const sorted = sortedFinite(column.values);
      const quantiles = sorted.length === 0 ? null : referenceProbabilities.map((p) => quantileSorted(sorted, p));
      return { name: input.name, missingShare: share(missing), quantiles, levels: null, levelCount: null };
    }
    const counts = new Float64Array(column.levels.length);
    let missing = 0;
    for (const code of column.codes) {
      if (code < 0 || column.levels[code] === '') missing++;
      else counts[code]++;
    }
    const levels = column.levels
      .map((value, code) => ({ value, count: counts[code] }))
      .filter((level) => level.count > 0)
      .sort((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
    return {
      name: input.name,
      missingShare: share(missing),
      quantiles: null,
      levels: levels.slice(0, maxLevels).map((level) => ({ value: level.value, share: share(level.count) })),
      levelCount: levels.length,
    };
  });
  return { rowCount: frame.rowCount, columns };
}
