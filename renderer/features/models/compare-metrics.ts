/** The side-by-side table of two models: one line per metric that at least one of them has. */
import type { Estimate } from '../../../main/contract/common.ts';
import { isHigherBetter } from '../../lib/metrics.ts';

export type MetricLine = {
  readonly metric: string;
  readonly a: Estimate | null;
  readonly b: Estimate | null;
  /** a − b; null unless both exist. */
  readonly difference: number | null;
  /** Which side has the better value; 'unclear' when the intervals overlap. */
  readonly better: 'a' | 'b' | 'unclear' | null;
};

const overlap = (a: Estimate, b: Estimate): boolean =>
  a.low === null || a.high === null || b.low === null || b.high === null || (a.low <= b.high && b.low <= a.high);

/** Lines with the models' own metric first. Overlapping intervals are called unclear: only the paired difference decides there. */
export function buildMetricLines(
  first: string,
  a: Readonly<Record<string, Estimate>>,
  b: Readonly<Record<string, Estimate>>,
): readonly MetricLine[] {
  const names = [...new Set([first, ...Object.keys(a), ...Object.keys(b)])].filter((name) => name in a || name in b);
  return names.map((metric): MetricLine => {
    const left = a[metric] ?? null;
    const right = b[metric] ?? null;
    if (left === null || right === null) return { metric, a: left, b: right, difference: null, better: null };
    const difference = left.value - right.value;
    const leftWins = isHigherBetter(metric) ? difference > 0 : difference < 0;
    return {
      metric,
      a: left,
      b: right,
      difference,
      better: difference === 0 || overlap(left, right) ? 'unclear' : leftWins ? 'a' : 'b',
    };
  });
}
