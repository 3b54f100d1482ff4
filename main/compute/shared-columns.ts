import { type RawColumn, takeCells } from '../ml/frame.ts';

/** A Float64Array on shared memory, so that workers see it without a copy. */
export const sharedFloat64 = (length: number): Float64Array => new Float64Array(new SharedArrayBuffer(8 * length));
export const sharedInt32 = (length: number): Int32Array => new Int32Array(new SharedArrayBuffer(4 * length));

/** The same bytes on shared memory; arrays that are shared already are returned as they are. */
export function shareFloat64(values: Float64Array): Float64Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const out = sharedFloat64(values.length);
  out.set(values);
  return out;
}

export function shareInt32(values: Int32Array): Int32Array {
  if (values.buffer instanceof SharedArrayBuffer) return values;
  const out = sharedInt32(values.length);
  out.set(values);
  return out;
}

export function shareBytes(bytes: Uint8Array): Uint8Array {
  if (bytes.buffer instanceof SharedArrayBuffer) return bytes;
  const out = new Uint8Array(new SharedArrayBuffer(bytes.length));
  out.set(bytes);
  return out;
}

/** The values of some rows in their order, copied to shared memory; text keeps all its levels. */
export function shareCells(column: RawColumn, rows: Int32Array): RawColumn {
  const taken = takeCells(column, rows);
  return taken.type === 'string'
    ? { ...taken, codes: shareInt32(taken.codes) }
    : { ...taken, values: shareFloat64(taken.values) };
}
