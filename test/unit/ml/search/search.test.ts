import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { portfolio } from '../../../../main/ml/search/portfolio.ts';
import { type Configuration, type SearchSpace, treeSpace } from '../../../../main/ml/search/space.ts';
import { proposeNext, type TrialResult } from '../../../../main/ml/search/tpe.ts';
import { resolveTreeParams } from '../../../../main/ml/trees/params.ts';

describe('D4 portfolio', () => {
  it('gives valid, different configurations for any shape of data, the same for a seed', () => {
    for (const [task, rows, features] of [
      ['binary', 300, 4],
      ['multiclass', 15_000, 54],
      ['regression', 1_000_000, 28],
    ] as const) {
      const trials = portfolio(task, rows, features, 7);
      expect(trials.length).toBeGreaterThanOrEqual(5);
      for (const trial of trials) expect(() => resolveTreeParams(trial.params)).not.toThrow();
      expect(new Set(trials.map((trial) => JSON.stringify({ ...trial.params, seed: 0 }))).size).toBe(trials.length);
      expect(portfolio(task, rows, features, 7)).toEqual(trials);
      expect(portfolio(task, rows, features, 8)).not.toEqual(trials);
    }
  });
});

const space: SearchSpace = [
  { name: 'x', kind: 'number', low: 0, high: 10, log: false, integer: false },
  { name: 'rate', kind: 'number', low: 1e-4, high: 1, log: true, integer: false },
  { name: 'depth', kind: 'number', low: 1, high: 20, log: false, integer: true },
  { name: 'mode', kind: 'choice', values: [false, true] },
];

/** Best at x = 7, rate = 0.01, depth = 5, mode true. */
const loss = (c: Configuration): number =>
  (Number(c.x) - 7) ** 2 / 25 +
  (Math.log10(Number(c.rate)) + 2) ** 2 +
  (Number(c.depth) - 5) ** 2 / 50 +
  (c.mode === true ? 0 : 0.5);

function search(trials: number, seed: number, informed: boolean): TrialResult[] {
  const history: TrialResult[] = [];
  for (let i = 0; i < trials; i++) {
    const configuration = proposeNext(informed ? history : [], space, seed, i);
    history.push({ configuration, loss: loss(configuration) });
  }
  return history;
}

describe('D4 tree-structured Parzen estimator', () => {
  it('stays inside the space and gives integers where asked', () => {
    for (const { configuration } of search(60, 1, true)) {
      expect(configuration.x).toBeGreaterThanOrEqual(0);
      expect(configuration.x).toBeLessThanOrEqual(10);
      expect(configuration.rate).toBeGreaterThanOrEqual(1e-4);
      expect(configuration.rate).toBeLessThanOrEqual(1);
      expect(Number.isInteger(configuration.depth)).toBe(true);
    }
  });

  it('is a function of history, seed and index', () => {
    const history = search(20, 2, true);
    expect(search(20, 2, true)).toEqual(history);
    expect(proposeNext(history, space, 2, 20)).toEqual(proposeNext([...history], space, 2, 20));
    expect(proposeNext(history, space, 3, 20)).not.toEqual(proposeNext(history, space, 2, 20));
  });

  it('beats random search', () => {
    const best = (informed: boolean): number => {
      let total = 0;
      for (let seed = 0; seed < 15; seed++) total += Math.min(...search(50, seed, informed).map((trial) => trial.loss));
      return total / 15;
    };
    expect(best(true)).toBeLessThan(best(false) * 0.7);
  });

  it('does not trip over failed trials and foreign parameters', () => {
    const rng = createRng(4);
    const history = Array.from(
      { length: 12 },
      (_, i): TrialResult => ({
        configuration: i % 3 === 0 ? { other: 1 } : { x: rng.next() * 10 },
        loss: i % 4 === 0 ? Number.NaN : rng.next(),
      }),
    );
    const next = proposeNext(history, treeSpace('binary', 7000, 20), 1, 12);
    expect(() => resolveTreeParams(next as Record<string, number>)).not.toThrow();
  });
});
