import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quickSignature } from '../../../main/warehouse/readings/quick-signature.ts';
import { bit, signatureOf, wordOf } from '../../../main/warehouse/readings/signature.ts';
import { words } from '../../../main/warehouse/readings/words.ts';

const sign = (text: string): number => {
  const bytes = Buffer.from(`##${text}##`, 'utf8');
  return signatureOf(bytes, 2, bytes.length - 2);
};
const has = (text: string, flag: number): boolean => (sign(text) & bit.word) === 0 && (sign(text) & flag) !== 0;

describe('B2 signatures of cells', () => {
  it.each(['0', '7', '-12', '+5', '999999999999999'])('reads %s as a whole number', (text) => {
    expect(has(text, bit.integer)).toBe(true);
    expect(has(text, bit.numbersDiffer)).toBe(false);
  });

  it.each(['007', '00', '-01', '1234567890123456', '0123456789'])('keeps %s as a code', (text) => {
    expect(has(text, bit.code)).toBe(true);
    expect(has(text, bit.point | bit.comma | bit.integer)).toBe(false);
  });

  it.each([
    ['1.5', true, false, false],
    ['1,5', false, true, false],
    ['.5', true, false, false],
    ['5.', true, false, false],
    ['1.234', true, true, true],
    ['1,234', true, true, true],
    ['-1.234.567', false, true, false],
    ['1,234,567.89', true, false, false],
    ['1.234.567,89', false, true, false],
    ['1 234 567', true, true, false],
    ['1\u00a0234,5', false, true, false],
    ['1\u202f234.5', true, false, false],
    ["1'234.50", true, false, false],
    ['0,123', false, true, false],
    ['0.123', true, false, false],
    ['1e5', true, true, false],
    ['1.5E-7', true, false, false],
    ['1,2345', false, true, false],
    ['12,34,567', true, false, false],
    ['1,23,4567', false, false, false],
    ['1.2.3', false, false, false],
    ['1,234.567,8', false, false, false],
    ['1 23', false, false, false],
    ['1e', false, false, false],
    ['--1', false, false, false],
    ['12a', false, false, false],
    ['inf', true, true, false],
    ['-Infinity', true, true, false],
    ['info', false, false, false],
  ])('reads the number %s with point %s, comma %s, differing %s', (text, point, comma, differ) => {
    expect([has(text, bit.point), has(text, bit.comma), has(text, bit.numbersDiffer)]).toEqual([point, comma, differ]);
  });

  it.each([
    ['2024-02-29', 'ymd'],
    ['2023-02-29', ''],
    ['2024/1/5', 'ymd'],
    ['31/12/2024', 'dmy'],
    ['12/31/2024', 'mdy'],
    ['03/04/2024', 'dmy mdy differ'],
    ['05.05.2024', 'dmy mdy'],
    ['31.12.99', 'dmy'],
    ['2024-01-02T03:04:05.123Z', 'ymd time zoned'],
    ['2024-01-02 03:04:05+02:00', 'ymd time zoned'],
    ['2024-01-02 25:00:00', ''],
    ['31/12/2024 23:59', 'dmy time'],
    ['12/31/2024 11:59 PM', 'mdy time'],
    ['31/12-2024', ''],
    ['18.00.00', ''],
    ['1/2/3', ''],
  ])('reads the date %s as %s', (text, expected) => {
    const names: string[] = [];
    for (const [name, flag] of [
      ['ymd', bit.ymd],
      ['dmy', bit.dmy],
      ['mdy', bit.mdy],
      ['differ', bit.daysDiffer],
      ['time', bit.time],
      ['zoned', bit.zoned],
    ] as const) {
      if (has(text, flag)) names.push(name);
    }
    expect(names.join(' ')).toBe(expected);
  });

  it('knows blanks, padding and every word by its exact spelling', () => {
    expect(sign('')).toBe(bit.blank);
    expect(sign(' \t')).toBe(bit.blank | bit.padded);
    expect(has(' 5 ', bit.integer)).toBe(true);
    expect(has(' 5 ', bit.padded)).toBe(true);
    for (const [id, { text }] of words.entries()) {
      expect(wordOf(sign(text)), text).toBe(id);
      expect(wordOf(sign(`${text}x`)), text).not.toBe(id);
    }
    expect(wordOf(sign('yEs'))).toBe(-1);
  });

  it('never calls a text a number that JavaScript does not read the same way', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[-+]?[0-9.,eE ']{1,12}$/), (text) => {
        const signature = sign(text);
        if ((signature & bit.word) !== 0 || (signature & bit.point) === 0) return;
        const plain = text.trim().replace(/[, ']/g, '');
        expect(Number.isNaN(Number(plain))).toBe(false);
        if ((signature & bit.pointInteger) !== 0) expect(Number.isSafeInteger(Number(plain))).toBe(true);
      }),
      { numRuns: 3000, seed: 4 },
    );
  });
});

describe('B2 the short way to common signatures', () => {
  it('agrees with the full classification wherever it answers', () => {
    const shapes = fc.oneof(
      fc.stringMatching(/^-?[0-9]{0,9}\.?[0-9]{0,9}$/),
      fc.stringMatching(/^[0-9]{4}-[01][0-9]-[0-3][0-9]( [0-2][0-9]:[0-6][0-9]:[0-6][0-9])?$/),
      fc.string({ maxLength: 20 }),
    );
    let answered = 0;
    fc.assert(
      fc.property(shapes, (text) => {
        const bytes = Buffer.from(`##${text}##`, 'utf8');
        const quick = quickSignature(bytes, 2, bytes.length - 2);
        if (quick < 0) return;
        answered++;
        expect(quick).toBe(signatureOf(bytes, 2, bytes.length - 2));
      }),
      { numRuns: 5000, seed: 9 },
    );
    expect(answered).toBeGreaterThan(1000);
  });
});
