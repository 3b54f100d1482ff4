import { describe, expect, it } from 'vitest';
import { createLabelReader, guessClass } from '../../../../main/services/models/labels.ts';
import type { FrameBlock } from '../../../../main/warehouse/stream/score-source.ts';

const block = (labels: readonly (string | null)[]): FrameBlock => ({
  frame: { rowCount: labels.length, columns: [] },
  kept: [labels],
  firstRecord: 10,
  records: labels.length,
  recordOf: Int32Array.from(labels, (_, i) => i),
  lineOf: null,
  rejected: [],
  resume: null,
  fraction: 1,
});

describe('labels of an evaluation', () => {
  it.each([
    ['>50K.', ['<=50K', '>50K'], '>50K'],
    [' <=50K', ['<=50K', '>50K'], '<=50K'],
    ['YES', ['no', 'yes'], 'yes'],
    ['1', ['no', 'yes'], 'yes'],
    ['True', ['0', '1'], '1'],
    ['maybe', ['no', 'yes'], null],
    ['.', ['no', 'yes'], null],
    ['a', ['A', 'a.'], null],
  ] as const)('takes %j for one of %j: %j', (text, classes, guess) => {
    expect(guessClass(text, classes)).toBe(guess);
  });

  it('reads numbers written otherwise as the same class, and sets rows without a label aside', () => {
    const reader = createLabelReader({ classes: ['0', '1'] }, 'y', 'file.csv', { neg: '0' });
    const read = reader.read(block(['1.0', null, 'neg', ' ', '0']));
    expect(Array.from(read.kept, (row) => read.labels[row])).toEqual([1, 0, 0]);
    expect(read.unlabelled).toEqual([{ line: 12 }, { line: 14 }]);
  });

  it('shows all maps that a block needs at once, those already given included', () => {
    const reader = createLabelReader({ classes: ['<=50K', '>50K'] }, 'income', 'adult.test', { x: '>50K' });
    expect(() => reader.read(block(['x', '<=50K.', '>50K.']))).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('adult.test, row 12: the label "<=50K."'),
        hint: "If they mean the same, give --label-map 'x=>50K,<=50K.=<=50K,>50K.=>50K'",
      }),
    );
  });
});
