/** Several ensembles as one: margins of the result are the weighted sum of the parts' margins (to float32 of the leaves). */
import { invalidInput } from '../../base/errors.ts';
import { joinArrays, type NumberArray } from '../../base/typed-arrays.ts';
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
  const joined = <T extends NumberArray>(
    kind: new (length: number) => T,
    arrayOf: (part: EnsemblePart, p: number) => T,
  ): T => joinArrays(kind, parts.map(arrayOf));
  return {
    outputCount,
    baseScore,
    treeRoot: joined(Int32Array, ({ ensemble }, p) => moved(ensemble.treeRoot, nodeStart[p])),
    treeOutput: joined(Int32Array, ({ ensemble }) => ensemble.treeOutput),
    feature: joined(Int32Array, ({ ensemble }) => ensemble.feature),
    threshold: joined(Float32Array, ({ ensemble }) => ensemble.threshold),
    left: joined(Int32Array, ({ ensemble }, p) => moved(ensemble.left, nodeStart[p])),
    right: joined(Int32Array, ({ ensemble }, p) => moved(ensemble.right, nodeStart[p])),
    missingLeft: joined(Uint8Array, ({ ensemble }) => ensemble.missingLeft),
    categoryOffset: joined(Int32Array, ({ ensemble }, p) => moved(ensemble.categoryOffset, wordStart[p])),
    categoryWords: joined(Int32Array, ({ ensemble }) => ensemble.categoryWords),
    categoryBits: joined(Uint32Array, ({ ensemble }) => ensemble.categoryBits),
    value: joined(Float32Array, ({ ensemble, weight }) => ensemble.value.map((v) => v * weight)),
    cover: joined(Float64Array, ({ ensemble }) => ensemble.cover),
    gain: joined(Float32Array, ({ ensemble, weight }) => ensemble.gain.map((v) => v * Math.abs(weight))),
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
