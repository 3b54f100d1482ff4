/**
 * Greedy selection made steadier by bagging (Caruana et al., ICML 2004, §2.3): the selection is run on all candidates and
 * on random halves of them, and the weights are averaged; a candidate that wins by luck is missing from half of the bags.
 * What is left after the smallest weights are dropped is scaled to 1. Cost: bags × steps × candidates × rows.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import type { Task } from '../model-spec.ts';
import { type BlendCandidate, selectBlend } from './blend.ts';

export type BagOptions = {
  readonly steps: number;
  readonly maxMembers: number;
  readonly bags: number;
  readonly seed: number;
};

/** Weight per candidate, summing to 1, at most `maxMembers` of them above zero. */
export function baggedBlend(
  task: Task,
  candidates: readonly BlendCandidate[],
  labels: Float64Array,
  outputCount: number,
  options: BagOptions,
): number[] {
  const all = selectBlend(task, candidates, labels, outputCount, options);
  const sums = [...all.weights];
  const half = Math.ceil(candidates.length / 2);
  for (let bag = 0; bag < options.bags && candidates.length > 2; bag++) {
    const order = shuffle(
      candidates.map((_, c) => c),
      createRng(deriveSeed(options.seed, `bag-${bag}`)),
    ).slice(0, half);
    const { weights } = selectBlend(
      task,
      order.map((c) => candidates[c]),
      labels,
      outputCount,
      options,
    );
    order.forEach((c, i) => {
      sums[c] += weights[i];
    });
  }
  return keepLargest(sums, options.maxMembers);
}

/** Weights below this share are not worth a model. */
const leastWeight = 0.04;

function keepLargest(weights: readonly number[], most: number): number[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const order = weights.map((_, c) => c).sort((a, b) => weights[b] - weights[a] || a - b);
  const kept = new Set(order.slice(0, most).filter((c, i) => i === 0 || weights[c] / total >= leastWeight));
  const keptTotal = [...kept].reduce((sum, c) => sum + weights[c], 0);
  return weights.map((weight, c) => (kept.has(c) ? weight / keptTotal : 0));
}
