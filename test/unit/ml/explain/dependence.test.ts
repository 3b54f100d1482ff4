import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { dependence } from '../../../../main/ml/explain/dependence.ts';
import { globalSummary } from '../../../../main/ml/explain/summary.ts';
import type { FeatureMatrix } from '../../../../main/ml/frame.ts';
import { applyRecipe } from '../../../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../../../main/ml/recipe/fit.ts';
import { frameOf, inputsOf, numbers, texts, times } from '../../../helpers/frames.ts';

const rng = createRng(2);
const rows = 300;
const x = Array.from({ length: rows }, (_, i) => (i % 25 === 0 ? null : rng.normal()));
const plan = Array.from({ length: rows }, () => ['a', 'b', 'b'][rng.int(3)]);
const when = Array.from({ length: rows }, (_, i) => new Date(1.6e12 + i * 8.64e7).toISOString());
const frame = frameOf(numbers('x', x), texts('plan', plan), times('when', when));
const recipe = fitRecipe(frame, null, { inputs: inputsOf(frame) });

/** 2·x + 3·(plan is "a") + year: known effects; missing x counts −1. */
function predict(matrix: FeatureMatrix): Float64Array {
  const year = recipe.features.findIndex((feature) => feature.kind === 'date-part' && feature.part === 'year');
  return Float64Array.from({ length: matrix.rowCount }, (_, i) => {
    const value = matrix.columns[0][i];
    return (Number.isNaN(value) ? -1 : 2 * value) + 3 * matrix.columns[1][i] + matrix.columns[year][i];
  });
}

describe('G3 partial dependence', () => {
  it('equals brute force: set the raw column everywhere, transform, predict, average', () => {
    for (const column of ['x', 'plan', 'when']) {
      const result = dependence({ recipe, background: frame, column, predict });
      for (const point of result.points) {
        const changed = frame.columns.map((candidate) => {
          if (candidate.name !== column) return candidate;
          const value = point.value;
          if (candidate.type === 'string')
            return texts(
              column,
              plan.map(() => value as string | null),
            );
          return { ...candidate, values: new Float64Array(rows).fill(typeof value === 'number' ? value : Number.NaN) };
        });
        const predicted = predict(applyRecipe(recipe, { rowCount: rows, columns: changed }));
        const average = predicted.reduce((a, b) => a + b, 0) / rows;
        expect(point.mean).toBeCloseTo(average, 9);
        expect(point.low).toBeLessThanOrEqual(point.high);
      }
      const share = result.points.reduce((total, point) => total + point.share, 0);
      expect(share).toBeCloseTo(1, 9);
      expect(result.lines).toHaveLength(25);
      for (const line of result.lines) expect(line).toHaveLength(result.points.length);
    }
  });

  it('shows missing as a point of its own and refuses a column the model does not use', () => {
    const result = dependence({ recipe, background: frame, column: 'x', predict });
    expect(result.points.at(-1)?.value).toBeNull();
    expect(() => dependence({ recipe, background: frame, column: 'z', predict })).toThrow('does not use a column "z"');
  });
});

describe('G3 global summary', () => {
  it('orders columns by mean |contribution| and reads the direction from the values', () => {
    const values = new Float64Array(rows * 3);
    for (let i = 0; i < rows; i++) {
      values[3 * i] = -2 * (x[i] ?? 0);
      values[3 * i + 1] = plan[i] === 'a' ? 5 : -5;
      values[3 * i + 2] = 0.1 * Math.sin(i);
    }
    const summary = globalSummary({ inputs: ['x', 'plan', 'when'], values, frame, seed: 1, pointCount: 50 });
    expect(summary.map((entry) => [entry.column, entry.direction])).toEqual([
      ['plan', 'by-level'],
      ['x', 'lowers'],
      ['when', 'mixed'],
    ]);
    expect(summary[0].meanAbs).toBeCloseTo(5, 12);
    expect(summary[1].points).toHaveLength(50);
    for (const point of summary[1].points) {
      if (point.value === null) expect(point.position).toBeNull();
      else expect(point.position).toBeGreaterThanOrEqual(0);
    }
    expect(globalSummary({ inputs: ['x', 'plan', 'when'], values, frame, seed: 1, pointCount: 50 })).toEqual(summary);
  });
});
