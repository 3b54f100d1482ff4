/**
 * What a regression predicts: the mean under one of several losses, or quantiles. The choice decides the link between the
 * margin and the prediction, so it belongs to the whole run, not to one learner.
 *
 * - squared: (y − m)². absolute: |y − m|, the median. huber: quadratic near, linear from `delta` robust standard
 *   deviations of the target on.
 * - quantile: pinball loss at each of `levels`, one output a level; the first is "the" prediction, the rest ascend.
 * - poisson, tweedie, gamma: deviances of a positive mean, margin = ln(mean). Poisson and Tweedie (1 < power < 2) take
 *   targets ≥ 0, gamma takes targets > 0. Their minimum is the mean, as that of the squared error is, so that a Poisson fit
 *   can stand in for a squared one where effects multiply.
 */
import { invalidInput } from '../base/errors.ts';
import type { Response } from './model-spec.ts';

export type ObjectiveSpec =
  | { readonly kind: 'squared' }
  | { readonly kind: 'absolute' }
  | { readonly kind: 'huber'; readonly delta: number }
  | { readonly kind: 'quantile'; readonly levels: readonly number[] }
  | {
      readonly kind: 'poisson';
      /** Models are told apart by the squared error of their predictions; absent: by the deviance they are fitted to. */
      readonly judged?: 'squared';
    }
  | { readonly kind: 'tweedie'; readonly power: number }
  | { readonly kind: 'gamma' };

export const squaredError: ObjectiveSpec = { kind: 'squared' };

/** Outputs a regression with this objective has: one, or one a quantile. */
export const outputsOf = (objective: ObjectiveSpec): number =>
  objective.kind === 'quantile' ? objective.levels.length : 1;

/** Whether the margin is the logarithm of the prediction. */
const isLogLink = (objective: ObjectiveSpec): boolean => variancePower(objective) !== null;

/** Whether models are told apart by the squared error of what they predict, whatever they are fitted to. */
export const isJudgedBySquares = (objective: ObjectiveSpec): boolean =>
  objective.kind === 'squared' || (objective.kind === 'poisson' && objective.judged === 'squared');

/** Exponent p of the variance function mean^p: 1 Poisson, 1 < p < 2 Tweedie, 2 gamma; null for other losses. */
export function variancePower(objective: ObjectiveSpec): number | null {
  if (objective.kind === 'poisson') return 1;
  if (objective.kind === 'gamma') return 2;
  return objective.kind === 'tweedie' ? objective.power : null;
}

/** The objective of several quantiles: the level nearest the median (the lower of two equals) first, the rest ascending. */
export function quantileObjective(levels: readonly number[]): ObjectiveSpec {
  const ascending = [...levels].sort((a, b) => a - b);
  let main = 0;
  ascending.forEach((level, k) => {
    if (Math.abs(level - 0.5) < Math.abs(ascending[main] - 0.5) - 1e-12) main = k;
  });
  return { kind: 'quantile', levels: [ascending[main], ...ascending.filter((_, k) => k !== main)] };
}

/** Throws invalid-input `objective` when a parameter is outside its range. */
export function checkObjective(objective: ObjectiveSpec): void {
  const bad = (message: string, hint: string): Error => invalidInput('objective', message, { hint });
  if (objective.kind === 'huber' && !(objective.delta > 0 && objective.delta < Number.POSITIVE_INFINITY)) {
    throw bad(`The Huber threshold is ${objective.delta}.`, 'Give a number above 0.');
  }
  if (objective.kind === 'tweedie' && !(objective.power > 1 && objective.power < 2)) {
    throw bad(`The Tweedie power is ${objective.power}.`, 'Give a number between 1 and 2; 1 is Poisson, 2 is gamma.');
  }
  if (objective.kind !== 'quantile') return;
  const { levels } = objective;
  if (levels.length === 0 || levels.length > 99) throw bad(`${levels.length} quantiles.`, 'Give 1 to 99 quantiles.');
  levels.forEach((level, k) => {
    if (!(level > 0 && level < 1)) throw bad(`The quantile ${level} is not between 0 and 1.`, 'Use e.g. 0.1,0.5,0.9.');
    if (levels.indexOf(level) !== k) throw bad(`The quantile ${level} is given twice.`, 'Name each once.');
  });
}

/** How predictions follow from margins under an objective; undefined where they are the margins. */
export function responseOf(objective: ObjectiveSpec): Response | undefined {
  if (objective.kind === 'quantile') return { kind: 'quantiles', levels: objective.levels };
  return isLogLink(objective) ? { kind: 'log' } : undefined;
}
