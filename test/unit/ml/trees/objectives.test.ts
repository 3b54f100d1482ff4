import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { Task } from '../../../../main/ml/model-spec.ts';
import type { ObjectiveSpec } from '../../../../main/ml/objective-spec.ts';
import { createObjective } from '../../../../main/ml/trees/objective.ts';
import { resolveTreeParams } from '../../../../main/ml/trees/params.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';
import { weightedQuantile } from '../../../../main/ml/trees/weighted-quantile.ts';
import { allRows, matrixOf, train } from '../../../helpers/trees.ts';

const specs: readonly (readonly [string, Task, ObjectiveSpec, number])[] = [
  ['log loss', 'binary', { kind: 'squared' }, 1],
  ['softmax', 'multiclass', { kind: 'squared' }, 3],
  ['squared error', 'regression', { kind: 'squared' }, 1],
  ['absolute error', 'regression', { kind: 'absolute' }, 1],
  ['Huber', 'regression', { kind: 'huber', delta: 0.7 }, 1],
  ['quantiles', 'regression', { kind: 'quantile', levels: [0.1, 0.5, 0.8] }, 3],
  ['Poisson', 'regression', { kind: 'poisson' }, 1],
  ['Tweedie', 'regression', { kind: 'tweedie', power: 1.4 }, 1],
  ['gamma', 'regression', { kind: 'gamma' }, 1],
];

/** Weighted sum of losses of a single row: the objective's mean loss of that row, undone where it is a root. */
const rowLoss = (name: string, loss: number): number => (name === 'squared error' ? loss * loss : loss);

describe('D1 objectives', () => {
  it.each(specs)('%s: gradient and hessian are the derivatives of the loss', (name, task, spec, outputs) => {
    const rng = createRng(3);
    const rows = allRows(40);
    const label = Float64Array.from(rows, () =>
      task === 'binary' ? rng.int(2) : task === 'multiclass' ? rng.int(3) : 0.3 + Math.exp(rng.normal()),
    );
    const weight = Float64Array.from(rows, () => 0.5 + rng.next());
    const objective = createObjective(task, spec, { label, weight, trainRows: rows, outputCount: outputs });
    const margins = Float64Array.from(
      { length: rows.length * outputs },
      (_, i) => objective.base[Math.floor(i / rows.length)] + 0.8 * rng.normal(),
    );
    const g = new Float32Array(rows.length);
    const h = new Float32Array(rows.length);
    const own = objective.loss(margins, rows);
    expect(Number.isFinite(own)).toBe(true);
    for (let output = 0; output < outputs; output++) {
      objective.beginRound(margins, rows);
      objective.gradients(output, margins, rows, g, h, new Float64Array(2));
      const numeric = Float64Array.from(rows, (row) => {
        const at = output * rows.length + row;
        const step = 1e-5 * Math.max(1, Math.abs(margins[at]));
        const kept = margins[at];
        const one = Int32Array.of(row);
        margins[at] = kept + step;
        const up = rowLoss(name, objective.loss(margins, one));
        margins[at] = kept - step;
        const down = rowLoss(name, objective.loss(margins, one));
        margins[at] = kept;
        return (weight[row] * (up - down)) / (2 * step);
      });
      // Gradients may be in other units than the loss, the same for all rows.
      const ratio = numeric.reduce((a, b) => a + Math.abs(b), 0) / g.reduce((a, b) => a + Math.abs(b), 0);
      rows.forEach((row) => {
        expect(Math.abs(g[row] * ratio - numeric[row])).toBeLessThan(1e-4 * Math.abs(numeric[row]) + 1e-6);
        expect(h[row]).toBeGreaterThan(0);
      });
      const exact = ['log loss', 'Poisson', 'Tweedie', 'gamma'].includes(name);
      if (!exact) continue;
      rows.forEach((row) => {
        const step = 5e-3; // gradients are in single precision
        const at = output * rows.length + row;
        const shifted = margins.slice();
        const other = new Float32Array(rows.length);
        shifted[at] += step;
        objective.gradients(output, shifted, rows, other, new Float32Array(rows.length), new Float64Array(2));
        const up = other[row];
        shifted[at] -= 2 * step;
        objective.gradients(output, shifted, rows, other, new Float32Array(rows.length), new Float64Array(2));
        expect(Math.abs((up - other[row]) / (2 * step) - h[row])).toBeLessThan(1e-3 * h[row] + 3e-5);
      });
    }
  });

  it.each(specs.filter(([, task]) => task === 'regression'))(
    '%s: leaf values and the base lower the loss more than their neighbours do',
    (_name, task, spec, outputs) => {
      const rng = createRng(9);
      const rows = allRows(301);
      const label = Float64Array.from(rows, () => Math.exp(1.5 * rng.normal()));
      const objective = createObjective(task, spec, { label, weight: null, trainRows: rows, outputCount: outputs });
      const at = (by: number): number => {
        const margins = Float64Array.from(
          { length: rows.length * outputs },
          (_, i) => objective.base[Math.floor(i / rows.length)] + by,
        );
        return objective.loss(margins, rows);
      };
      // The base of Huber is one step of the M-estimate, so near the best, not at it.
      const slack = spec.kind === 'huber' ? 0.02 : 1e-9;
      for (const by of [-0.3, -0.05, 0.05, 0.3]) expect(at(0)).toBeLessThanOrEqual(at(by) + slack);
      const start = Float64Array.from(
        { length: rows.length * outputs },
        (_, i) => objective.base[Math.floor(i / rows.length)] - 0.4,
      );
      const step = objective.leafValue?.({
        output: 0,
        margins: start,
        rows,
        from: 0,
        to: rows.length,
        amplify: null,
        lambda: 0,
      });
      if (step !== undefined) expect(Math.abs(step - 0.4)).toBeLessThan(spec.kind === 'huber' ? 0.2 : 1e-6);
    },
  );

  it('learns each regression objective well beyond its base, sorted rows or not', () => {
    const rng = createRng(21);
    const count = 1500;
    const columns: number[][] = [[], [], []];
    const label = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      const [a, b] = [rng.normal(), rng.normal()];
      columns[0].push(a);
      columns[1].push(b);
      columns[2].push(rng.normal());
      label[i] = Math.exp(0.8 * a + (b > 0 ? 0.5 : 0) + 0.2 * rng.normal()) + 0.01;
    }
    const data = { matrix: matrixOf(columns), kinds: columns.map(() => 'numeric' as const), label };
    for (const [name, task, spec, outputCount] of specs.filter(([, each]) => each === 'regression')) {
      const { history, ensemble } = train(data, {
        task,
        outputCount,
        params: { rounds: 60, objective: spec, leaves: 8 },
        control: { trainLoss: true },
      });
      expect(history.train[59] / history.train[0], name).toBeLessThan(0.6);
      expect(ensemble.outputCount).toBe(outputCount);
    }
  });

  it('covers quantiles: the share of rows below each is its level', () => {
    const rng = createRng(5);
    const count = 3000;
    const x = Array.from({ length: count }, () => rng.next());
    const label = Float64Array.from(x, (value) => value * 3 + (0.2 + value) * rng.normal());
    const levels = [0.1, 0.5, 0.9];
    const data = { matrix: matrixOf([x]), kinds: ['numeric' as const], label };
    const { ensemble } = train(data, {
      task: 'regression',
      outputCount: 3,
      params: { rounds: 60, leaves: 6, minDataInLeaf: 60, objective: { kind: 'quantile', levels } },
    });
    const margins = predictTrees(ensemble, data.matrix);
    levels.forEach((level, k) => {
      let below = 0;
      for (let i = 0; i < count; i++) if (label[i] <= margins[i * 3 + k]) below++;
      expect(Math.abs(below / count - level)).toBeLessThan(0.03);
    });
  });

  it('refuses targets outside the range of the objective, naming the row, and parameters outside theirs', () => {
    const data = { matrix: matrixOf([[1, 2, 3]]), kinds: ['numeric' as const], label: Float64Array.of(1, -2, 3) };
    const run = (objective: ObjectiveSpec) => () => train(data, { task: 'regression', params: { objective } });
    expect(run({ kind: 'poisson' })).toThrow('Row 1 has the target -2');
    data.label[1] = 0;
    expect(run({ kind: 'gamma' })).toThrow('Row 1 has the target 0');
    expect(run({ kind: 'tweedie', power: 1.5 })).not.toThrow();
    data.label.fill(0);
    expect(run({ kind: 'poisson' })).toThrow('All targets are 0');
    for (const objective of [
      { kind: 'tweedie', power: 2 },
      { kind: 'huber', delta: 0 },
      { kind: 'quantile', levels: [0.5, 0.5] },
      { kind: 'quantile', levels: [] },
      { kind: 'quantile', levels: [1] },
    ] as const) {
      expect(() => resolveTreeParams({ objective })).toThrow();
    }
  });

  it('takes weighted quantiles like those of repeated rows', () => {
    const rng = createRng(2);
    for (let trial = 0; trial < 50; trial++) {
      const values = Float64Array.from({ length: 1 + rng.int(20) }, () => rng.normal());
      const level = rng.next();
      expect(
        weightedQuantile(
          values,
          values.map(() => 3),
          level,
        ),
      ).toBeCloseTo(weightedQuantile(values, null, level), 12);
    }
    expect(weightedQuantile(Float64Array.of(5, 1, 9), Float64Array.of(1, 100, 1), 0.5)).toBeLessThan(2);
    expect(weightedQuantile(new Float64Array(0), null, 0.5)).toBeNaN();
  });
});
