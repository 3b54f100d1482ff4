import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CounterfactualInput, counterfactuals } from '../../../../main/ml/explain/counterfactual.ts';
import { type ColumnRule, shortBetween } from '../../../../main/ml/explain/counterfactual-moves.ts';
import { type Goal, goalScorer, reachesGoal } from '../../../../main/ml/explain/goal.ts';
import { takeRows } from '../../../../main/ml/explain/rows.ts';
import { runSteps } from '../../../../main/ml/explain/steps.ts';
import type { Frame } from '../../../../main/ml/frame.ts';
import type { ModelSpec, Task } from '../../../../main/ml/model-spec.ts';
import { predictMargins, predictOutputs } from '../../../../main/ml/predict.ts';
import { applyRecipe } from '../../../../main/ml/recipe/apply.ts';
import { trainedModel } from '../../../helpers/trained-model.ts';

const models = {
  binary: trainedModel('binary', { rowCount: 600, rounds: 15, leaves: 10 }),
  multiclass: trainedModel('multiclass', { rowCount: 600, rounds: 10, leaves: 8 }),
  regression: trainedModel('regression', { rowCount: 600, rounds: 15, leaves: 10 }),
};
const rowOf = (frame: Frame, row: number): Frame => takeRows(frame, Int32Array.of(row));
const outputsOf = (spec: ModelSpec, frame: Frame): Float64Array =>
  predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, frame)));

const cellOf = (frame: Frame, name: string, row: number): number | string | null => {
  const column = frame.columns.find((each) => each.name === name);
  if (column === undefined) return null;
  if (column.type === 'string') return column.codes[row] < 0 ? null : column.levels[column.codes[row]];
  return Number.isNaN(column.values[row]) ? null : column.values[row];
};

/** A goal that the row does not meet. */
function goalOf(task: Task, outputs: Float64Array): Goal {
  if (task === 'binary') return { kind: 'side', above: outputs[0] < 0.5, threshold: 0.5 };
  if (task === 'regression') return { kind: 'range', low: outputs[0] + 30_000, high: outputs[0] + 200_000 };
  const order = [0, 1, 2].sort((a, b) => outputs[b] - outputs[a]);
  return { kind: 'class', output: order[1] };
}

function search(task: Task, row: number, rules: readonly ColumnRule[], more: Partial<CounterfactualInput> = {}) {
  const { spec, frame } = models[task];
  const alone = rowOf(frame, row);
  const goal = goalOf(task, outputsOf(spec, alone));
  const background = takeRows(
    frame,
    Int32Array.from({ length: 250 }, (_, i) => i),
  );
  const input = { spec, row: alone, background, rules, count: 3, mostChanges: 3, seed: row, ...more };
  return { spec, alone, goal, result: runSteps(counterfactuals(input), goalScorer(spec, goal)) };
}

describe('F7 counterfactuals', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)(
    'F7 every one flips when scored again, changes few columns, and no change of it can be left out: %s',
    (task) => {
      let found = 0;
      for (let row = 300; row < 312; row++) {
        const { spec, alone, goal, result } = search(task, row, []);
        const outputs = outputsOf(spec, result.rows);
        result.found.forEach((one, i) => {
          found++;
          expect(reachesGoal(goal, outputs.subarray(i * spec.outputCount, (i + 1) * spec.outputCount))).toBe(true);
          expect(one.changed.length).toBeGreaterThan(0);
          expect(one.changed.length).toBeLessThanOrEqual(3);
          for (const { name } of spec.recipe.inputs) {
            const same = cellOf(result.rows, name, i) === cellOf(alone, name, 0);
            expect(same, `${name} of row ${row}`).toBe(!one.changed.includes(name));
          }
          for (const name of one.changed) {
            const columns = alone.columns.map((column, c) =>
              column.name === name || !one.changed.includes(column.name) ? column : rowOf(result.rows, i).columns[c],
            );
            expect(reachesGoal(goal, outputsOf(spec, { rowCount: 1, columns }))).toBe(false);
          }
        });
      }
      expect(found).toBeGreaterThan(10);
    },
  );

  it('F7 constraints hold whatever they are', () => {
    const rule = (column: string): fc.Arbitrary<ColumnRule> =>
      fc.record(
        {
          column: fc.constant(column),
          immutable: fc.boolean(),
          direction: fc.constantFrom('up', 'down'),
          step: fc.constantFrom(500, 1_000, 7_500),
          min: fc.integer({ min: 5_000, max: 30_000 }),
          max: fc.integer({ min: 30_001, max: 90_000 }),
        },
        { requiredKeys: ['column'] },
      ) as fc.Arbitrary<ColumnRule>;
    const levels = fc.record({
      column: fc.constant('plan'),
      levels: fc.subarray(['basic', 'plus', 'pro', 'Ünïcode 漢'], { minLength: 1 }),
    });
    fc.assert(
      fc.property(
        fc.integer({ min: 300, max: 599 }),
        rule('income'),
        levels,
        fc.boolean(),
        (row, income, plan, fixed) => {
          const rules = [income, plan, { column: 'city', immutable: fixed }];
          const { alone, result } = search('binary', row, rules, { mostChanges: 2, count: 2 });
          result.found.forEach((one, i) => {
            expect(one.changed.length).toBeLessThanOrEqual(2);
            if (fixed) expect(one.changed).not.toContain('city');
            if (one.changed.includes('plan')) expect(plan.levels).toContain(cellOf(result.rows, 'plan', i));
            if (!one.changed.includes('income')) return;
            expect(income.immutable).not.toBe(true);
            const [from, to] = [cellOf(alone, 'income', 0), Number(cellOf(result.rows, 'income', i))];
            if (income.min !== undefined) expect(to).toBeGreaterThanOrEqual(income.min);
            if (income.max !== undefined) expect(to).toBeLessThanOrEqual(income.max);
            if (from === null) return;
            if (income.direction === 'up') expect(to).toBeGreaterThan(Number(from));
            if (income.direction === 'down') expect(to).toBeLessThan(Number(from));
            if (income.step !== undefined) {
              const steps = (to - Number(from)) / income.step;
              expect(Math.abs(steps - Math.round(steps))).toBeLessThan(1e-6);
            }
          });
        },
      ),
      { numRuns: 25, seed: 11 },
    );
  });

  it('F7 says when nothing may change, when nothing helps, and when the goal is met already', () => {
    const { spec } = models.binary;
    const all = spec.recipe.inputs.map(({ name }) => ({ column: name, immutable: true }));
    expect(search('binary', 320, all).result.outcome).toBe('nothing-may-change');
    const { frame } = models.regression;
    const alone = rowOf(frame, 1);
    const run = (goal: Goal) =>
      runSteps(
        counterfactuals({
          spec: models.regression.spec,
          row: alone,
          background: rowOf(frame, 2),
          rules: [],
          count: 1,
          mostChanges: 2,
          seed: 1,
        }),
        goalScorer(models.regression.spec, goal),
      ).outcome;
    expect(run({ kind: 'range', low: 1e9, high: 2e9 })).toBe('not-found');
    expect(run({ kind: 'range', low: -1e12, high: 1e12 })).toBe('already-there');
  });

  it('F7 a column that costs more is changed less', () => {
    const changes = (cost: number): number => {
      let count = 0;
      for (let row = 330; row < 345; row++) {
        const { result } = search('binary', row, [{ column: 'income', cost }], { count: 1 });
        if (result.found[0]?.changed.includes('income') === true) count++;
      }
      return count;
    };
    expect(changes(50)).toBeLessThan(changes(0.02));
  });

  it('F7 the same row gets the same answer', () => {
    expect(search('multiclass', 310, []).result).toEqual(search('multiclass', 310, []).result);
  });

  it('F7 new values lie across the threshold as the model reads it, and are short', () => {
    expect(shortBetween(Math.fround(18.7234), 25, 'above')).toBe(19);
    expect(shortBetween(3, Math.fround(18.7234), 'below')).toBe(18);
    fc.assert(
      fc.property(
        fc.double({ min: -1e6, max: 1e6, noNaN: true }),
        fc.double({ min: 1e-3, max: 1e3, noNaN: true }),
        (at, gap) => {
          const t = Math.fround(at);
          expect(Math.fround(shortBetween(t, t + gap, 'above'))).toBeGreaterThan(t);
          expect(Math.fround(shortBetween(t - gap, t, 'below'))).toBeLessThanOrEqual(t);
        },
      ),
      { seed: 3 },
    );
  });
});
