import { describe, expect, it } from 'vitest';
import { cellAt, cellEdges, type TermAxis, termChart } from '../../../../../renderer/charts/builders/additive.ts';
import { chartMessages } from '../../../../../renderer/charts/messages.ts';
import { paletteOf } from '../../../../../renderer/charts/palette.ts';
import { editsOf, noEdits, redone, undone, withEdit } from '../../../../../renderer/features/models/curve-edits.ts';
import { createFormat } from '../../../../../renderer/lib/format.ts';

const flatten = (term: number) => ({ kind: 'flatten' as const, term, output: 0, from: 0, to: 3 });
const number: TermAxis = { name: 'tenure', kind: 'number', cuts: [1, 2, 5], labels: [], low: 0, high: 9 };
const context = {
  palette: paletteOf('light'),
  format: createFormat('en-GB'),
  t: (key: keyof typeof chartMessages.messages) => chartMessages.messages[key],
};

describe('D2 the history of a sitting at the curve editor', () => {
  it('takes steps back and does them again, and forgets what was undone before a new edit', () => {
    const two = withEdit(withEdit(noEdits, flatten(1)), flatten(2));
    expect(editsOf(undone(two))).toEqual([flatten(1)]);
    expect(editsOf(redone(undone(two)))).toEqual([flatten(1), flatten(2)]);
    const other = withEdit(undone(two), flatten(3));
    expect(editsOf(other)).toEqual([flatten(1), flatten(3)]);
    expect(redone(other)).toEqual(other);
    expect(undone(noEdits)).toEqual(noEdits);
  });
});

describe('D2 the picture of a term', () => {
  it('finds the cell of a place as the model does: a cut belongs to the cell on its left', () => {
    expect([0, 1, 1.5, 2, 5, 5.1, 99].map((x) => cellAt(number, x))).toEqual([0, 0, 1, 1, 2, 3, 3]);
    expect(cellEdges(number)).toEqual([0, 1, 2, 5, 9]);
  });

  it('has a row of the table for every cell, missing last, and shows what was there before', () => {
    const data = {
      axes: [number],
      values: [1, 0.5, 0, -1, 0.2],
      deviations: [0.1, 0.1, 0.1, 0.1, 0],
      weights: [0.2, 0.3, 0.3, 0.1, 0.1],
      selection: [1, 2] as const,
      units: 'log-odds',
    };
    const plain = termChart(context, { ...data, before: null });
    expect(plain.table.rows).toHaveLength(5);
    expect(plain.table.rows[4]).toEqual(['missing', 0.2, 0, 0.1]);
    const edited = termChart(context, { ...data, before: [1, 1, 1, 1, 1] });
    expect([edited.option.series].flat()).toHaveLength([plain.option.series].flat().length + 1);
  });

  it('draws a pair as tiles, row by row', () => {
    const level: TermAxis = {
      name: 'Contract',
      kind: 'category',
      cuts: [0.5],
      labels: ['a', 'b'],
      low: null,
      high: null,
    };
    const cells = 5 * 3;
    const values = Array.from({ length: cells }, (_, i) => i);
    const chart = termChart(context, {
      axes: [number, level],
      values,
      deviations: values,
      weights: values,
      before: null,
      selection: null,
      units: '',
    });
    expect(chart.table.rows).toHaveLength(cells);
    expect(chart.table.rows[4].slice(1, 3)).toEqual(['b', 4]);
  });
});
