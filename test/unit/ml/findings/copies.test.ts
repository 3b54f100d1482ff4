import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { copyFindings } from '../../../../main/ml/findings/quality/copies.ts';
import type { DoubleColumn } from '../../../../main/ml/frame.ts';

const rowCount = 200;
const rng = createRng(3);
const column = (name: string, draw: (i: number) => number): DoubleColumn => ({
  type: 'double',
  name,
  values: Float64Array.from({ length: rowCount }, (_, i) => draw(i)),
});

describe('B5 columns that repeat another', () => {
  it('finds the near copy among many columns, and no other', () => {
    const columns = Array.from({ length: 1700 }, (_, c) => column(`c${c}`, () => rng.next()));
    const copied = columns[40].values;
    columns.splice(
      900,
      0,
      column('copy', (i) => (i === 17 || i === 90 ? -1 : copied[i])),
    );
    const found = copyFindings({ rowCount, columns });
    expect(found.map((finding) => finding.column)).toEqual(['copy']);
  });

  it('finds copies and multiples among few', () => {
    const base = column('base', () => rng.next() * 50);
    const columns = [
      base,
      column('grams', (i) => base.values[i] * 1000),
      column('again', (i) => (i === 5 ? 0 : base.values[i])),
      column('other', () => rng.next()),
    ];
    expect(copyFindings({ rowCount, columns }).map((finding) => finding.column)).toEqual(['grams', 'again']);
  });
});
