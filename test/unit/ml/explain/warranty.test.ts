import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { explainRowSteps } from '../../../../main/ml/explain/explain-row.ts';
import { takeRows } from '../../../../main/ml/explain/rows.ts';
import { marginScorer } from '../../../../main/ml/explain/score.ts';
import { runSteps } from '../../../../main/ml/explain/steps.ts';
import { createSupport } from '../../../../main/ml/explain/support.ts';
import { gradeWarranty, type Warranty, type WarrantyEvidence } from '../../../../main/ml/explain/warranty.ts';
import type { Frame } from '../../../../main/ml/frame.ts';
import type { ModelSpec, TreeEnsemble } from '../../../../main/ml/model-spec.ts';
import { explainMargins } from '../../../../main/ml/predict.ts';
import { applyRecipe } from '../../../../main/ml/recipe/apply.ts';
import { frameOf, inputsOf, numbers } from '../../../helpers/frames.ts';

const names = ['a', 'b', 'c', 'd', 'e'];
const rng = createRng(9);
const rows: Frame = frameOf(
  ...names.map((name) =>
    numbers(
      name,
      Array.from({ length: 300 }, () => rng.next()),
    ),
  ),
);

/** Stumps, one a threshold, as an ensemble. */
function stumps(
  parts: readonly { readonly feature: number; readonly threshold: number; readonly step: number }[],
): TreeEnsemble {
  const count = 3 * parts.length;
  const ensemble: TreeEnsemble = {
    outputCount: 1,
    baseScore: Float64Array.of(0),
    treeRoot: Int32Array.from(parts, (_, i) => 3 * i),
    treeOutput: new Int32Array(parts.length),
    feature: new Int32Array(count).fill(-1),
    threshold: new Float32Array(count),
    left: new Int32Array(count).fill(-1),
    right: new Int32Array(count).fill(-1),
    missingLeft: new Uint8Array(count),
    categoryOffset: new Int32Array(count).fill(-1),
    categoryWords: new Int32Array(count),
    categoryBits: new Uint32Array(0),
    value: new Float32Array(count),
    cover: new Float64Array(count),
    gain: new Float32Array(count),
  };
  parts.forEach(({ feature, threshold, step }, i) => {
    ensemble.feature[3 * i] = feature;
    ensemble.threshold[3 * i] = threshold;
    ensemble.left[3 * i] = 3 * i + 1;
    ensemble.right[3 * i] = 3 * i + 2;
    ensemble.value[3 * i + 1] = -step / 2;
    ensemble.value[3 * i + 2] = step / 2;
    ensemble.cover.set([100, 100 * threshold, 100 - 100 * threshold], 3 * i);
  });
  return ensemble;
}

const modelOf = (parts: Parameters<typeof stumps>[0]): ModelSpec => ({
  task: 'regression',
  classes: [],
  outputCount: 1,
  recipe: {
    inputs: inputsOf(rows),
    features: names.map((name) => ({ kind: 'numeric', name, source: name })),
  },
  members: [{ kind: 'trees', weight: 1, trees: stumps(parts) }],
  calibration: { kind: 'identity' },
});

function warrantyOf(spec: ModelSpec, row: Frame): Warranty {
  const { warranty } = runSteps(
    explainRowSteps({
      recipe: spec.recipe,
      row,
      background: rows,
      method: 'treeshap',
      warranty: true,
      unseen: [],
      exact: (frame) => explainMargins(spec, applyRecipe(spec.recipe, frame), 0),
    }),
    marginScorer(spec, 0),
  );
  if (warranty === null) throw new Error('no warranty');
  return warranty;
}

const rowOf = (values: readonly number[]): Frame => frameOf(...names.map((name, c) => numbers(name, [values[c]])));
const gradeOf = (warranty: Warranty, aspect: string) => warranty.aspects.find((each) => each.aspect === aspect)?.grade;

describe('G4 the warranty of an explanation', () => {
  const smooth = modelOf([
    { feature: 0, threshold: 0.4, step: 8 },
    { feature: 1, threshold: 0.6, step: 5 },
    { feature: 2, threshold: 0.5, step: 1 },
    { feature: 3, threshold: 0.5, step: 0.5 },
    { feature: 4, threshold: 0.5, step: 0.2 },
  ]);

  it('G4 a plain function far from its edges is graded A', () => {
    const warranty = warrantyOf(smooth, rowOf([0.8, 0.9, 0.8, 0.2, 0.8]));
    expect(warranty.grade).toBe('A');
    expect(warranty.low).toBe(false);
  });

  it('G4 a planted function that jumps all the time is graded low, for its instability', () => {
    // Alternating steps so close that a move of a few percent crosses many of them
    const jumpy = modelOf(
      Array.from({ length: 400 }, (_, i) => ({
        feature: i % 5,
        threshold: 0.01 + (0.98 * Math.floor(i / 5)) / 80,
        step: (Math.floor(i / 5) % 2 === 0 ? 1 : -1) * (3 + (i % 5)),
      })),
    );
    const warranty = warrantyOf(jumpy, rowOf([0.801, 0.62, 0.333, 0.47, 0.55]));
    expect(warranty.low).toBe(true);
    expect(['C', 'D']).toContain(gradeOf(warranty, 'stability'));
    expect(warranty.words).toMatch(/^Grade [CD]: .*differ by a few percent/);
  });

  it('G4 a row far from everything known is graded low, for its support', () => {
    const warranty = warrantyOf(smooth, rowOf([9, 9, 9, -8, 9]));
    expect(gradeOf(warranty, 'support')).toBe('D');
    expect(warranty.low).toBe(true);
  });

  it('G4 support ranks a row against how near known rows are to each other', () => {
    const support = createSupport(smooth.recipe, rows);
    const [known] = support(takeRows(rows, Int32Array.of(4)));
    expect(known.distance).toBe(0);
    expect(known.fartherShare).toBe(1);
    const [far] = support(rowOf([3, 3, 3, 3, 3]));
    expect(far.fartherShare).toBe(0);
    expect(far.distance).toBeGreaterThan(far.typical);
  });
});

describe('G4 grades', () => {
  const good: WarrantyEvidence = {
    additivityError: 1e-12,
    localGap: null,
    seedStability: null,
    stability: { kept: 0.97, topKept: 1, neighbours: 24 },
    agreement: { with: 'LIME', measured: { rankCorrelation: 0.9, topShared: 1, sameSign: 1, top: 5 } },
    faithfulness: { columns: ['a'], moved: 2, movedAtRandom: 0.1, beaten: 1 },
    support: { distance: 0.02, typical: 0.03, fartherShare: 0.7 },
    unseen: [],
  };
  const broken: readonly (readonly [string, Partial<WarrantyEvidence>])[] = [
    ['additivity', { additivityError: 0.2 }],
    ['seed', { seedStability: 0.3 }],
    ['stability', { stability: { kept: 0.2, topKept: 0.1, neighbours: 24 } }],
    ['faithfulness', { faithfulness: { columns: ['a'], moved: 0, movedAtRandom: 1, beaten: 0.1 } }],
    ['support', { unseen: ['a', 'b', 'c'] }],
  ];

  it('G4 good evidence is an A', () => {
    expect(gradeWarranty(good)).toMatchObject({ grade: 'A', low: false });
  });

  it.each(broken)('G4 the weakest aspect decides: %s', (aspect, change) => {
    const found = gradeWarranty({ ...good, ...change });
    expect(found.low).toBe(true);
    expect(found.aspects.find((each) => each.aspect === aspect)?.grade).toBe(found.grade);
    expect(found.words.startsWith(`Grade ${found.grade}: `)).toBe(true);
  });

  it('G4 disagreement with LIME alone is no more than a warning', () => {
    const measured = { rankCorrelation: -0.5, topShared: 0, sameSign: 0, top: 5 };
    expect(gradeWarranty({ ...good, agreement: { with: 'LIME', measured } }).grade).toBe('C');
    const half = { rankCorrelation: 0.5, topShared: 0.6, sameSign: 0.6, top: 5 };
    expect(gradeWarranty({ ...good, agreement: { with: 'LIME', measured: half } }).low).toBe(false);
  });
});
