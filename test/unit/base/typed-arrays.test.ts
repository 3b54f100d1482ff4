import { describe, expect, it } from 'vitest';
import { joinArrays, pickRows } from '../../../main/base/typed-arrays.ts';

describe('rows of a row-major array', () => {
  const values = Float64Array.of(1, 2, 3, 4, Number.NaN, 6);

  it('come whole and in the order asked for, twice where asked twice', () => {
    expect(pickRows(values, Int32Array.of(2, 0, 2), 2)).toEqual(Float64Array.of(Number.NaN, 6, 1, 2, Number.NaN, 6));
    expect(pickRows(values, [5, 1], 1)).toEqual(Float64Array.of(6, 2));
  });

  it('are none where none are asked for', () => {
    expect(pickRows(values, new Int32Array(0), 3)).toEqual(new Float64Array(0));
  });
});

describe('arrays one after the other', () => {
  it('keep their order and kind', () => {
    const parts = [Int32Array.of(3, -1), new Int32Array(0), Int32Array.of(7)];
    expect(joinArrays(Int32Array, parts)).toEqual(Int32Array.of(3, -1, 7));
    expect(joinArrays(Uint8Array, [Uint8Array.of(255), Uint8Array.of(0)])).toEqual(Uint8Array.of(255, 0));
    expect(joinArrays(Float64Array, [])).toEqual(new Float64Array(0));
  });

  it('are a copy, off shared memory too', () => {
    const shared = new Float64Array(new SharedArrayBuffer(8)).fill(1);
    const joined = joinArrays(Float64Array, [shared]);
    shared[0] = 2;
    expect(joined).toEqual(Float64Array.of(1));
    expect(joined.buffer).toBeInstanceOf(ArrayBuffer);
  });
});
