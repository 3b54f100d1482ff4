import { createRng, deriveSeed } from '../../base/rng.ts';
import type { NetLayout } from './net-model.ts';
import { netParameters } from './tabular-net.ts';
import { parameterCount, sizeOfShape } from './training-graph.ts';

/**
 * Parameters to start from: weights uniform within ± 1/√(numbers they add up), biases and marks zero, levels normal, and the
 * members' scalings normal with one value for the whole embedding of a column, so that members weigh columns differently.
 */
export function initialParameters(layout: NetLayout, seed: number): Float32Array {
  const specs = netParameters(layout);
  const { embedding, members } = layout.shape;
  const out = new Float32Array(parameterCount(specs));
  const rng = createRng(deriveSeed(seed, 'net-weights'));
  let at = 0;
  for (const { name, shape } of specs) {
    const size = sizeOfShape(shape);
    if (name === 'scaling') {
      let value = 0;
      for (let i = 0; i < size; i++) {
        if (i % embedding === 0) value = members === 1 ? 1 : 1 + 0.5 * rng.normal();
        out[at + i] = value;
      }
    } else if (name === 'levels') {
      for (let i = 0; i < size; i++) out[at + i] = 0.3 * rng.normal();
    } else if (name === 'numbers/bias') {
      for (let i = 0; i < size; i++) out[at + i] = (2 * rng.next() - 1) / Math.sqrt(layout.shape.intervals);
    } else if (name.endsWith('/weight')) {
      const reach = 1 / Math.sqrt(shape[shape.length - 2]);
      for (let i = 0; i < size; i++) out[at + i] = (2 * rng.next() - 1) * reach;
    }
    at += size;
  }
  return out;
}

/** Where each parameter starts in the flat vector. */
export function parameterOffsets(layout: NetLayout): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  let at = 0;
  for (const { name, shape } of netParameters(layout)) {
    offsets.set(name, at);
    at += sizeOfShape(shape);
  }
  return offsets;
}
