/** Several ensembles as one: margins of the result are the weighted sum of the parts' margins (to float32 of the leaves). */
import { invalidInput } from '../../base/errors.ts';
import type { TreeEnsemble } from '../model-spec.ts';

export type EnsemblePart = { readonly ensemble: TreeEnsemble; readonly weight: number };

/**
 * Trees of all parts in order, leaf values scaled by the weight and rounded to float32, base scores summed with weights.
 * Throws invalid-input without parts, for different output counts, or for weights that are not finite.
 */
export function combineEnsembles(parts: readonly EnsemblePart[]): TreeEnsemble {
  const outputCount = parts[0]?.ensemble.outputCount ?? 0;
  if (parts.some(({ ensemble, weight }) => ensemble.outputCount !== outputCount || !Number.isFinite(weight))) {
    throw invalidInput('tree-combine', 'Ensembles to combine need equal output counts and finite weights.');
  }
  if (parts.length === 0) throw invalidInput('tree-combine', 'There are no ensembles to combine.');
  const nodeStart = starts(parts.map(({ ensemble }) => ensemble.feature.length));
  const wordStart = starts(parts.map(({ ensemble }) => ensemble.categoryBits.length));
  const baseScore = new Float64Array(outputCount);
  for (const { ensemble, weight } of parts) {
    for (let k = 0; k < outputCount; k++) baseScore[k] += weight * ensemble.baseScore[k];
  }
  const moved = (values: Int32Array, by: number): Int32Array => values.map((v) => (v < 0 ? v : v + by));
  return {
    outputCount,
    baseScore,
    treeRoot: joinInt(parts.map(({ ensemble }, p) => moved(ensemble.treeRoot, nodeStart[p]))),
    treeOutput: joinInt(parts.map(({ ensemble }) => ensemble.treeOutput)),
    feature: joinInt(parts.map(({ ensemble }) => ensemble.feature)),
    threshold: joinFloat(parts.map(({ ensemble }) => ensemble.threshold)),
    left: joinInt(parts.map(({ ensemble }, p) => moved(ensemble.left, nodeStart[p]))),
    right: joinInt(parts.map(({ ensemble }, p) => moved(ensemble.right, nodeStart[p]))),
    missingLeft: Uint8Array.from(parts.flatMap(({ ensemble }) => [...ensemble.missingLeft])),
    categoryOffset: joinInt(parts.map(({ ensemble }, p) => moved(ensemble.categoryOffset, wordStart[p]))),
    categoryWords: joinInt(parts.map(({ ensemble }) => ensemble.categoryWords)),
    categoryBits: Uint32Array.from(parts.flatMap(({ ensemble }) => [...ensemble.categoryBits])),
    value: joinFloat(parts.map(({ ensemble, weight }) => ensemble.value.map((v) => v * weight))),
    cover: Float64Array.from(parts.flatMap(({ ensemble }) => [...ensemble.cover])),
    gain: joinFloat(parts.map(({ ensemble, weight }) => ensemble.gain.map((v) => v * Math.abs(weight)))),
  };
}

/** The plain mean of ensembles, as of folds or seeds. */
export const averageEnsembles = (ensembles: readonly TreeEnsemble[]): TreeEnsemble =>
  combineEnsembles(ensembles.map((ensemble) => ({ ensemble, weight: 1 / ensembles.length })));

function starts(lengths: readonly number[]): number[] {
  let at = 0;
  return lengths.map((length) => {
    at += length;
    return at - length;
  });
}

const total = (arrays: readonly { readonly length: number }[]): number => arrays.reduce((sum, a) => sum + a.length, 0);

function joinInt(arrays: readonly Int32Array[]): Int32Array {
  const out = new Int32Array(total(arrays));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}

function joinFloat(arrays: readonly Float32Array[]): Float32Array {
  const out = new Float32Array(total(arrays));
  let at = 0;
  for (const array of arrays) {
    out.set(array, at);
    at += array.length;
  }
  return out;
}
