import { describe, expect, it } from 'vitest';
import { createRng } from '../../../main/base/rng.ts';
import { neverStop } from '../../../main/base/stop.ts';
import { explainRow } from '../../../main/compute/tasks/explain-row.ts';
import { packModel } from '../../../main/compute/tasks/model-cache.ts';
import { sampledContributions } from '../../../main/compute/tasks/sampled-contributions.ts';
import { takeRows } from '../../../main/ml/explain/rows.ts';
import { marginScorer } from '../../../main/ml/explain/score.ts';
import type { Frame, RawColumn } from '../../../main/ml/frame.ts';
import type { FittedRecipe, ModelSpec } from '../../../main/ml/model-spec.ts';
import { fitNeighbours } from '../../../main/ml/neighbours/fit.ts';
import { applyRecipe, featureKinds } from '../../../main/ml/recipe/apply.ts';

const names = ['a', 'b', 'c', 'd'];
const recipe: FittedRecipe = {
  inputs: names.map((name) => ({ name, type: 'double', logicalType: 'number' })),
  features: names.map((name) => ({ kind: 'numeric', name, source: name })),
};

const rng = createRng(8);
const rowCount = 160;
const frame: Frame = {
  rowCount,
  columns: names.map((name): RawColumn => {
    return { type: 'double', name, values: Float64Array.from({ length: rowCount }, () => rng.normal()) };
  }),
};

/** Three classes by the first column alone. */
function model(): ModelSpec {
  const matrix = applyRecipe(recipe, frame);
  const label = Float64Array.from(matrix.columns[0], (x) => (x < -0.5 ? 0 : x < 0.5 ? 1 : 2));
  const rows = Int32Array.from({ length: rowCount }, (_, row) => row);
  const kinds = featureKinds(recipe);
  const input = { matrix, kinds, label, rows, task: 'multiclass', outputCount: 3 } as const;
  return {
    task: 'multiclass',
    classes: ['low', 'middle', 'high'],
    outputCount: 3,
    recipe,
    members: [{ kind: 'neighbours', weight: 1, neighbours: fitNeighbours(input, 1, neverStop) }],
    calibration: { kind: 'identity' },
  };
}

const spec = model();
const environment = { stop: neverStop, deadline: () => false, emit: () => {}, now: () => 0 };
const background = takeRows(
  frame,
  Int32Array.from({ length: 20 }, (_, i) => i),
);
const asked = takeRows(
  frame,
  Int32Array.from({ length: 12 }, (_, i) => 30 + i),
);

describe('G2 contributions of k-nearest neighbours in a worker', () => {
  it('explains every output of every row: sums are the margins, the column that decides leads', () => {
    const effort = { backgroundRows: 20, exactPlayers: 8, mostCoalitions: 512 };
    const portable = packModel('neighbours', spec);
    const task = { model: portable, frame: asked, background, outputs: [0, 1, 2], effort };
    const { all, additivityMaxError } = sampledContributions(task, environment);
    expect(additivityMaxError).toBeLessThan(1e-9);
    for (const output of [0, 1, 2]) {
      const margins = marginScorer(spec, output)(asked);
      for (let row = 0; row < asked.rowCount; row++) {
        const values = all[output].values.subarray(4 * row, 4 * row + 4);
        expect(values.reduce((sum, value) => sum + value, all[output].base)).toBeCloseTo(margins[row], 9);
      }
    }
    const size = (column: number): number =>
      all.reduce(
        (sum, { values }) => sum + values.reduce((own, v, i) => own + (i % 4 === column ? Math.abs(v) : 0), 0),
        0,
      );
    expect(size(0)).toBeGreaterThan(Math.max(size(1), size(2), size(3)));
  });

  it('answers the exact method with KernelSHAP and a warranty', () => {
    const row = takeRows(frame, Int32Array.of(30));
    const input = { row, background, method: 'treeshap', warranty: true, unseen: [], output: 2 } as const;
    const found = explainRow({ ...input, model: packModel('neighbours', spec) }, environment);
    expect(found.method).toBe('kernelshap');
    expect(found.kernel?.exact).toBe(true);
    expect(found.additivityError).toBeLessThan(1e-9);
    expect(found.warranty?.aspects.map(({ aspect }) => aspect)).toContain('faithfulness');
  });
});
