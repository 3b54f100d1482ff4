/** Made-up rows for trying a model out, and the comparison of two answers to them. */
import type { PortInfo, WireTensor, WireTensors } from './protocol.ts';

const rowCount = 2;

/** Two deterministic rows for the inputs of a model: small numbers, one empty text. Null when a type is not supported. */
export function smokeInputs(inputs: readonly PortInfo[]): WireTensors | null {
  const tensors: Record<string, WireTensor> = {};
  for (const input of inputs) {
    const dims = input.shape.map((size, axis) =>
      typeof size === 'number' && size > 0 ? size : axis === 0 ? rowCount : 1,
    );
    const length = dims.reduce((product, size) => product * size, 1);
    const tensor = smokeTensor(input.type, dims, length);
    if (tensor === null) return null;
    tensors[input.name] = tensor;
  }
  return tensors;
}

function smokeTensor(type: string, dims: readonly number[], length: number): WireTensor | null {
  const value = (_: unknown, i: number): number => ((i * 5) % 7) / 7 - 0.4;
  switch (type) {
    case 'float32':
      return { type, dims, data: Float32Array.from({ length }, value) };
    case 'float64':
      return { type, dims, data: Float64Array.from({ length }, value) };
    case 'int64':
      return { type, dims, data: BigInt64Array.from({ length }, (_, i) => BigInt(i % 2)) };
    case 'int32':
      return { type, dims, data: Int32Array.from({ length }, (_, i) => i % 2) };
    case 'bool':
    case 'uint8':
      return { type, dims, data: Uint8Array.from({ length }, (_, i) => i % 2) };
    case 'string':
      return { type, dims, codes: Int32Array.from({ length }, (_, i) => (i % 2) - 1), levels: ['a'] };
    default:
      return null;
  }
}

/**
 * The largest difference between two sets of outputs, relative above 1 and absolute below; two NaN are equal; other text,
 * other shapes and missing outputs differ infinitely.
 */
export function maxDifference(actual: WireTensors, expected: WireTensors): number {
  let worst = 0;
  for (const [name, wanted] of Object.entries(expected)) {
    const given = actual[name];
    if (given === undefined || given.type !== wanted.type || given.dims.join() !== wanted.dims.join())
      return Number.POSITIVE_INFINITY;
    if (given.type === 'string' || wanted.type === 'string') {
      if (given.type !== 'string' || wanted.type !== 'string') return Number.POSITIVE_INFINITY;
      const same = given.codes.every((code, i) => given.levels[code] === wanted.levels[wanted.codes[i]]);
      if (!same) return Number.POSITIVE_INFINITY;
      continue;
    }
    for (let i = 0; i < wanted.data.length; i++) {
      const a = Number(given.data[i]);
      const b = Number(wanted.data[i]);
      if (Object.is(a, b) || a === b) continue;
      const difference = Math.abs(a - b) / Math.max(1, Math.abs(b));
      if (Number.isNaN(difference)) return Number.POSITIVE_INFINITY;
      worst = Math.max(worst, difference);
    }
  }
  return worst;
}
