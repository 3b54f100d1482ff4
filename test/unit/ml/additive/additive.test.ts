import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { coarsen, featureCells } from '../../../../main/ml/additive/cells.ts';
import { applyEdits, type CurveEdit } from '../../../../main/ml/additive/edits.ts';
import { fastGain } from '../../../../main/ml/additive/fast.ts';
import { fitAdditive } from '../../../../main/ml/additive/fit.ts';
import { isotonic } from '../../../../main/ml/additive/isotonic.ts';
import { mergeAdditive } from '../../../../main/ml/additive/merge.ts';
import { resolveAdditiveParams } from '../../../../main/ml/additive/params.ts';
import { additiveContributions, predictAdditive, termCells } from '../../../../main/ml/additive/predict.ts';
import { purify } from '../../../../main/ml/additive/purify.ts';
import { decodeAdditive, encodeAdditive } from '../../../../main/ml/additive/serialize.ts';
import { cellsOf, draftOf } from '../../../../main/ml/additive/tables.ts';
import { additiveTrees } from '../../../../main/ml/additive/to-trees.ts';
import type { FeatureMatrix } from '../../../../main/ml/frame.ts';
import type { FittedRecipe, Task } from '../../../../main/ml/model-spec.ts';
import { predictTrees } from '../../../../main/ml/trees/predict.ts';

const control = { stop: neverStop, deadline: () => false };
const levels = ['a', 'b', 'c', 'd'];
const recipe: FittedRecipe = {
  inputs: [
    { name: 'x', type: 'double', logicalType: 'number' },
    { name: 'z', type: 'double', logicalType: 'number' },
    { name: 'c', type: 'string', logicalType: 'text' },
    { name: 'n', type: 'double', logicalType: 'number' },
  ],
  features: [
    { kind: 'numeric', name: 'x', source: 'x' },
    { kind: 'numeric', name: 'z', source: 'z' },
    { kind: 'category', name: 'c', source: 'c', levels },
    { kind: 'numeric', name: 'n', source: 'n' },
  ],
};
const kinds = [
  { kind: 'numeric' },
  { kind: 'numeric' },
  { kind: 'category', levelCount: levels.length },
  { kind: 'numeric' },
] as const;

/** x and z act together, c on its own, n is noise; a tenth of x is missing and that matters. */
function sample(rowCount: number, seed = 1): { matrix: FeatureMatrix; score: Float64Array } {
  const rng = createRng(seed);
  const columns = Array.from({ length: 4 }, () => new Float32Array(rowCount));
  const score = new Float64Array(rowCount);
  for (let i = 0; i < rowCount; i++) {
    const [x, z] = [rng.next() * 4 - 2, rng.next() * 4 - 2];
    const c = Math.min(3, Math.floor(-Math.log(1 - rng.next()) * 1.2));
    const isMissing = rng.next() < 0.1;
    columns[0][i] = isMissing ? Number.NaN : x;
    columns[1][i] = z;
    columns[2][i] = c;
    columns[3][i] = rng.normal();
    score[i] = (isMissing ? 1.5 : Math.sin(x) + (x > 0 === z > 0 ? 1.2 : -1.2)) + [0, 1, -1, 0.5][c];
  }
  return { matrix: { rowCount, columns }, score };
}

function fitted(task: Task, rowCount = 1500, seed = 1, rows?: Int32Array) {
  const { matrix, score } = sample(rowCount);
  const rng = createRng(77);
  const outputCount = task === 'multiclass' ? 3 : 1;
  const label = score.map((s) => {
    if (task === 'regression') return 100 + 10 * s + rng.normal();
    const noisy = s + rng.normal();
    return task === 'binary' ? Number(noisy > 0) : noisy < -1 ? 0 : noisy < 1 ? 1 : 2;
  });
  const params = resolveAdditiveParams({ outerBags: 3, maxBins: 40, rounds: 300, learningRate: 0.08, seed });
  const all = rows ?? Int32Array.from({ length: rowCount }, (_, i) => i);
  const input = { matrix, kinds: [...kinds], label, weight: null, rows: all, task, outputCount };
  return { ...fitAdditive(input, params, control), matrix, label };
}

const largestGap = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]));
  return worst;
};

describe('D2 explainable boosting machine', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)('sums its terms to the margin exactly (%s)', (task) => {
    const { model, matrix } = fitted(task, 600);
    const margins = predictAdditive(model, matrix);
    const summed = new Float64Array(margins.length);
    for (let i = 0; i < summed.length; i++) summed[i] = model.intercept[i % model.outputCount];
    for (const term of model.terms) {
      const cells = termCells(term, matrix);
      for (let i = 0; i < summed.length; i++) {
        const [row, k] = [Math.floor(i / model.outputCount), i % model.outputCount];
        summed[i] += term.values[cells[row] * model.outputCount + k];
      }
    }
    expect([...margins]).toEqual([...summed]);
  });

  it.each(['binary', 'multiclass', 'regression'] as const)('is the same model as trees, bit by bit (%s)', (task) => {
    const { model, matrix } = fitted(task, 600);
    const hard: FeatureMatrix = {
      rowCount: 6,
      columns: matrix.columns.map(() =>
        Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 4, 2),
      ),
    };
    for (const rows of [matrix, hard]) {
      expect([...predictTrees(additiveTrees(model), rows)]).toEqual([...predictAdditive(model, rows)]);
    }
  });

  it('contributes exactly: base and contributions of a row are its margin', () => {
    const { model, matrix } = fitted('binary');
    const margins = predictAdditive(model, matrix);
    const { base, values, featureCount } = additiveContributions(model, matrix);
    for (let i = 0; i < matrix.rowCount; i++) {
      let sum = base[0];
      for (let f = 0; f < featureCount; f++) sum += values[i * featureCount + f];
      expect(Math.abs(sum - margins[i])).toBeLessThan(1e-9);
    }
  });

  it('learns what is there: missing values, categories, and the one pair that acts together', () => {
    const { model, matrix, label } = fitted('binary', 3000);
    const pairs = model.terms.filter((term) => term.features.length === 2).map((term) => term.features.join());
    expect(pairs).toContain('0,1');
    expect(pairs.every((pair) => !pair.includes('3'))).toBe(true);
    const margins = predictAdditive(model, matrix);
    const right = label.filter((y, i) => Number(margins[i] > 0) === y).length / label.length;
    expect(right).toBeGreaterThan(0.82);
  });

  it('gives equal models for equal seeds and others for another seed', () => {
    const bytes = (seed: number): string =>
      Buffer.from(encodeAdditive(fitted('binary', 500, seed).model)).toString('hex');
    expect(bytes(1)).toBe(bytes(1));
    expect(bytes(1)).not.toBe(bytes(2));
  });

  it('survives one row, one class and constant features', () => {
    const matrix = { rowCount: 3, columns: [Float32Array.of(1, 1, 1), Float32Array.of(1, 2, 3)] };
    const label = Float64Array.of(0, 0, 0);
    const rows = Int32Array.of(0, 1, 2);
    const two = [{ kind: 'numeric' }, { kind: 'numeric' }] as const;
    const input = { matrix, kinds: [...two], label, weight: null, rows, task: 'binary' as const, outputCount: 1 };
    const { model } = fitAdditive(input, resolveAdditiveParams({ outerBags: 2, rounds: 5 }), control);
    expect(predictAdditive(model, matrix).every(Number.isFinite)).toBe(true);
    const one = { ...input, rows: Int32Array.of(1) };
    expect(fitAdditive(one, resolveAdditiveParams({ outerBags: 1, rounds: 5 }), control).model.terms).toEqual([]);
  });
});

describe('D2 pairs', () => {
  it('ranks by FAST as brute force over all pairs of cuts does', () => {
    const rng = createRng(5);
    const rowCount = 200;
    const a = Uint8Array.from({ length: rowCount }, () => rng.int(6));
    const b = Uint8Array.from({ length: rowCount }, () => rng.int(4));
    const g = Float64Array.from({ length: rowCount }, () => rng.normal());
    const h = Float64Array.from({ length: rowCount }, () => 0.1 + rng.next());
    const rows = Int32Array.from({ length: rowCount }, (_, i) => i);
    let best = 0;
    for (let i = 0; i < 5; i++) {
      for (let j = 0; j < 3; j++) {
        let score = 0;
        for (const [low, left] of [
          [true, true],
          [true, false],
          [false, true],
          [false, false],
        ]) {
          const inside = [...rows].filter((row) => a[row] <= i === low && b[row] <= j === left);
          const sum = (of: Float64Array): number => inside.reduce((total, row) => total + of[row], 0);
          score += sum(g) ** 2 / (sum(h) + 1);
        }
        best = Math.max(best, score);
      }
    }
    const all = (of: Float64Array): number => of.reduce((total, value) => total + value, 0);
    const expected = best - all(g) ** 2 / (all(h) + 1);
    const found = fastGain({ column: a, cellCount: 6 }, { column: b, cellCount: 4 }, rows, { g: [g], h: [h] }, 1);
    expect(found).toBeCloseTo(expected, 9);
  });

  it('are pure: no line of a pair has a mean of its own, and purifying changes no margin', () => {
    const { model, matrix } = fitted('binary', 3000);
    const pair = model.terms.find((term) => term.features.length === 2);
    if (pair === undefined) throw new Error('the sample has a pair');
    const [n, m] = pair.cuts.map(cellsOf);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let j = 0; j < m; j++) sum += pair.weights[i * m + j] * pair.values[i * m + j];
      expect(Math.abs(sum) / matrix.rowCount).toBeLessThan(1e-6);
    }
    const impure = draftOf(model);
    const at = impure.terms.findIndex((term) => term.features.length === 2);
    const values = impure.terms[at].values.map((value, cell) => value + 0.3 * Math.floor(cell / m) - 0.1 * (cell % m));
    impure.terms[at] = { ...impure.terms[at], values };
    const before = predictAdditive(
      {
        ...model,
        terms: impure.terms.map((t) => ({
          ...t,
          values: Float32Array.from(t.values),
          deviations: Float32Array.from(t.deviations),
          weights: Float32Array.from(t.weights),
        })),
      },
      matrix,
    );
    purify(impure);
    const after = predictAdditive(
      {
        outputCount: 1,
        intercept: impure.intercept,
        terms: impure.terms.map((t) => ({
          ...t,
          values: Float32Array.from(t.values),
          deviations: Float32Array.from(t.deviations),
          weights: Float32Array.from(t.weights),
        })),
      },
      matrix,
    );
    expect(largestGap(before, after)).toBeLessThan(1e-5);
  });

  it('use coarse cells that are runs of the feature’s own', () => {
    const { matrix } = sample(900);
    const rows = Int32Array.from({ length: 900 }, (_, i) => i);
    const cells = featureCells(matrix, [...kinds], rows, 60);
    for (const cell of cells) {
      const coarse = coarsen(cell, rows, 8);
      expect(coarse.groupCount).toBe(coarse.cuts.length + 2);
      expect(coarse.groupCount).toBeLessThanOrEqual(9);
      for (const cut of coarse.cuts) expect([...cell.cuts]).toContain(cut);
      for (let c = 1; c < cell.cellCount; c++) expect(coarse.groupOf[c]).toBeGreaterThanOrEqual(coarse.groupOf[c - 1]);
    }
  });
});

describe('D2 merging of fold models', () => {
  it('is their weighted mean on every row, also where folds know other levels in another order', () => {
    const even = Int32Array.from({ length: 750 }, (_, i) => 2 * i);
    const odd = Int32Array.from({ length: 750 }, (_, i) => 2 * i + 1);
    const a = fitted('binary', 1500, 1, even);
    const b = fitted('binary', 1500, 2, odd);
    // The second fold calls the levels by other codes, and has never seen "d".
    const own = ['c', 'a', 'b'];
    const turned: FittedRecipe = {
      ...recipe,
      features: recipe.features.map((feature) => (feature.kind === 'category' ? { ...feature, levels: own } : feature)),
    };
    const inOwnCodes: FeatureMatrix = {
      ...b.matrix,
      columns: b.matrix.columns.map((column, f) =>
        f === 2 ? column.map((code) => (own.indexOf(levels[code]) < 0 ? 3 : own.indexOf(levels[code]))) : column,
      ),
    };
    const merged = mergeAdditive(
      [
        { model: a.model, recipe, share: 0.25 },
        { model: b.model, recipe: turned, share: 0.75 },
      ],
      recipe,
    );
    const [fromA, fromB] = [predictAdditive(a.model, a.matrix), predictAdditive(b.model, inOwnCodes)];
    const expected = fromA.map((margin, i) => 0.25 * margin + 0.75 * fromB[i]);
    expect(largestGap(predictAdditive(merged, a.matrix), expected)).toBeLessThan(1e-5);
    expect(merged.terms.flatMap((term) => [...term.deviations]).every((spread) => spread >= 0)).toBe(true);
  });
});

describe('D2 edits of curves', () => {
  const { model, matrix } = fitted('binary', 1200);
  const at = model.terms.findIndex((term) => term.features.length === 1 && term.features[0] === 1);
  const cells = termCells(model.terms[at], matrix);

  it('score as edited: a range set to a value gives that value, and nothing else moves', () => {
    const edit: CurveEdit = { kind: 'set', term: at, output: 0, from: 3, to: 7, value: 0.25 };
    const made = applyEdits(model, [edit]);
    const [before, after] = [predictAdditive(model, matrix), predictAdditive(made, matrix)];
    for (let i = 0; i < matrix.rowCount; i++) {
      const inside = cells[i] >= 3 && cells[i] <= 7;
      const expected = inside ? before[i] - model.terms[at].values[cells[i]] + 0.25 : before[i];
      if (inside) expect(after[i]).toBeCloseTo(expected, 9);
      else expect(after[i]).toBe(before[i]);
    }
    expect([...predictTrees(additiveTrees(made), matrix)]).toEqual([...after]);
  });

  it('make a curve monotone, keep its weighted mean, and leave a monotone curve alone', () => {
    const last = model.terms[at].weights.length - 2;
    const edit: CurveEdit = { kind: 'monotone', term: at, output: 0, from: 0, to: last, direction: 'down' };
    const once = applyEdits(model, [edit]);
    const values = [...once.terms[at].values.slice(0, last + 1)];
    for (let c = 1; c < values.length; c++) expect(values[c]).toBeLessThanOrEqual(values[c - 1]);
    expect([...applyEdits(once, [edit]).terms[at].values]).toEqual([...once.terms[at].values]);
  });

  it('are isotonic regression: no monotone curve is closer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: -5, max: 5, noNaN: true }), fc.integer({ min: 1, max: 9 })), {
          minLength: 1,
          maxLength: 7,
        }),
        (cells) => {
          const values = Float64Array.from(cells, ([value]) => value);
          const weights = Float64Array.from(cells, ([, weight]) => weight);
          const found = isotonic(values, weights, 'up');
          // The max–min formula, evaluated literally.
          const mean = (from: number, to: number): number => {
            let [sum, mass] = [0, 0];
            for (let i = from; i <= to; i++) [sum, mass] = [sum + weights[i] * values[i], mass + weights[i]];
            return sum / mass;
          };
          found.forEach((value, i) => {
            let best = Number.NEGATIVE_INFINITY;
            for (let from = 0; from <= i; from++) {
              let least = Number.POSITIVE_INFINITY;
              for (let to = i; to < values.length; to++) least = Math.min(least, mean(from, to));
              best = Math.max(best, least);
            }
            expect(value).toBeCloseTo(best, 6);
          });
        },
      ),
    );
  });

  it('smooth, flatten, move and remove', () => {
    const range = { term: at, output: 0, from: 2, to: 20 };
    const rough = (of: Float32Array): number =>
      of.slice(2, 20).reduce((sum, value, i) => sum + Math.abs(of[i + 3] - value), 0);
    const values = (edit: CurveEdit): Float32Array => applyEdits(model, [edit]).terms[at].values;
    const old = model.terms[at].values;
    expect(rough(values({ kind: 'smooth', ...range }))).toBeLessThan(rough(old));
    expect(new Set(values({ kind: 'flatten', ...range }).slice(2, 21)).size).toBe(1);
    expect(values({ kind: 'shift', ...range, by: 0.5 })[5]).toBeCloseTo(old[5] + 0.5, 5);
    expect(values({ kind: 'remove', term: at }).every((value) => value === 0)).toBe(true);
  });

  it('refuse terms, ranges and outputs that are not there', () => {
    const edit = { kind: 'flatten', term: at, output: 0, from: 0, to: 3 } as const;
    expect(() => applyEdits(model, [{ ...edit, term: 99 }])).toThrow(/does not exist/);
    expect(() => applyEdits(model, [{ ...edit, to: 9999 }])).toThrow(/not among/);
    expect(() => applyEdits(model, [{ ...edit, from: 5, to: 3 }])).toThrow(/not among/);
    expect(() => applyEdits(model, [{ ...edit, output: 2 }])).toThrow(/Output 2/);
  });
});

describe('D10 additive models as bytes', () => {
  it('come back equal, and damaged bytes are refused', () => {
    const { model } = fitted('multiclass', 400);
    const bytes = encodeAdditive(model);
    expect(decodeAdditive(bytes)).toEqual(model);
    expect(() => decodeAdditive(bytes.subarray(0, bytes.length - 4))).toThrow(/damaged/);
    expect(() => decodeAdditive(Uint8Array.of(1, 2, 3))).toThrow(/damaged/);
    const broken = bytes.slice();
    new DataView(broken.buffer).setFloat32(broken.length - 4, Number.NaN, true);
    expect(() => decodeAdditive(broken)).toThrow(/broken spread or weight/);
  });
});
