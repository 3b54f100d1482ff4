import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { baggedBlend } from '../../../../main/ml/ensemble/bagged-blend.ts';
import { marginLoss } from '../../../../main/ml/ensemble/blend.ts';
import { chooseEnsemble } from '../../../../main/ml/ensemble/choose.ts';
import { applyStack, fitStack } from '../../../../main/ml/ensemble/stack.ts';

/** A binary problem whose log-odds are a + b; each candidate sees one part with noise of its own. */
function twoHalves(rows: number, seed: number) {
  const rng = createRng(seed);
  const labels = new Float64Array(rows);
  const [left, right, junk] = [0, 1, 2].map(() => new Float64Array(rows));
  for (let i = 0; i < rows; i++) {
    const [a, b] = [1.2 * rng.normal(), 1.2 * rng.normal()];
    labels[i] = rng.next() < 1 / (1 + Math.exp(-a - b)) ? 1 : 0;
    left[i] = 0.8 * a;
    right[i] = 0.8 * b;
    junk[i] = rng.normal();
  }
  return { labels, left, right, junk };
}

const shape = { task: 'binary' as const, outputCount: 1, seed: 5, maxMembers: 4 };

describe('D5 what ships', () => {
  it('is a combination where two trials know different things, with the gain and its interval above zero', () => {
    const { labels, left, right, junk } = twoHalves(3000, 1);
    const chosen = chooseEnsemble({ ...shape, candidates: [left, right, junk], labels });
    expect(chosen.kind).not.toBe('single');
    expect(chosen.weights[0]).toBeGreaterThan(0);
    expect(chosen.weights[1]).toBeGreaterThan(0);
    expect(chosen.weights[2]).toBeLessThan(0.1);
    expect(chosen.gain?.low).toBeGreaterThan(0);
    expect(chosen.gain?.high).toBeGreaterThan(chosen.gain?.low ?? 0);
    const single = marginLoss('binary', chosen.options[chosen.best], labels, 1);
    expect(single - marginLoss('binary', chosen.margins, labels, 1)).toBeCloseTo(chosen.gain?.value ?? 0, 10);
  });

  it('shows the two-sided 90 % interval of the gain, whatever bound decided', () => {
    const { labels, left, right, junk } = twoHalves(1200, 12);
    const chosen = chooseEnsemble({ ...shape, candidates: [left, right, junk], labels });
    expect(chosen.gain?.level).toBe(0.9);
    expect(chosen.note).toMatch(/^(blend|stack) of \d+ trials, better in at least 80 % of resamples$/);
    // A normal bound from the same losses: blocks and cross-fitted weights leave the interval within a fifth of it
    const [best, shipped] = [chosen.options[chosen.best], chosen.margins].map((margins) =>
      Float64Array.from(labels, (label, i) => Math.log1p(Math.exp(label === 1 ? -margins[i] : margins[i]))),
    );
    const gains = best.map((loss, i) => loss - shipped[i]);
    const mean = gains.reduce((sum, gain) => sum + gain, 0) / gains.length;
    const variance = gains.reduce((sum, gain) => sum + (gain - mean) ** 2, 0) / (gains.length - 1);
    const reach = 1.645 * Math.sqrt(variance / gains.length);
    const half = ((chosen.gain?.high ?? 0) - (chosen.gain?.low ?? 0)) / 2;
    expect(half / reach).toBeGreaterThan(0.8);
    expect(half / reach).toBeLessThan(1.2);
  });

  it('is the single trial where combining brings no more than noise, and says so', () => {
    const { labels, left, junk } = twoHalves(3000, 2);
    const same = left.map((margin, i) => margin + 1e-4 * junk[i]);
    const chosen = chooseEnsemble({ ...shape, candidates: [left, same], labels });
    expect(chosen.kind).toBe('single');
    expect(chosen.note).toMatch(/no more than noise/);
    expect(chosen.weights.filter((weight) => weight === 1)).toHaveLength(1);
    expect(chosen.tied).toHaveLength(1);
  });

  it('compares a blend with the trial that other rows would pick, so that the luck of the pick does not count against it', () => {
    const rng = createRng(4);
    const rows = 1200;
    const truth = Float64Array.from({ length: rows }, () => 1.5 * rng.normal());
    const labels = truth.map((margin) => (rng.next() < 1 / (1 + Math.exp(-margin)) ? 1 : 0));
    // Ten trials equally good: the best of them is the luckiest
    const candidates = Array.from({ length: 10 }, () => truth.map((margin) => margin + rng.normal()));
    const chosen = chooseEnsemble({ ...shape, candidates, labels });
    expect(chosen.kind).toBe('blend');
    const luckiest = marginLoss('binary', chosen.options[chosen.best], labels, 1);
    expect(chosen.gain?.value).toBeGreaterThan(luckiest - marginLoss('binary', chosen.margins, labels, 1));
  });

  it('judges weights on rows they were not fitted on: pure noise gains nothing from many candidates', () => {
    const rng = createRng(9);
    const labels = Float64Array.from({ length: 400 }, () => (rng.next() < 0.5 ? 1 : 0));
    const candidates = Array.from({ length: 12 }, () => Float64Array.from(labels, () => 0.3 * rng.normal()));
    const chosen = chooseEnsemble({ ...shape, candidates, labels });
    const ideal = Math.log(2);
    expect(marginLoss('binary', chosen.margins, labels, 1)).toBeGreaterThan(ideal - 0.005);
  });

  it('is never a stack of very many classes, whose cost grows with their square', () => {
    const [rows, width] = [2000, 101];
    const rng = createRng(10);
    const labels = Float64Array.from({ length: rows }, () => rng.int(width));
    const candidates = [0, 1].map(() => {
      const margins = Float64Array.from({ length: rows * width }, () => rng.normal());
      labels.forEach((label, i) => {
        margins[i * width + label] += 2;
      });
      return margins;
    });
    const input = { ...shape, task: 'multiclass' as const, outputCount: width, maxMembers: 2, labels, candidates };
    const { options, kind } = chooseEnsemble(input);
    expect(kind).toBe('blend');
    expect(options.at(-1)).toBe(options.at(-2));
  });

  it('is never a stack where rows are later than what was learned from: their trend is no law', () => {
    const rng = createRng(11);
    const labels = Float64Array.from({ length: 3000 }, () => 100 + 20 * rng.normal());
    const candidates = [0, 1].map(() => labels.map((label) => label / 1.1 + 4 * rng.normal()));
    const input = { ...shape, task: 'regression' as const, candidates, labels };
    expect(chooseEnsemble(input).kind).toBe('stack');
    const later = chooseEnsemble({ ...input, later: true });
    expect(later.kind).toBe('blend');
    expect(later.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
  });

  it('moves logarithms by one level where that brings their predictions nearer, by squared error', () => {
    const rng = createRng(12);
    const logs = Float64Array.from({ length: 3000 }, () => 2 + rng.normal());
    const labels = logs.map((log) => 1.3 * Math.exp(log));
    const candidates = [0, 1].map(() => logs.map((log) => log + 0.1 * rng.normal()));
    const objective = { kind: 'poisson' as const, judged: 'squared' as const };
    const input = { ...shape, task: 'regression' as const, candidates, labels };
    const chosen = chooseEnsemble({ ...input, objective });
    expect(chosen.kind).toBe('stack');
    expect(chosen.intercept[0]).toBeGreaterThan(Math.log(1.25));
    expect(chosen.intercept[0]).toBeLessThan(Math.log(1.32));
    expect(chosen.weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 10);
    const byDeviance = chooseEnsemble({ ...input, objective: { kind: 'poisson' } });
    expect(byDeviance.intercept).toEqual([0]);
  });

  it('is the same for a seed, and with too few rows a single trial', () => {
    const { labels, left, right, junk } = twoHalves(600, 3);
    const input = { ...shape, candidates: [left, right, junk], labels };
    expect(chooseEnsemble(input)).toEqual(chooseEnsemble(input));
    const few = chooseEnsemble({
      ...shape,
      candidates: [left.slice(0, 60), right.slice(0, 60)],
      labels: labels.slice(0, 60),
    });
    expect(few).toMatchObject({ kind: 'single', gain: null });
  });
});

describe('D5 bagged selection', () => {
  it('gives weights that sum to 1, at most so many of them, most to what is best', () => {
    const { labels, left, right, junk } = twoHalves(2000, 4);
    const strong = left.map((margin, i) => margin + right[i]);
    const candidates = [junk, left, strong, right].map((margins) => ({ margins }));
    const weights = baggedBlend('binary', candidates, labels, 1, { steps: 8, maxMembers: 2, bags: 5, seed: 1 });
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBeCloseTo(1, 12);
    expect(weights.filter((weight) => weight > 0).length).toBeLessThanOrEqual(2);
    expect(weights.indexOf(Math.max(...weights))).toBe(2);
  });
});

describe('D5 stacking', () => {
  it('finds the weights and intercept of a regression with weights that do not sum to 1', () => {
    const rng = createRng(6);
    const a = Float64Array.from({ length: 5000 }, () => 50 + 3 * rng.normal());
    const b = Float64Array.from({ length: 5000 }, () => 50 + 3 * rng.normal());
    const labels = a.map((value, i) => 0.9 * value + 0.6 * b[i] - 20);
    const stack = fitStack('regression', [a, b], labels, 1, [0.5, 0.5]);
    const rest = applyStack(stack, [a, b], 1).map((value, i) => value - labels[i]);
    expect(Math.sqrt(rest.reduce((sum, each) => sum + each * each, 0) / rest.length)).toBeLessThan(0.05);
    expect(stack.weights[0]).toBeCloseTo(0.9, 1);
    expect(stack.weights[1]).toBeCloseTo(0.6, 1);
  });

  it('never gives a negative weight, keeps to the blend with few rows, and lowers the loss of several classes', () => {
    const { labels, left, junk } = twoHalves(3000, 7);
    const against = left.map((margin) => -margin);
    expect(fitStack('binary', [left, against], labels, 1, [0.5, 0.5]).weights.every((weight) => weight >= 0)).toBe(
      true,
    );
    const few = fitStack('binary', [left.slice(0, 10), junk.slice(0, 10)], labels.slice(0, 10), 1, [0.7, 0.3]);
    expect(Math.abs(few.weights[0] - 0.7)).toBeLessThan(0.1);
    const rng = createRng(8);
    const classes = Float64Array.from({ length: 1500 }, () => rng.int(3));
    const timid = new Float64Array(4500);
    classes.forEach((label, i) => {
      for (let k = 0; k < 3; k++) timid[3 * i + k] = (k === label ? 0.5 : 0) + 0.3 * rng.normal();
    });
    const stack = fitStack('multiclass', [timid], classes, 3, [1]);
    const before = marginLoss('multiclass', timid, classes, 3);
    expect(marginLoss('multiclass', applyStack(stack, [timid], 3), classes, 3)).toBeLessThan(before - 0.1);
  });
});
