import { describe, expect, it } from 'vitest';
import { reasonToStop, rungsOf } from '../../../../main/ml/search/bracket.ts';
import { aboveNull } from '../../../../main/ml/search/null-importance.ts';

const rule = { share: 0.4, tolerance: 0.03 };
const peers = [
  [0.5, 0.5],
  [0.501, 0.5],
  [0.504, 0.504],
  [0.506, 0.506],
  [0.51, 0.51],
];

describe('D4 brackets of early stopping', () => {
  it('run every fold once, in rungs that grow', () => {
    expect(rungsOf(1)).toEqual([[0]]);
    expect(rungsOf(2)).toEqual([[0, 1]]);
    expect(rungsOf(5)).toEqual([
      [0, 1],
      [2, 3, 4],
    ]);
    expect(rungsOf(15).flat()).toEqual(Array.from({ length: 15 }, (_, i) => i));
    expect(rungsOf(15).map((rung) => rung.length)).toEqual([2, 3, 10]);
  });

  it('stop a trial outside the best share of its rung, with the figures in the reason', () => {
    expect(reasonToStop([0.505, 0.505], [0, 1], peers, rule)).toMatch(
      /after 2 folds its loss 0.5050 is not among the best 40 % of 5 trials \(0.5005\)/,
    );
    expect(reasonToStop([0.5, 0.5004], [0, 1], peers, rule)).toBeNull();
  });

  it('let a trial go on that is practically equal to the best, whatever its rank', () => {
    const crowd = Array.from({ length: 9 }, () => [0.5, 0.5]);
    expect(reasonToStop([0.5003, 0.5003], [0, 1], crowd, rule)).toBeNull();
  });

  it('stop what is far behind the best even where few trials were measured, and nothing without peers', () => {
    expect(reasonToStop([0.6, 0.6], [0, 1], [[0.5, 0.5]], rule)).toMatch(/more than 3 % behind the best/);
    expect(reasonToStop([0.6, 0.6], [0, 1], [[0.5, 0.5]], { share: null, tolerance: 0.3 })).toBeNull();
    expect(reasonToStop([0.6, 0.6], [0, 1], [], rule)).toBeNull();
    expect(reasonToStop([0.6, 0.6], [0, 1], [[Number.NaN, 0.5]], rule)).toBeNull();
  });
});

describe('D4 null importance', () => {
  it('keeps a column only where its gain is above its own gain against shuffled targets', () => {
    expect(
      aboveNull(
        [10, 5, 0, 7],
        [
          [1, 6, 0, 2],
          [2, 4, 0, 6.9],
        ],
      ),
    ).toEqual([0, 3]);
  });

  it('keeps all columns when none is above chance', () => {
    expect(aboveNull([0, 1], [[0, 1]])).toEqual([0, 1]);
  });
});
