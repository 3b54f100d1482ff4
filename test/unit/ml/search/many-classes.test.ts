import { describe, expect, it } from 'vitest';
import { chooseCalibrator } from '../../../../main/ml/calibration/choose.ts';
import { mostConfused } from '../../../../main/ml/metrics/confusion-table.ts';
import { holdForClasses } from '../../../../main/ml/search/many-classes.ts';
import { planValidation } from '../../../../main/ml/validation/plan.ts';

describe('D1 very many classes', () => {
  it('holds a fit to as many leaves as a package can carry, and ends within them', () => {
    const params = { leaves: 127, rounds: 4000, learningRate: 0.05 };
    expect(holdForClasses(params, 100)).toBe(params);
    for (const classCount of [101, 300, 1000]) {
      const held = holdForClasses(params, classCount);
      expect(held.leaves * held.rounds * classCount).toBeLessThanOrEqual(100_000);
      expect(held.rounds).toBeGreaterThanOrEqual(10);
      expect(held.learningRate * held.rounds).toBeGreaterThan(5);
      expect(holdForClasses({ ...params, leaves: 3 }, classCount).leaves).toBe(3);
    }
  });

  it('rare classes among many do not cost the others their folds, and the reason says what they lose', () => {
    const classCounts = [...new Array<number>(290).fill(30), ...new Array<number>(10).fill(1)];
    const plan = planValidation({ task: 'multiclass', rowCount: 8710, classCounts, foldCount: 5, seed: 1 });
    expect(plan.foldCount).toBe(5);
    expect(plan.reason).toContain('10 of 300 classes have fewer rows than there are folds');
    const few = planValidation({ task: 'multiclass', rowCount: 2001, classCounts: [2000, 1], seed: 1 });
    expect(few.foldCount).toBe(2);
    expect(few.reason).not.toContain('fewer rows than there are folds');
  });

  it('one temperature is fitted on the rows of all classes together', () => {
    const width = 25;
    const labels = Float64Array.from({ length: 2000 }, (_, i) => i % width);
    // Far too sure of itself: right in half of the rows, with margins of eight.
    const margins = Float64Array.from({ length: labels.length * width }, (_, at) => {
      const row = Math.floor(at / width);
      const said = row % 2 === 0 ? labels[row] : (labels[row] + 1) % width;
      return at % width === said ? 8 : 0;
    });
    const choice = chooseCalibrator(margins, labels, 'multiclass', { seed: 1, outputCount: width });
    expect(choice.calibrator.kind).toBe('temperature');
    expect(choice.candidates.map(({ kind }) => kind)).toEqual(['identity', 'temperature']);
  });

  it('a confusion table shows the thirty classes mistaken most often and the others as one, nothing lost', () => {
    const count = 50;
    const classes = Array.from({ length: count }, (_, k) => `c${k}`);
    const matrix = new Float64Array(count * count);
    for (let k = 0; k < count; k++) {
      matrix[k * count + k] = 10;
      if (k >= 20) matrix[k * count + ((k + 1) % count)] = k;
    }
    const table = mostConfused(classes, matrix);
    expect(table.classes).toHaveLength(31);
    expect(table.classes.slice(0, 30)).toContain('c49');
    expect(table.classes).not.toContain('c5');
    const total = matrix.reduce((sum, cases) => sum + cases, 0);
    expect(table.counts.flat().reduce((sum, cases) => sum + cases, 0)).toBe(total);
    expect(table.others).toEqual({ classes: 20, rows: total, right: 500 });
    expect(mostConfused(['a', 'b'], [1, 2, 3, 4])).toEqual({
      classes: ['a', 'b'],
      counts: [
        [1, 2],
        [3, 4],
      ],
    });
  });
});
