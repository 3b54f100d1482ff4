import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readPlainNumber } from '../../../main/warehouse/stream/plain-number.ts';

const read = (text: string): number => {
  const bytes = Buffer.from(`x${text},`);
  return readPlainNumber(bytes, 1, bytes.length - 1);
};

describe('F1 plain numbers of a file to score', () => {
  it('are the nearest doubles, as the language reads them', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        fc.pre(!/^-?\d{16,}$/.test(String(value)));
        expect(read(String(value))).toBe(Number(String(value)));
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.integer({ min: 1, max: 18 }), (digits, decimals) => {
        const text = digits.toString().padStart(decimals + 1, '0');
        const written = `-${text.slice(0, -decimals)}.${text.slice(-decimals)}`;
        expect(read(written)).toBe(Number(written));
      }),
      { numRuns: 500 },
    );
  });

  it('are left to the general reading in any other writing', () => {
    for (const text of [
      '',
      '-',
      '.',
      '.5',
      '5.',
      '1,5',
      ' 1',
      '1 ',
      '0x1',
      '1e',
      '1e999',
      'NaN',
      'inf',
      '1.2.3',
      '5%',
      '−1',
    ]) {
      expect(read(text)).toBeNaN();
    }
    expect(Object.is(read('-0'), -0)).toBe(true);
    expect(read('+7')).toBe(7);
  });
});
