import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type OutputBlock, type RowForm, rowsText } from '../../../main/base/row-text.ts';

const columns = [
  { name: 'id', type: 'text' },
  { name: 'label', type: 'text' },
  { name: 'p "q"', type: 'number' },
] as const;

const cells = fc.record({
  id: fc.option(
    fc.oneof(fc.string({ unit: 'grapheme' }), fc.constantFrom('=1+1', '-5', "'=x", '+49 30', ' a', 'ü"\n')),
  ),
  code: fc.nat(2),
  p: fc.oneof(fc.double(), fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, -0, 0.1)),
});
const texts = ['=no', null, 'größe, "x"'] as const;

const blockOf = (rows: readonly { readonly id: string | null; readonly code: number; readonly p: number }[]) =>
  ({
    rowCount: rows.length,
    values: [
      rows.map(({ id }) => id),
      { codes: Uint16Array.from(rows, ({ code }) => code), texts },
      Float64Array.from(rows, ({ p }) => p),
    ],
  }) satisfies OutputBlock;

const textOf = (form: RowForm, block: OutputBlock, from: number, to: number): string =>
  rowsText(form, block, from, to).text;

describe('F4 text of scored rows', () => {
  it('is JSON that gives every value back, numbers that JSON cannot hold as null or text', () => {
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 20 }), (rows) => {
        const form: RowForm = { format: 'jsonl', columns, harmless: false };
        const text = textOf(form, blockOf(rows), 0, rows.length);
        const lines = text.split('\n').filter((line) => line !== '');
        expect(lines.map((line) => JSON.parse(line))).toEqual(
          rows.map(({ id, code, p }) => ({
            id: id,
            label: texts[code],
            'p "q"': Number.isFinite(p) ? (Object.is(p, -0) ? 0 : p) : Number.isNaN(p) ? null : String(p),
          })),
        );
      }),
    );
  });

  it('is the same however the rows are cut into pieces', () => {
    fc.assert(
      fc.property(fc.array(cells, { maxLength: 20 }), fc.nat(20), fc.boolean(), (rows, cut, harmless) => {
        const form: RowForm = { format: 'csv', columns, harmless };
        const at = Math.min(cut, rows.length);
        const block = blockOf(rows);
        expect(textOf(form, block, 0, at) + textOf(form, block, at, rows.length)).toBe(
          textOf(form, block, 0, rows.length),
        );
      }),
    );
  });

  it('quotes what CSV parts, makes formulas harmless and counts them, coded texts too', () => {
    const rows = [
      { id: '=1+1', code: 0, p: 0.5 },
      { id: '-5', code: 1, p: Number.NaN },
      { id: 'a,b', code: 2, p: 1e-7 },
    ];
    const form = (harmless: boolean): RowForm => ({ format: 'csv', columns, harmless });
    const written = rowsText(form(true), blockOf(rows), 0, 3);
    expect(written.text).toBe(`'=1+1,'=no,0.5\n-5,,\n"a,b","größe, ""x""",1e-7\n`);
    expect(written.formulas).toBe(2);
    const kept = rowsText(form(false), blockOf(rows), 0, 3);
    expect(kept.text.split('\n')[0]).toBe('=1+1,=no,0.5');
    expect(kept.formulas).toBe(0);
  });
});
