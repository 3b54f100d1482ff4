import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { type Coalition, coalitionValues, createCoalitionSampler } from '../../../../main/ml/explain/coalitions.ts';
import { kernelShap } from '../../../../main/ml/explain/kernel-shap.ts';
import { neighbourGames } from '../../../../main/ml/explain/mixture-game.ts';
import { takeRows } from '../../../../main/ml/explain/rows.ts';
import { marginScorer } from '../../../../main/ml/explain/score.ts';
import { runSteps } from '../../../../main/ml/explain/steps.ts';
import type { Frame, RawColumn } from '../../../../main/ml/frame.ts';
import type { FittedRecipe, Member, ModelSpec, Task } from '../../../../main/ml/model-spec.ts';
import { fitNeighbours } from '../../../../main/ml/neighbours/fit.ts';
import { applyRecipe, featureKinds } from '../../../../main/ml/recipe/apply.ts';

const levels = ['a', 'b', 'c', 'd'];
const numberCount = 8;
const names = Array.from({ length: numberCount }, (_, c) => `x${c}`);
const recipe: FittedRecipe = {
  inputs: [
    ...names.map((name) => ({ name, type: 'double', logicalType: 'number' }) as const),
    { name: 'c', type: 'string', logicalType: 'text' },
  ],
  features: [
    ...names.map((name) => ({ kind: 'numeric', name, source: name }) as const),
    { kind: 'category', name: 'c', source: 'c', levels },
  ],
};

function sample(rowCount: number, seed: number): Frame {
  const rng = createRng(seed);
  const columns = names.map((name): RawColumn => {
    const values = Float64Array.from({ length: rowCount }, () => (rng.next() < 0.03 ? Number.NaN : rng.normal()));
    return { type: 'double', name, values };
  });
  const codes = Int32Array.from({ length: rowCount }, () => rng.int(5) - 1);
  return { rowCount, columns: [...columns, { type: 'string', name: 'c', codes, levels }] };
}

function fitted(task: Task, rowCount: number, seed: number): Member & { readonly kind: 'neighbours' } {
  const frame = sample(rowCount, seed);
  const matrix = applyRecipe(recipe, frame);
  const label = Float64Array.from({ length: rowCount }, (_, row) => {
    const [x, y] = [matrix.columns[0][row] || 0, matrix.columns[1][row] || 0];
    const z = x * y + (matrix.columns[numberCount][row] === 1 ? 1 : 0);
    return task === 'regression' ? z : task === 'binary' ? Number(z > 0) : z > 0.5 ? 2 : z > -0.2 ? 1 : 0;
  });
  const rows = Int32Array.from({ length: rowCount }, (_, row) => row);
  const outputCount = task === 'multiclass' ? 3 : 1;
  const input = { matrix, kinds: featureKinds(recipe), label, rows, task, outputCount };
  return { kind: 'neighbours', weight: 0.6, neighbours: fitNeighbours(input, 1, neverStop) };
}

const specOf = (task: Task, members: readonly Member[]): ModelSpec => ({
  task,
  classes: task === 'regression' ? [] : task === 'binary' ? ['no', 'yes'] : ['a', 'b', 'c'],
  outputCount: task === 'multiclass' ? 3 : 1,
  recipe,
  members,
  calibration: { kind: 'identity' },
});

const background = sample(17, 5);
const row = sample(1, 6);
const pool = sample(18, 7);
const players = [[0], [1], [2, 3], [4], [numberCount], [6], [7]];

function drawn(count: number): Coalition[] {
  const draw = createCoalitionSampler(players.length, createRng(2));
  const list = Array.from({ length: count }, () => draw());
  // Some with their complement behind them, and the same one twice.
  return [...list, ...list.slice(0, 40).map((one) => one.map((bit) => 1 - bit)), list[3], list[3]];
}

describe('G2 coalitions of k-nearest neighbours by their kernel', () => {
  it.each(['regression', 'binary', 'multiclass'] as const)('values them as scoring their rows does: %s', (task) => {
    const constant: Member = { kind: 'constant', weight: 0.4, margin: [0.3, -0.2, 1] };
    for (const rowCount of [9, 203]) {
      const spec = specOf(task, [fitted(task, rowCount, 3), constant, fitted(task, rowCount, 4)]);
      const output = task === 'multiclass' ? 1 : 0;
      const game = neighbourGames(spec, output, neverStop)?.(pool, players);
      const coalitions = drawn(70);
      const steps = coalitionValues(pool, players, coalitions, { from: 0, to: 1 });
      const wanted = runSteps(steps, marginScorer(spec, output));
      const found = game?.(coalitions) ?? new Float64Array(0);
      expect(found.length).toBe(wanted.length);
      for (let i = 0; i < wanted.length; i++) expect(found[i]).toBeCloseTo(wanted[i], 4);
    }
  });

  it('leaves models without neighbours and features of several players to scoring', () => {
    const spec = specOf('binary', [fitted('binary', 100, 3)]);
    const none = specOf('binary', [{ kind: 'constant', weight: 1, margin: [1] }]);
    expect(neighbourGames(none, 0, neverStop)).toBeNull();
    const features = recipe.features.map((feature, f) => (f === 0 ? { ...feature, from: ['x0', 'x1'] } : feature));
    const mixed: ModelSpec = { ...spec, recipe: { ...recipe, features } };
    expect(neighbourGames(mixed, 0, neverStop)?.(pool, players)).toBeNull();
    expect(neighbourGames(mixed, 0, neverStop)?.(pool, [[0, 1], [2]])).not.toBeNull();
  });

  it('explains a row as without it, adds up to the margin, and stops when asked to', () => {
    const spec = specOf('binary', [fitted('binary', 200, 3)]);
    const score = marginScorer(spec, 0);
    const asked = { recipe, row, background, seed: 3 };
    for (const exactPlayers of [11, 4]) {
      const slow = runSteps(kernelShap({ ...asked, exactPlayers, mostCoalitions: 200 }), score);
      const game = neighbourGames(spec, 0, neverStop);
      const fast = runSteps(kernelShap({ ...asked, exactPlayers, mostCoalitions: 200, game }), score);
      expect(fast.exact).toBe(slow.exact);
      for (let c = 0; c < slow.values.length; c++) expect(fast.values[c]).toBeCloseTo(slow.values[c], 3);
      const sum = fast.values.reduce((total, value) => total + value, fast.base);
      expect(sum).toBeCloseTo(score(row)[0], 9);
    }
    const stopped = neighbourGames(spec, 0, { stopped: () => true });
    expect(() => stopped?.(pool, players)?.(drawn(4))).toThrow(expect.objectContaining({ code: 'cancelled' }));
  });

  it('gives the same for the same row and seed', () => {
    const spec = specOf('regression', [fitted('regression', 200, 3)]);
    const run = () => {
      const game = neighbourGames(spec, 0, neverStop);
      const steps = kernelShap({ recipe, row: takeRows(pool, Int32Array.of(2)), background, seed: 9, game });
      return runSteps(steps, marginScorer(spec, 0)).values;
    };
    expect(run()).toEqual(run());
  });
});
