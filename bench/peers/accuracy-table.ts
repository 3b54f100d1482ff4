/** The comparison of accuracy as the table of docs/BENCHMARKS.md. */
import type { DataSet } from '../accuracy/sets.ts';

const digits: Record<DataSet['metric'], number> = { auc: 4, accuracy: 4, rmse: 4 };

/** One row a set: the mean of each competitor over its folds, the best in bold; then the mean ranks. */
export function accuracyTable(
  sets: readonly DataSet[],
  names: readonly string[],
  found: {
    /** Splits the means of the set are over. */
    readonly splitsOf: (set: string) => number;
    readonly meanOf: (set: string, name: string) => number;
    /** True where the competitor was ended because it took too long. */
    readonly wasOver: (set: string, name: string) => boolean;
    readonly ranks: Readonly<Record<string, number>>;
  },
): string {
  const { meanOf, splitsOf, wasOver, ranks } = found;
  const lines = [`| set | metric | splits | ${names.join(' | ')} |`, `|---|---|---|${'---|'.repeat(names.length)}`];
  for (const set of sets) {
    const values = names.map((name) => meanOf(set.name, name));
    if (values.every((value, i) => Number.isNaN(value) && !wasOver(set.name, names[i]))) continue;
    const known = values.filter((value) => Number.isFinite(value));
    const best = set.metric === 'rmse' ? Math.min(...known) : Math.max(...known);
    const cells = values.map((value, i) => {
      if (!Number.isFinite(value)) return wasOver(set.name, names[i]) ? 'over limit' : '–';
      const text = Math.abs(value) >= 1000 ? value.toFixed(0) : value.toFixed(digits[set.metric]);
      return value === best ? `**${text}**` : text;
    });
    lines.push(`| ${set.name} | ${set.metric} | ${splitsOf(set.name)} | ${cells.join(' | ')} |`);
  }
  const rankCells = names.map((name) => (Number.isFinite(ranks[name]) ? ranks[name].toFixed(2) : '–'));
  lines.push(`| mean rank | | | ${rankCells.join(' | ')} |`);
  return lines.join('\n');
}
