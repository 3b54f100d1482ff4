import type { Prediction } from '../../../main/contract/predictions.ts';

export type QuantilePlace = {
  readonly level: number;
  readonly value: number;
  /** Share of the way from the lowest quantile to the highest, 0…1. */
  readonly at: number;
  /** The level that stands for the whole: the one nearest to a half. */
  readonly middle: boolean;
};

/** Where the quantiles of an answer stand between the lowest and the highest; empty with fewer than two. */
export function placeQuantiles(quantiles: Prediction['quantiles']): readonly QuantilePlace[] {
  const sorted = [...(quantiles ?? [])].sort((a, b) => a.level - b.level);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || sorted.length < 2) return [];
  const span = last.value - first.value;
  const nearest = sorted.reduce((best, each) =>
    Math.abs(each.level - 0.5) < Math.abs(best.level - 0.5) ? each : best,
  );
  return sorted.map(({ level, value }) => ({
    level,
    value,
    at: span > 0 ? (value - first.value) / span : 0.5,
    middle: level === nearest.level,
  }));
}
