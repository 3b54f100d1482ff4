import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { fairnessOf } from '../../../../main/ml/evaluate/fairness.ts';
import { discoveries, normalTail, shareOf } from '../../../../main/ml/evaluate/intervals.ts';

describe('D8 fairness by group', () => {
  it('counts who is chosen, found and accused wrongly, and whether probabilities hold', () => {
    const outputs = [0.9, 0.8, 0.2, 0.6, 0.1, 0.3, 0.7, 0.4];
    const labels = [1, 0, 1, 1, 0, 0, 1, 1];
    const { groups, mostSelected } = fairnessOf({
      task: 'binary',
      classCount: 2,
      outputs,
      labels,
      of: Int32Array.of(0, 0, 0, 0, 1, 1, 1, 1),
      values: ['a', 'b', 'empty'],
      threshold: 0.5,
    });
    const read = (g: number) => Object.fromEntries(groups[g].measures.map((m) => [m.measure, m]));
    expect(groups.map(({ value, rows, positives }) => [value, rows, positives])).toEqual([
      ['a', 4, 3],
      ['b', 4, 2],
    ]);
    expect(read(0).selection_rate.estimate.value).toBe(0.75);
    expect(read(0).true_positive_rate).toMatchObject({ rows: 3, estimate: { value: 2 / 3 } });
    expect(read(0).false_positive_rate).toMatchObject({ rows: 1, estimate: { value: 1 } });
    expect(read(0).calibration_gap.estimate.value).toBeCloseTo(2.5 / 4 - 3 / 4, 12);
    expect(mostSelected).toBe('a');
    expect(groups[1].impactRatio).toBeCloseTo(1 / 3, 12);
  });

  it('names a group that is treated otherwise, and rarely one that is not', () => {
    const rng = createRng(3);
    const run = (bias: number, seed: number) => {
      const draw = createRng(seed);
      const count = 4_000;
      const of = Int32Array.from({ length: count }, () => draw.int(8));
      const labels = Float64Array.from({ length: count }, () => Number(draw.next() < 0.4));
      const outputs = labels.map((y, i) => 0.3 + 0.3 * y + 0.25 * draw.normal() + (of[i] === 3 ? bias : 0));
      return fairnessOf({
        task: 'binary',
        classCount: 2,
        outputs,
        labels,
        of,
        values: [...'abcdefgh'],
        threshold: 0.5,
      });
    };
    const biased = run(0.25, 1);
    expect(biased.comparisons).toBe(32);
    const of3 = biased.groups[3].measures;
    expect(of3.filter(({ differs }) => differs).map(({ measure }) => measure)).toContain('selection_rate');
    expect(biased.groups.filter((group) => group.impactRatio !== null && group.impactRatio < 0.8).length).toBe(7);
    let falseAlarms = 0;
    for (let seed = 10; seed < 40; seed++) {
      if (run(0, seed + rng.int(1)).groups.some(({ measures }) => measures.some(({ differs }) => differs)))
        falseAlarms++;
    }
    expect(falseAlarms).toBeLessThanOrEqual(6);
  });

  it('compares errors of numbers and accuracy of classes', () => {
    const numbers = fairnessOf({
      task: 'regression',
      classCount: 0,
      outputs: [1, 2, 5, 7],
      labels: [1, 1, 5, 5],
      of: Int32Array.of(0, 0, 1, 1),
      values: ['a', 'b'],
      threshold: 0.5,
    });
    expect(numbers.groups[0].measures.map(({ measure, estimate }) => [measure, estimate.value])).toEqual([
      ['mean_error', 0.5],
      ['absolute_error', 0.5],
    ]);
    expect(numbers.groups[0].impactRatio).toBeNull();
    const classes = fairnessOf({
      task: 'multiclass',
      classCount: 3,
      outputs: [0.5, 0.3, 0.2, 0.1, 0.2, 0.7],
      labels: [0, 1],
      of: Int32Array.of(0, 1),
      values: ['a', 'b'],
      threshold: 0.5,
    });
    expect(classes.groups.map(({ measures }) => measures[0].estimate.value)).toEqual([1, 0]);
  });

  it('rests on Wilson, the normal tail and the step-up rule of Benjamini and Hochberg', () => {
    const share = shareOf(2, 10);
    expect(share?.low).toBeCloseTo(0.05668, 4);
    expect(share?.high).toBeCloseTo(0.50984, 4);
    expect(shareOf(0, 0)).toBeNull();
    expect(normalTail(1.959964)).toBeCloseTo(0.025, 6);
    expect(normalTail(-1)).toBeCloseTo(0.8413447, 6);
    expect(discoveries([0.01, 0.04, 0.03, 0.2], 0.05)).toEqual([true, false, false, false]);
    expect(discoveries([0.01, 0.02, 0.03, 0.04], 0.05)).toEqual([true, true, true, true]);
  });
});
