/** Choosing a threshold on the profit curve: by hand, by keyboard, within the range of the curve. */
import type { DecisionCurve } from '../../../main/contract/decisions.ts';

export type CurvePoint = DecisionCurve['points'][number];

/** The point of the curve nearest to a threshold; null when the curve is empty. */
export function findNearestPoint(points: readonly CurvePoint[], threshold: number): CurvePoint | null {
  let nearest: CurvePoint | null = null;
  for (const point of points) {
    if (nearest === null || Math.abs(point.threshold - threshold) < Math.abs(nearest.threshold - threshold)) {
      nearest = point;
    }
  }
  return nearest;
}

const steps: Readonly<Record<string, number>> = {
  ArrowLeft: -0.01,
  ArrowDown: -0.01,
  ArrowRight: 0.01,
  ArrowUp: 0.01,
  PageDown: -0.1,
  PageUp: 0.1,
};

/** The threshold after a key: arrows move by 1 point (Shift: 0.1), page keys by 10, Home and End to the ends; null for other keys. */
export function moveThreshold(threshold: number, key: string, fine: boolean): number | null {
  if (key === 'Home') return 0;
  if (key === 'End') return 1;
  const step = steps[key];
  if (step === undefined) return null;
  return roundThreshold(threshold + (fine ? step / 10 : step));
}

/** A threshold as the address keeps it: three decimals, between 0 and 1. */
export function roundThreshold(threshold: number): number {
  return Math.min(1, Math.max(0, Math.round(threshold * 1000) / 1000));
}

export type PolicyOption = {
  readonly key: 'chosen' | 'best' | 'all' | 'none';
  readonly profit: number;
  readonly low: number | null;
  readonly high: number | null;
  readonly share: number;
  readonly threshold: number | null;
  /** Difference from the best, zero or negative up to sampling. */
  readonly behindBest: number;
  /** Acts on more rows than the policy's capacity allows, so its profit cannot be had. */
  readonly overCapacity: boolean;
};

/** The four ways to act side by side: chosen threshold, the best one, everybody, nobody; profit per 1 000 rows. */
export function buildOptions(curve: DecisionCurve): readonly PolicyOption[] {
  const best = curve.best.profit.value;
  const capacity = curve.policy.capacityPerThousand === null ? 1 : curve.policy.capacityPerThousand / 1000;
  const option = (
    key: PolicyOption['key'],
    profit: number,
    rest: Omit<PolicyOption, 'key' | 'profit' | 'behindBest' | 'overCapacity'>,
  ) => ({
    key,
    profit,
    ...rest,
    behindBest: profit - best,
    overCapacity: rest.share > capacity + 1e-6,
  });
  const { chosen } = curve;
  return [
    option('chosen', chosen.profit.value, {
      low: chosen.profit.low,
      high: chosen.profit.high,
      share: chosen.share,
      threshold: chosen.threshold,
    }),
    option('best', best, {
      low: curve.best.profit.low,
      high: curve.best.profit.high,
      share: curve.best.share,
      threshold: curve.best.threshold,
    }),
    option('all', curve.actOnAll, { low: null, high: null, share: 1, threshold: null }),
    option('none', curve.actOnNone, { low: null, high: null, share: 0, threshold: null }),
  ];
}
