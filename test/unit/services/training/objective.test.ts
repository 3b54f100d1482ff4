import { describe, expect, it } from 'vitest';
import type { InputSpec } from '../../../../main/ml/model-spec.ts';
import {
  balancedWeights,
  leaderboardMetric,
  resolveConstraints,
  resolveLearners,
  resolveObjective,
} from '../../../../main/services/training/objective.ts';

const inputs: readonly InputSpec[] = [
  { name: 'age', type: 'double', logicalType: 'number' },
  { name: 'plan', type: 'string', logicalType: 'text' },
];
const none = { monotone: [], interactions: [] };

describe('D1 objectives and constraints of a run', () => {
  it('fits what the metric or the quantiles ask for, squared error otherwise', () => {
    expect(resolveObjective({}, 'regression')).toEqual({ kind: 'squared' });
    expect(resolveObjective({ metric: 'mae' }, 'regression')).toEqual({ kind: 'absolute' });
    expect(resolveObjective({ metric: 'pinball' }, 'regression')).toEqual({ kind: 'quantile', levels: [0.5] });
    expect(resolveObjective({ metric: 'poisson_deviance' }, 'regression')).toEqual({ kind: 'poisson' });
    expect(resolveObjective({ quantiles: [0.9, 0.1, 0.5] }, 'regression')).toEqual({
      kind: 'quantile',
      levels: [0.5, 0.1, 0.9],
    });
    expect(resolveObjective({ objective: 'tweedie' }, 'regression')).toEqual({ kind: 'tweedie', power: 1.5 });
    expect(resolveObjective({ objective: 'squared', metric: 'mae' }, 'regression')).toEqual({ kind: 'squared' });
    expect(() => resolveObjective({ objective: 'gamma' }, 'binary')).toThrow('predicts numbers');
    expect(() => resolveObjective({ objective: 'gamma', quantiles: [0.5] }, 'regression')).toThrow('do not go with');
    expect(() => resolveObjective({ quantiles: [0.5, 0.5] }, 'regression')).toThrow('given twice');
  });

  it('ranks by the loss that is fitted unless another metric was asked for', () => {
    expect(leaderboardMetric({}, 'regression', { kind: 'squared' })).toBe('rmse');
    expect(leaderboardMetric({}, 'regression', { kind: 'gamma' })).toBe('gamma_deviance');
    expect(leaderboardMetric({ metric: 'r2' }, 'regression', { kind: 'gamma' })).toBe('r2');
    expect(leaderboardMetric({}, 'binary', { kind: 'squared' })).toBe('auc');
    expect(leaderboardMetric({}, 'multiclass', { kind: 'squared' })).toBe('log_loss');
  });

  it('takes constraints on numbers that are used, and says what is wrong with others', () => {
    expect(resolveConstraints({ monotone: { age: -1 } }, inputs, 'binary')).toEqual({
      monotone: [{ column: 'age', direction: -1 }],
      interactions: [],
    });
    expect(() => resolveConstraints({ monotone: { plan: 1 } }, inputs, 'binary')).toThrow('"plan" is no number');
    expect(() => resolveConstraints({ interactions: [['gone']] }, inputs, 'binary')).toThrow('"gone" is constrained');
    expect(() => resolveConstraints({ monotone: { age: 1 } }, inputs, 'multiclass')).toThrow('Several classes');
  });

  it('leaves out learners that cannot keep to what is asked, with the reason', () => {
    const all = ['trees', 'linear', 'ebm', 'forest'] as const;
    expect(resolveLearners([...all], { kind: 'squared' }, none)).toEqual({ learners: [...all], leftOut: [] });
    const held = resolveLearners([...all], { kind: 'squared' }, { monotone: [], interactions: [['age', 'plan']] });
    expect(held.learners).toEqual(['trees', 'forest']);
    expect(held.leftOut.map(({ learner }) => learner)).toEqual(['linear', 'ebm']);
    expect(held.leftOut[0].reason).toContain('constraints');
    expect(resolveLearners([...all], { kind: 'poisson' }, none).leftOut[0].reason).toContain('poisson');
    expect(() => resolveLearners(['linear'], { kind: 'poisson' }, none)).toThrow('No learner is left');
    const many = resolveLearners(['trees', 'ebm', 'forest'], { kind: 'squared' }, none, 300);
    expect(many.learners).toEqual(['trees']);
    expect(many.leftOut[0].reason).toContain('up to 100 of them, not 300');
  });

  it('weighs classes alike, with a mean weight of one', () => {
    const label = Float64Array.of(0, 0, 0, 1);
    expect([...(balancedWeights(label, 'binary', true) ?? [])]).toEqual([4 / 6, 4 / 6, 4 / 6, 2]);
    expect(balancedWeights(label, 'binary', false)).toBeNull();
    expect(balancedWeights(label, 'regression', true)).toBeNull();
  });
});
