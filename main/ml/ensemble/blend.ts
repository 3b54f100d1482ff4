/**
 * Greedy forward selection of an ensemble over out-of-fold margins (Caruana et al., "Ensemble selection from libraries
 * of models", ICML 2004, sections 2.1 and 2.3): start from the best trial, add with replacement whichever trial lowers
 * the loss of the averaged margins most, stop when nothing does. Weights are counts over the steps. Pure and
 * deterministic: ties go to the earlier trial.
 */
import type { Task } from '../model-spec.ts';
import { type ObjectiveSpec, squaredError } from '../objective-spec.ts';
import { regressionLoss } from '../regression-loss.ts';

export type BlendCandidate = {
  /** Row-major rowCount × outputCount out-of-fold margins. */
  readonly margins: Float64Array;
};

export type Blend = {
  /** Weight per candidate, summing to 1; zero for those left out. */
  readonly weights: readonly number[];
  readonly loss: number;
  readonly bestSingle: number;
  readonly bestSingleLoss: number;
};

/**
 * Mean loss of margins: log loss for classification, the loss of `objective` for regression (its default is squared
 * error). NaN margins are skipped rows.
 */
export function marginLoss(
  task: Task,
  margins: Float64Array,
  labels: Float64Array,
  outputCount: number,
  objective: ObjectiveSpec = squaredError,
): number {
  const rowLoss = task === 'regression' ? regressionLoss(objective) : null;
  let sum = 0;
  let count = 0;
  const rows = labels.length;
  for (let i = 0; i < rows; i++) {
    const at = i * outputCount;
    if (Number.isNaN(margins[at])) continue;
    count++;
    if (rowLoss !== null) {
      sum += rowLoss(margins, at, labels[i]);
    } else if (task === 'binary') {
      const m = labels[i] === 1 ? margins[at] : -margins[at];
      sum += m > 0 ? Math.log1p(Math.exp(-m)) : -m + Math.log1p(Math.exp(m));
    } else {
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < outputCount; k++) if (margins[at + k] > top) top = margins[at + k];
      let total = 0;
      for (let k = 0; k < outputCount; k++) total += Math.exp(margins[at + k] - top);
      sum += top + Math.log(total) - margins[at + labels[i]];
    }
  }
  return count === 0 ? Number.NaN : sum / count;
}

/** Selects at most `steps` additions and `maxMembers` distinct candidates. */
export function selectBlend(
  task: Task,
  candidates: readonly BlendCandidate[],
  labels: Float64Array,
  outputCount: number,
  options: { readonly steps: number; readonly maxMembers: number; readonly objective?: ObjectiveSpec },
): Blend {
  const losses = candidates.map((candidate) =>
    marginLoss(task, candidate.margins, labels, outputCount, options.objective),
  );
  let best = 0;
  for (let c = 1; c < losses.length; c++) if (losses[c] < losses[best]) best = c;
  const counts = new Array<number>(candidates.length).fill(0);
  counts[best] = 1;
  let total = 1;
  let loss = losses[best];
  const sum = candidates[best].margins.slice();
  const attempt = new Float64Array(sum.length);
  for (let step = 1; step < options.steps; step++) {
    let pick = -1;
    let pickLoss = loss;
    const distinct = counts.filter((count) => count > 0).length;
    for (let c = 0; c < candidates.length; c++) {
      if (counts[c] === 0 && distinct >= options.maxMembers) continue;
      const add = candidates[c].margins;
      for (let i = 0; i < sum.length; i++) attempt[i] = (sum[i] + add[i]) / (total + 1);
      const tried = marginLoss(task, attempt, labels, outputCount, options.objective);
      if (tried < pickLoss - 1e-12) {
        pickLoss = tried;
        pick = c;
      }
    }
    if (pick < 0) break;
    const add = candidates[pick].margins;
    for (let i = 0; i < sum.length; i++) sum[i] += add[i];
    counts[pick]++;
    total++;
    loss = pickLoss;
  }
  return { weights: counts.map((count) => count / total), loss, bestSingle: best, bestSingleLoss: losses[best] };
}
