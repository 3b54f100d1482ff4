import type { InputField } from '../../contract/models.ts';
import type { InputSpec } from '../../ml/model-spec.ts';
import { type ReferenceStatistics, referenceProbabilities } from '../../ml/stats/reference.ts';

const probabilities: readonly number[] = referenceProbabilities;

/** Levels offered in a form. */
const offeredLevels = 100;

/** What a form needs to know of each input, from the reference statistics and the importance by column. */
export function inputFields(
  inputs: readonly InputSpec[],
  reference: ReferenceStatistics,
  importance: ReadonlyMap<string, number>,
): InputField[] {
  return inputs.map((input) => {
    const statistics = reference.columns.find((column) => column.name === input.name);
    const quantile = (p: number): number | null => {
      const at = probabilities.indexOf(p);
      return statistics?.quantiles?.[at] ?? null;
    };
    const levels = statistics?.levels ?? [];
    return {
      name: input.name,
      type: input.logicalType,
      missingShare: statistics?.missingShare ?? 0,
      importance: importance.get(input.name) ?? 0,
      levels: levels.slice(0, offeredLevels),
      levelsTruncated: (statistics?.levelCount ?? 0) > Math.min(offeredLevels, levels.length),
      low: quantile(0.01),
      high: quantile(0.99),
      min: quantile(0),
      max: quantile(1),
      typical: typicalValue(input, levels[0]?.value ?? null, quantile(0.5)),
    };
  });
}

/** Median as it would be typed: whole for integers, ISO text for dates; the most frequent level for text. */
function typicalValue(input: InputSpec, level: string | null, median: number | null): string | number | null {
  if (input.type === 'string') return level;
  if (median === null) return null;
  if (input.type === 'timestamp') {
    const iso = new Date(median / 1000).toISOString();
    return input.logicalType === 'date' ? iso.slice(0, 10) : iso.slice(0, 19);
  }
  return input.logicalType === 'integer' ? Math.round(median) : Number(median.toPrecision(6));
}
