/**
 * Greedy selection made steadier by bagging (Caruana et al., ICML 2004, §2.3, with bags of rows instead of models: a search
 * inside minutes has dozens of candidates, not thousands): the selection is run on all rows and on random halves of
 * them, and the weights are averaged, so that what wins by the luck of some rows gets little. What is left after the
 * smallest weights are dropped is scaled to 1. Cost: (1 + bags / 2) × steps × candidates × rows.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import { pickRows } from '../../base/typed-arrays.ts';
import type { Task } from '../model-spec.ts';
import type { ObjectiveSpec } from '../objective-spec.ts';
import { type BlendCandidate, selectBlend } from './blend.ts';

export type BagOptions = {
  readonly steps: number;
  readonly maxMembers: number;
  readonly bags: number;
  readonly seed: number;
  readonly objective?: ObjectiveSpec;
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
  const half = labels.length >> 1;
  for (let bag = 0; bag < options.bags; bag++) {
    const rng = createRng(deriveSeed(options.seed, `bag-${bag}`));
    const rows = shuffle(
      Int32Array.from({ length: labels.length }, (_, i) => i),
      rng,
    ).subarray(0, half);
    const bagged = candidates.map(({ margins }) => ({ margins: pickRows(margins, rows, outputCount) }));
    const own = Float64Array.from(rows, (row) => labels[row]);
    const { weights } = selectBlend(task, bagged, own, outputCount, options);
    weights.forEach((weight, c) => {
      sums[c] += weight;
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
