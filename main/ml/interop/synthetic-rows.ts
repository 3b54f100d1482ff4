/**
 * Rows for a model that came without any: numbers on both sides of the model's own split points, categories and missing
 * values in turn. They exercise every split and are no statement about any data.
 */
import { createRng } from '../../base/rng.ts';
import type { Frame, RawColumn } from '../frame.ts';
import type { ModelSpec } from '../model-spec.ts';
import { nextFloat32 } from '../onnx/float32-neighbours.ts';

/** Equal arguments give equal rows. */
export function syntheticRows(spec: ModelSpec, rowCount: number, seed: number): Frame {
  const rng = createRng(seed);
  const points = new Map<string, number[]>();
  for (const member of spec.members) {
    if (member.kind !== 'trees') continue;
    const { feature, threshold, categoryOffset } = member.trees;
    feature.forEach((f, node) => {
      if (f < 0 || categoryOffset[node] >= 0) return;
      const name = spec.recipe.features[f].source;
      const list = points.get(name) ?? [];
      if (list.length === 0) points.set(name, list);
      list.push(threshold[node], nextFloat32(threshold[node]));
    });
  }
  const columns = spec.recipe.inputs.map((input): RawColumn => {
    if (input.type === 'string') {
      const feature = spec.recipe.features.find((entry) => entry.source === input.name);
      const levels = feature?.kind === 'category' ? feature.levels : [];
      const codes = Int32Array.from({ length: rowCount }, () => rng.int(levels.length + 1) - 1);
      return { type: 'string', name: input.name, codes, levels };
    }
    const own = points.get(input.name) ?? [-1, 0, 1];
    const values = Float64Array.from({ length: rowCount }, () =>
      rng.next() < 0.05 ? Number.NaN : own[rng.int(own.length)],
    );
    return { type: input.type, name: input.name, values };
  });
  return { rowCount, columns };
}
