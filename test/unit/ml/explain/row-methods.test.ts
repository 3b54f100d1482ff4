import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { compareContributions, spearman } from '../../../../main/ml/explain/agreement.ts';
import { explainRowSteps, type RowExplanationInput } from '../../../../main/ml/explain/explain-row.ts';
import { kernelShap } from '../../../../main/ml/explain/kernel-shap.ts';
import { lime } from '../../../../main/ml/explain/lime.ts';
import { rowSeed, takeRows } from '../../../../main/ml/explain/rows.ts';
import { marginScorer } from '../../../../main/ml/explain/score.ts';
import { runSteps, type ScoringSteps } from '../../../../main/ml/explain/steps.ts';
import type { Frame } from '../../../../main/ml/frame.ts';
import type { FittedRecipe } from '../../../../main/ml/model-spec.ts';
import { explainMargins } from '../../../../main/ml/predict.ts';
import { applyRecipe } from '../../../../main/ml/recipe/apply.ts';
import { frameOf, inputsOf, numbers } from '../../../helpers/frames.ts';
import { trainedModel } from '../../../helpers/trained-model.ts';

const rowOf = (frame: Frame, row: number): Frame => takeRows(frame, Int32Array.of(row));
const head = (frame: Frame, count: number): Frame =>
  takeRows(
    frame,
    Int32Array.from({ length: count }, (_, i) => i),
  );
const close = (a: ArrayLike<number>, b: ArrayLike<number>, digits: number): void => {
  for (let i = 0; i < b.length; i++) expect(a[i]).toBeCloseTo(b[i], digits);
};

/** A linear function of `count` columns with weights 1, 2, …: its Shapley values are known. */
function linearCase(count: number, interaction = 0) {
  const rng = createRng(5);
  const rows = 150;
  const frame = frameOf(
    ...Array.from({ length: count }, (_, c) =>
      numbers(
        `x${c}`,
        Array.from({ length: rows }, () => rng.normal()),
      ),
    ),
  );
  const recipe: FittedRecipe = {
    inputs: inputsOf(frame),
    features: frame.columns.map(({ name }) => ({ kind: 'numeric', name, source: name })),
  };
  const cell = (part: Frame, c: number, i: number): number => {
    const column = part.columns[c];
    return column.type === 'string' ? 0 : column.values[i];
  };
  const score = (part: Frame): Float64Array =>
    Float64Array.from({ length: part.rowCount }, (_, i) => {
      let sum = interaction * cell(part, 0, i) * cell(part, 1, i);
      for (let c = 0; c < count; c++) sum += (c + 1) * cell(part, c, i);
      return sum;
    });
  const truth = (row: number, background: Frame): number[] =>
    Array.from({ length: count }, (_, c) => {
      let mean = 0;
      for (let i = 0; i < background.rowCount; i++) mean += cell(background, c, i) / background.rowCount;
      return (c + 1) * (cell(frame, c, row) - mean);
    });
  return { frame, recipe, score, truth };
}

describe('G2 KernelSHAP', () => {
  const { frame, recipe, score, truth } = linearCase(20);
  const background = head(frame, 60);
  const explain = (seed: number) => runSteps(kernelShap({ recipe, row: rowOf(frame, 3), background, seed }), score);

  it('G2 finds the values of an additive function from few coalitions, with errors of zero', () => {
    const found = explain(1);
    expect(found.exact).toBe(false);
    expect(found.converged).toBe(true);
    close(found.values, truth(3, background), 6);
    expect(found.coalitions).toBeLessThan(200);
  });

  it('G2 gives the same answer for the same seed, and adds up for any', () => {
    const { frame: f, recipe: r, score: s } = linearCase(14, 3);
    const run = (seed: number) =>
      runSteps(kernelShap({ recipe: r, row: rowOf(f, 9), background: head(f, 40), seed, tolerance: 0.02 }), s);
    expect(run(7)).toEqual(run(7));
    const [a, b] = [run(7), run(8)];
    for (const found of [a, b]) {
      expect(found.values.reduce((sum, value) => sum + value, found.base)).toBeCloseTo(found.output, 9);
    }
    expect(a.values).not.toEqual(b.values);
  });

  it('G2 drawn values lie within their standard errors of the exact ones', () => {
    const { frame: f, recipe: r, score: s } = linearCase(10, 6);
    const input = { recipe: r, row: rowOf(f, 4), background: head(f, 40), seed: 2 };
    const exact = runSteps(kernelShap(input), s);
    expect(exact.exact).toBe(true);
    const drawn = runSteps(kernelShap({ ...input, exactPlayers: 0, tolerance: 0.02, mostCoalitions: 400 }), s);
    expect(Math.max(...drawn.standardErrors)).toBeGreaterThan(0);
    exact.values.forEach((value, c) => {
      expect(Math.abs(drawn.values[c] - value)).toBeLessThan(4.5 * drawn.standardErrors[c] + 1e-9);
    });
  });

  it('G2 plays the weakest of very many columns together and still adds up', () => {
    const { frame: f, recipe: r, score: s } = linearCase(80);
    const found = runSteps(kernelShap({ recipe: r, row: rowOf(f, 2), background: head(f, 20), seed: 1 }), s);
    expect(found.restColumns).toBe(20);
    const sum = found.values.reduce((total, value) => total + value, found.base + found.rest);
    expect(sum).toBeCloseTo(found.output, 8);
    expect(Math.abs(found.values[79])).toBeGreaterThan(0);
  });

  it('G2 stops between two blocks when it is told to', () => {
    const steps = kernelShap({ recipe, row: rowOf(frame, 3), background, seed: 1 });
    let asked = 0;
    expect(() => runSteps(steps, score, { stop: { stopped: () => asked++ > 0 } })).toThrow(/cancelled/);
  });
});

describe('G2 LIME', () => {
  const { spec, frame } = trainedModel('binary', { rowCount: 800, rounds: 20, leaves: 12 });
  const background = head(frame, 300);
  const score = marginScorer(spec, 0);
  const explain = (row: number) => {
    const alone = rowOf(frame, row);
    return runSteps(lime({ recipe: spec.recipe, row: alone, background, seed: rowSeed(alone, 0) }), score);
  };

  it('G2 is seeded by the row itself: asked again, it answers the same', () => {
    expect(explain(5)).toEqual(explain(5));
    expect(rowSeed(frame, 5)).toBe(rowSeed(rowOf(frame, 5), 0));
    expect(rowSeed(frame, 5)).not.toBe(rowSeed(frame, 6));
  });

  it('G2 repeats until the ranks hold, and tells how well they do', () => {
    const found = explain(11);
    expect(found.stable).toBe(true);
    expect(found.runs).toBeGreaterThanOrEqual(5);
    expect(found.rankCorrelation).toBeGreaterThan(0.7);
    expect(found.fidelity).toBeGreaterThan(0);
    expect(found.fidelity).toBeLessThanOrEqual(1);
    expect(found.values.reduce((sum, value) => sum + value, found.base)).toBeCloseTo(found.localOutput, 9);
  });

  it('G2 agrees with exact contributions where the function is additive', () => {
    const { frame: f, recipe, score: s, truth } = linearCase(8);
    const alone = rowOf(f, 3);
    const found = runSteps(lime({ recipe, row: alone, background: f, seed: 1 }), s);
    expect(compareContributions(found.values, truth(3, f)).topShared).toBeGreaterThanOrEqual(0.8);
    expect(spearman(Array.from(found.values), truth(3, f))).toBeGreaterThan(0.85);
  });

  it('G2 knows categories and gaps: rows with missing cells and rare levels are explained', () => {
    const columns = frame.columns;
    const gap = Array.from({ length: frame.rowCount }, (_, i) => i).find((i) => {
      const income = columns[0];
      const city = columns[2];
      return income.type !== 'string' && Number.isNaN(income.values[i]) && city.type === 'string' && city.codes[i] >= 0;
    });
    const found = explain(gap ?? 0);
    expect(found.values.every(Number.isFinite)).toBe(true);
  });
});

describe('G2 and G4 one row through every method', () => {
  const { spec, frame } = trainedModel('binary', { rowCount: 800, rounds: 20, leaves: 12 });
  const background = head(frame, 200);
  const exact = (rows: Frame) => explainMargins(spec, applyRecipe(spec.recipe, rows), 0);
  const explain = (more: Partial<RowExplanationInput>) =>
    runSteps(
      explainRowSteps({
        recipe: spec.recipe,
        row: rowOf(frame, 7),
        background,
        method: 'treeshap',
        warranty: false,
        unseen: [],
        exact,
        ...more,
      }) as ScoringSteps<ReturnType<typeof explainRowSteps> extends ScoringSteps<infer R> ? R : never>,
      marginScorer(spec, 0),
    );

  it('G2 tells how a sampled method agrees with SHAP', () => {
    const found = explain({ method: 'kernelshap' });
    expect(found.agreement?.topShared).toBeGreaterThanOrEqual(0.6);
    expect(found.additivityError).toBeLessThan(1e-9);
    expect(explain({}).agreement).toBeNull();
  });

  it('G2 explains a model without exact contributions by KernelSHAP', () => {
    const found = explain({ exact: null });
    expect(found.method).toBe('kernelshap');
    expect(found.agreement).toBeNull();
    expect(found.additivityError).toBeLessThan(1e-9);
  });

  it('G4 the warranty names every aspect and does not change the explanation', () => {
    const plain = explain({});
    const found = explain({ warranty: true });
    expect(found.values).toEqual(plain.values);
    expect(found.warranty?.aspects.map(({ aspect }) => aspect)).toEqual([
      'additivity',
      'stability',
      'agreement',
      'faithfulness',
      'support',
    ]);
  });
});
