import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, parseUbjson } from '../../../../main/ml/interop/ubjson.ts';

const bigEndian = (width: number, write: (view: DataView) => void): number[] => {
  const bytes = new Uint8Array(width);
  write(new DataView(bytes.buffer));
  return [...bytes];
};
const count = (n: number): number[] => [0x6c, ...bigEndian(4, (view) => view.setInt32(0, n))];
const text = (value: string): number[] => {
  const bytes = [...new TextEncoder().encode(value)];
  return [...count(bytes.length), ...bytes];
};

/** Any JSON value as UBJSON: containers with and without counts, numbers as doubles. */
function encode(value: unknown, counted: boolean): number[] {
  if (value === null) return [0x5a];
  if (typeof value === 'boolean') return [value ? 0x54 : 0x46];
  if (typeof value === 'number') return [0x44, ...bigEndian(8, (view) => view.setFloat64(0, value))];
  if (typeof value === 'string') return [0x53, ...text(value)];
  if (Array.isArray(value)) {
    const items = value.flatMap((item) => encode(item, counted));
    return counted ? [0x5b, 0x23, ...count(value.length), ...items] : [0x5b, ...items, 0x5d];
  }
  const entries = Object.entries(value as object);
  const body = entries.flatMap(([key, entry]) => [...text(key), ...encode(entry, counted)]);
  return counted ? [0x7b, 0x23, ...count(entries.length), ...body] : [0x7b, ...body, 0x7d];
}

const json = fc.jsonValue({ maxDepth: 4 }).filter((value) => !JSON.stringify(value).includes('__proto__'));

describe('D10 UBJSON', () => {
  it('gives back every JSON value, with counted and with closed containers', () => {
    fc.assert(
      fc.property(json, fc.boolean(), (value, counted) => {
        expect(parseUbjson(Uint8Array.from(encode(value, counted)))).toEqual(value);
      }),
    );
  });

  it('refuses every cut of a value and never runs away', () => {
    fc.assert(
      fc.property(json, fc.double({ min: 0, max: 1, noNaN: true }), (value, share) => {
        const bytes = encode({ value }, true);
        const part = Uint8Array.from(bytes.slice(0, Math.floor(share * (bytes.length - 1))));
        expect(() => parseUbjson(part)).toThrow(/cannot be read/);
      }),
    );
  });

  it('reads typed lists of every number type', () => {
    const typed = (type: string, items: number[][]): Uint8Array =>
      Uint8Array.from([0x5b, 0x24, type.charCodeAt(0), 0x23, ...count(items.length), ...items.flat()]);
    expect(parseUbjson(typed('i', [[0xff], [7]]))).toEqual([-1, 7]);
    expect(parseUbjson(typed('U', [[0xff]]))).toEqual([255]);
    expect(parseUbjson(typed('I', [[0xff, 0xfe]]))).toEqual([-2]);
    expect(parseUbjson(typed('L', [bigEndian(8, (view) => view.setBigInt64(0, -5n))]))).toEqual([-5]);
    expect(parseUbjson(typed('d', [bigEndian(4, (view) => view.setFloat32(0, 0.5))]))).toEqual([0.5]);
  });

  it('reads UTF-8 as the platform does', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        expect(decodeUtf8(new TextEncoder().encode(value))).toBe(value);
      }),
    );
  });
});
