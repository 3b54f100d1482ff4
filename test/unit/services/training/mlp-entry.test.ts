import { describe, expect, it } from 'vitest';
import type { DataFacts } from '../../../../main/services/training/learners/entry.ts';
import { mlpEntry } from '../../../../main/services/training/learners/mlp.ts';

const facts: DataFacts = {
  task: 'binary',
  rows: 20_000,
  features: 28,
  categories: 0,
  classCount: 2,
  seed: 5,
  learners: ['trees', 'mlp'],
};
const within = (seconds: number, more: Partial<DataFacts> = {}) => {
  const [start] = mlpEntry.starts({ ...facts, ...more, budget: { seconds, workers: 2, folds: 5 } });
  return start?.spec.learner === 'mlp' ? start.spec.params : null;
};

describe('E6 the net of a search', () => {
  it('is the same for the same facts, without a budget as large as it gets', () => {
    expect(mlpEntry.starts(facts)).toEqual(mlpEntry.starts(facts));
    const [{ spec }] = mlpEntry.starts(facts);
    expect(spec).toMatchObject({ learner: 'mlp', params: { members: 4, epochs: 80 } });
  });

  it('gets smaller with the budget, and is left out where it would not get far enough', () => {
    const long = within(600);
    const short = within(20);
    expect(long).toMatchObject({ members: 4, epochs: 80 });
    expect(short?.members).toBeLessThan(4);
    expect(within(2)).toBeNull();
    expect(within(60, { rows: 2_000_000 })).toBeNull();
  });

  it('comes once beside other learners, and twice alone', () => {
    expect(mlpEntry.starts(facts)).toHaveLength(1);
    const labels = mlpEntry.starts({ ...facts, learners: ['mlp'] }).map(({ label }) => label);
    expect(labels).toEqual(['neural net, 4 members', 'neural net, 4 members, wide']);
  });

  it('gives each of many columns less room', () => {
    const [{ spec }] = mlpEntry.starts({ ...facts, features: 10_000 });
    expect(spec).toMatchObject({ params: { embedding: 1, intervals: 2 } });
  });

  it('is tried in any budget when it is the only learner', () => {
    expect(within(1, { learners: ['mlp'] })?.epochs).toBeLessThan(5);
  });
});
