/**
 * Constraints a growing tree keeps: the direction in which a prediction may move with a feature, and which features may
 * meet on one path from root to leaf.
 *
 * Monotone: a split on a constrained feature must order its children's values, and passes each child the other's value as
 * a bound for the splits below (the "intermediate" bounds of LightGBM's monotone constraints, Auguste, Malory & Smirnov
 * 2020). Bounds only steer the choice of splits; the values that count are put in order over the whole tree afterwards,
 * see monotone-values.ts. All values here are steps in quantised units: −G / (H + λ).
 *
 * Interactions: a path may use the features of any group that holds all features already on it. A feature in no group may
 * be used, but only by itself.
 */
import type { GrowingLeaf } from './growing-leaf.ts';
import { leafScore, type SplitContext } from './split.ts';

/** The Newton step of a side in quantised units, held within the leaf's bounds. */
export function boundedStep(gradient: number, hessian: number, lambda: number, context: SplitContext): number {
  const { alpha, low, high } = context;
  const size = Math.abs(gradient) - alpha;
  const divisor = hessian + lambda;
  const step = size <= 0 || divisor <= 0 ? 0 : (gradient > 0 ? -size : size) / divisor;
  return Math.max(low, Math.min(high, step));
}

/** Gain of a side whose value is `step`; G²/(H+λ) where the step is free. */
export const stepScore = (
  gradient: number,
  hessian: number,
  step: number,
  lambda: number,
  context: SplitContext,
): number => -(2 * gradient * step + (hessian + lambda) * step * step + 2 * context.alpha * Math.abs(step));

/** Gain of a side within the leaf's bounds, if it has any. */
export function sideScore(gradient: number, hessian: number, lambda: number, context: SplitContext): number {
  if (context.low === Number.NEGATIVE_INFINITY && context.high === Number.POSITIVE_INFINITY) {
    return leafScore(gradient, hessian, lambda, context.alpha);
  }
  return stepScore(gradient, hessian, boundedStep(gradient, hessian, lambda, context), lambda, context);
}

/** Features allowed below a leaf that has used `path`, one flag a feature; null without interaction constraints. */
export function allowedAfter(
  groups: readonly (readonly number[])[] | null,
  path: readonly number[],
  featureCount: number,
): Uint8Array | null {
  if (groups === null || path.length === 0) return null;
  const allowed = new Uint8Array(featureCount);
  for (const feature of path) allowed[feature] = 1;
  for (const group of groups) {
    if (!path.every((feature) => group.includes(feature))) continue;
    for (const feature of group) allowed[feature] = 1;
  }
  return allowed;
}

/** Hands bounds and path of a split leaf to its children; `left` still holds those of the parent. */
export function passConstraints(
  left: GrowingLeaf,
  right: GrowingLeaf,
  feature: number,
  monotone: readonly number[] | null,
  groups: readonly (readonly number[])[] | null,
  featureCount: number,
  context: SplitContext,
): void {
  const { low, high, path } = left;
  right.low = low;
  right.high = high;
  const direction = monotone?.[feature] ?? 0;
  if (direction !== 0) {
    context.low = low;
    context.high = high;
    const leftStep = boundedStep(left.gradient, left.hessian, context.lambda, context);
    const rightStep = boundedStep(right.gradient, right.hessian, context.lambda, context);
    if (direction > 0) {
      left.high = rightStep;
      right.low = leftStep;
    } else {
      left.low = rightStep;
      right.high = leftStep;
    }
  }
  if (groups === null) return;
  left.path = path.includes(feature) ? path : [...path, feature];
  left.allowed = allowedAfter(groups, left.path, featureCount);
  right.path = left.path;
  right.allowed = left.allowed;
}
