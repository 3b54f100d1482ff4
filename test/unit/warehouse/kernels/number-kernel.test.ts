import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberKernel } from '../../../../main/warehouse/kernels/number-kernel.ts';
import { readPlainNumber } from '../../../../main/warehouse/stream/plain-number.ts';

const cut = { delimiter: ',', quote: '"', escape: 'doubled' } as const;

const cell = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc
    .tuple(fc.integer({ min: -99_999, max: 99_999 }), fc.integer({ min: 0, max: 5 }))
    .map(([x, d]) => (x / 7).toFixed(d)),
  fc.stringMatching(/^[-+.0-9eE"x]{0,6}$/),
  fc.constantFrom('', '007', '-', '+1', '.5', '5.', '-0', '0.0', '123456789012345', '1234567890123456'),
);

describe('F1 rows of plain numbers by the WebAssembly kernel', () => {
  it('reads the bits that the TypeScript twin reads, and stops in front of every row that is not plain', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), fc.boolean(), (rows, windows) => {
        const end = windows ? '\r\n' : '\n';
        const text = Buffer.from(rows.map(([a, b]) => `${a},t,${b}${end}`).join(''));
        const kernel = NumberKernel.find(cut, 3, [2, 0], [1], false);
        if (kernel === null) throw new Error('The kernel does not run here.');
        kernel.text(text.length).set(text);
        kernel.scan(0, text.length, 100);
        const read = (value: string): number => readPlainNumber(Buffer.from(value), 0, value.length);
        for (let i = 0; i < kernel.rows; i++) {
          expect(kernel.values(0)[i]).toBe(rows[i][1] === '' ? Number.NaN : read(rows[i][1]));
          expect(kernel.values(1)[i]).toBe(rows[i][0] === '' ? Number.NaN : read(rows[i][0]));
          expect(kernel.textOf(0, i)).toBe('t');
        }
        // Whatever is left begins with a row that has a cell of another kind
        expect(kernel.strange).toBe(kernel.rows < rows.length);
        const plain = /^([+-]?(0|[1-9]\d*)(\.\d+)?)?$/;
        const left = rows[kernel.rows] ?? ['word', ''];
        const digits = (value: string): number => value.replace(/\D/g, '').length;
        expect(left.some((value) => !plain.test(value) || digits(value) > 15)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('leaves lines that do not end, blank ones and foreign bytes to the caller', () => {
    const scan = (text: string, asciiOnly: boolean): readonly [number, boolean] => {
      const kernel = NumberKernel.find(cut, 2, [0], [], asciiOnly);
      if (kernel === null) throw new Error('The kernel does not run here.');
      const bytes = Buffer.from(text);
      kernel.text(bytes.length).set(bytes);
      kernel.scan(0, bytes.length, 100);
      return [kernel.rows, kernel.strange];
    };
    expect(scan('1,a\n2,b', false)).toEqual([1, false]);
    expect(scan('1,a\n2', false)).toEqual([1, false]);
    expect(scan('1,a\n\n2,b\n', false)).toEqual([1, true]);
    expect(scan('1,ä\n2,b\n', false)).toEqual([2, false]);
    expect(scan('1,ä\n2,b\n', true)).toEqual([0, true]);
    expect(scan('1,a,3\n', false)).toEqual([0, true]);
  });
});
