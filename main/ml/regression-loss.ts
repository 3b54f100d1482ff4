/** Losses of a regression's margins row by row, for comparing and blending models under the objective of the run. */
import { deviance } from './metrics/deviance.ts';
import { isJudgedBySquares, type ObjectiveSpec, variancePower } from './objective-spec.ts';

/** Loss of one row whose margins start at `at`. */
export type RegressionRowLoss = (margins: Float64Array, at: number, label: number) => number;

/** The loss of an objective. Huber is judged by the absolute error, which outliers move as little. */
export function regressionLoss(objective: ObjectiveSpec): RegressionRowLoss {
  const power = variancePower(objective);
  if (power !== null && isJudgedBySquares(objective))
    return (margins, at, label) => (Math.exp(margins[at]) - label) ** 2;
  if (power !== null) return (margins, at, label) => deviance(label, Math.exp(margins[at]), power);
  if (objective.kind === 'quantile') {
    const { levels } = objective;
    return (margins, at, label) => {
      let sum = 0;
      for (let k = 0; k < levels.length; k++) {
        const error = label - margins[at + k];
        sum += error > 0 ? levels[k] * error : (levels[k] - 1) * error;
      }
      return sum / levels.length;
    };
  }
  if (objective.kind === 'squared') return (margins, at, label) => (margins[at] - label) ** 2;
  return (margins, at, label) => Math.abs(margins[at] - label);
}
