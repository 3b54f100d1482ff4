/** What a counterfactual is to reach, and how near a row is to it. */
import type { Frame } from '../frame.ts';
import type { ModelSpec } from '../model-spec.ts';
import { predictMargins, predictOutputs } from '../predict.ts';
import { applyRecipe } from '../recipe/apply.ts';
import type { GoalScores } from './counterfactual-search.ts';

export type Goal =
  /** Binary: the probability of the positive class at or above the threshold, or below it. */
  | { readonly kind: 'side'; readonly above: boolean; readonly threshold: number }
  /** Multiclass: this class is the likeliest. */
  | { readonly kind: 'class'; readonly output: number }
  /** Regression: a value within, both ends included. */
  | { readonly kind: 'range'; readonly low: number; readonly high: number };

/** Whether outputs of one row (probabilities, or the value) reach the goal; of equal classes the first is the likeliest. */
export function reachesGoal(goal: Goal, outputs: ArrayLike<number>): boolean {
  if (goal.kind === 'side') return goal.above ? outputs[0] >= goal.threshold : outputs[0] < goal.threshold;
  if (goal.kind === 'range') return outputs[0] >= goal.low && outputs[0] <= goal.high;
  let best = 0;
  for (let k = 1; k < outputs.length; k++) if (outputs[k] > outputs[best]) best = k;
  return best === goal.output;
}

/** Scores blocks against the goal. */
export const goalScorer =
  (spec: ModelSpec, goal: Goal) =>
  (frame: Frame): GoalScores => {
    const margins = predictMargins(spec, applyRecipe(spec.recipe, frame));
    return goalScores(goal, margins, predictOutputs(spec, margins), spec.outputCount);
  };

/** Predictions of a block read against the goal; progress is in the margin, where it does not saturate. */
export function goalScores(goal: Goal, margins: Float64Array, outputs: Float64Array, width: number): GoalScores {
  const rowCount = margins.length / width;
  const progress = new Float64Array(rowCount);
  const reached = new Uint8Array(rowCount);
  for (let row = 0; row < rowCount; row++) {
    const at = row * width;
    reached[row] = reachesGoal(goal, outputs.subarray(at, at + width)) ? 1 : 0;
    if (goal.kind === 'side') progress[row] = goal.above ? margins[at] : -margins[at];
    else if (goal.kind === 'range') progress[row] = -Math.max(goal.low - outputs[at], outputs[at] - goal.high, 0);
    else {
      let other = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < width; k++) if (k !== goal.output) other = Math.max(other, margins[at + k]);
      progress[row] = margins[at + goal.output] - other;
    }
  }
  return { progress, reached };
}
