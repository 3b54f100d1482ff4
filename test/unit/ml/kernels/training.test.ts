import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { fastExp } from '../../../../main/ml/kernels/logistic.ts';
import { openTrainingKernels } from '../../../../main/ml/kernels/training.ts';
import type { Task } from '../../../../main/ml/model-spec.ts';
import { applyBins, buildBins, type FeatureKind } from '../../../../main/ml/trees/bins.ts';
import { resolveTreeParams, type TreeParams } from '../../../../main/ml/trees/params.ts';
import { encodeTrees } from '../../../../main/ml/trees/serialize.ts';
import { trainTrees } from '../../../../main/ml/trees/train.ts';
import { testTeam } from '../../../helpers/training-team.ts';
import { allRows, matrixOf, mixedData, type TreeData } from '../../../helpers/trees.ts';

type Choice = 'plain' | 'compiled';
type Extra = { readonly weight?: Float64Array; readonly trainRows?: Int32Array; readonly validRows?: Int32Array };

/** The trained model as text; helpers take part where there are any. */
async function modelOf(
  data: TreeData,
  task: Task,
  outputCount: number,
  params: Partial<TreeParams>,
  choice: Choice,
  helpers = 0,
  { weight, trainRows, validRows }: Extra = {},
): Promise<string> {
  const { matrix, kinds, label } = data;
  const rows = trainRows ?? allRows(matrix.rowCount);
  const kernels = openTrainingKernels(matrix.rowCount * kinds.length, choice);
  const mapper = buildBins(matrix, kinds, rows, { maxBins: 255 }, kernels);
  const { team, ended } = testTeam(helpers);
  const dismiss = kernels.hire(helpers > 0 ? team : null);
  try {
    const { ensemble, validMargins } = trainTrees(
      {
        binned: applyBins(mapper, matrix, kernels),
        mapper,
        kinds,
        label,
        weight: weight ?? null,
        trainRows: rows,
        validRows: validRows ?? null,
        task,
        outputCount,
      },
      resolveTreeParams({ rounds: 6, minDataPerGroup: 10, ...params }),
      { stop: neverStop, earlyStoppingRounds: null },
    );
    return `${Buffer.from(encodeTrees(ensemble)).toString('base64')} ${validMargins?.join() ?? ''}`;
  } finally {
    dismiss();
    await ended();
  }
}

/** More features than a group of eight and a slab of 128, some of them bundled; some missing values and categories. */
function wideData(rowCount: number, numeric: number, seed: number): TreeData {
  const rng = createRng(seed);
  const columns = Array.from({ length: numeric }, (_, f) =>
    Array.from({ length: rowCount }, () =>
      f % 5 === 4 ? Number(rng.int(40) === 0) : rng.next() < 0.05 ? Number.NaN : rng.normal(),
    ),
  );
  columns.push(Array.from({ length: rowCount }, () => rng.int(30)));
  const kinds: FeatureKind[] = columns.map((_, f) => (f === numeric ? 'category' : 'numeric'));
  const label = Float64Array.from(
    { length: rowCount },
    (_, i) => +((columns[0][i] || 0) + (columns[3][i] || 0) * (columns[numeric][i] % 3) + rng.normal() > 0.4),
  );
  return { matrix: matrixOf(columns), kinds, label };
}

const options: readonly (readonly [string, Task, number, Partial<TreeParams>])[] = [
  ['two classes', 'binary', 1, {}],
  ['three classes', 'multiclass', 3, { leaves: 12 }],
  ['numbers', 'regression', 1, { leaves: 63 }],
  ['Huber loss', 'regression', 1, { objective: { kind: 'huber', delta: 0.8 } }],
  ['quantiles', 'regression', 2, { objective: { kind: 'quantile', levels: [0.2, 0.7] } }],
  ['absolute error', 'regression', 1, { objective: { kind: 'absolute' }, baggingFraction: 0.5 }],
  ['Poisson deviance', 'regression', 1, { objective: { kind: 'poisson' } }],
  ['Tweedie deviance', 'regression', 1, { objective: { kind: 'tweedie', power: 1.3 } }],
  ['gamma deviance', 'regression', 1, { objective: { kind: 'gamma' }, ensemble: 'dart' }],
  [
    'sampled rows and features',
    'binary',
    1,
    { baggingFraction: 0.6, featureFraction: 0.6, featureFractionByNode: 0.6, extraTrees: true },
  ],
  ['rows drawn by gradient', 'binary', 1, { sampling: 'goss' }],
  ['a forest', 'binary', 1, { ensemble: 'forest' }],
];

describe('D1 compiled training', () => {
  it.each(options)('gives the same bytes as the TypeScript loops: %s', async (_, task, outputCount, params) => {
    const mixed = mixedData(task, 6007, 11);
    // Deviances take positive targets only
    const data = task === 'regression' ? { ...mixed, label: mixed.label.map((y) => 0.1 + Math.abs(y) / 300) } : mixed;
    const weight = Float64Array.from(data.label, (_y, i) => 0.5 + (i % 7) / 3);
    const extra = {
      trainRows: allRows(6007).filter((row) => row % 5 > 0),
      validRows: allRows(6007).filter((row) => row % 5 === 0),
    };
    for (const given of [extra, { ...extra, weight }]) {
      const plain = await modelOf(data, task, outputCount, params, 'plain', 0, given);
      expect(await modelOf(data, task, outputCount, params, 'compiled', 0, given)).toBe(plain);
    }
  });

  it.each([3, 11, 40, 150])('does so with %i features, bundles, categories and missing values', async (numeric) => {
    const data = wideData(3001, Math.max(4, numeric), numeric);
    const params = { leaves: 40, minDataInLeaf: 5 };
    const plain = await modelOf(data, 'binary', 1, params, 'plain');
    expect(await modelOf(data, 'binary', 1, params, 'compiled')).toBe(plain);
    const drawn = { ...params, featureFraction: 0.5 };
    expect(await modelOf(data, 'binary', 1, drawn, 'compiled')).toBe(await modelOf(data, 'binary', 1, drawn, 'plain'));
  });

  it.each([
    ['few levels, tried one by one', 4, {}],
    ['many levels', 250, {}],
    ['groups of any size', 250, { minDataPerGroup: 1, catSmooth: 0, catL2: 0, maxCatThreshold: 200 }],
    ['penalties', 60, { alpha: 2, lambda: 3, minGain: 0.01 }],
  ] as const)('does so with category columns: %s', async (_, levels, params) => {
    const rng = createRng(levels);
    const columns = Array.from({ length: 5 }, () =>
      Array.from({ length: 5003 }, () => (rng.next() < 0.05 ? Number.NaN : Math.floor(levels * rng.next() ** 2))),
    );
    const label = Float64Array.from({ length: 5003 }, (_y, i) => +(((columns[0][i] || 0) * 7) % 3 > rng.next() * 3));
    const data: TreeData = { matrix: matrixOf(columns), kinds: columns.map(() => 'category'), label };
    const given = { minDataInLeaf: 5, oneHotMax: 4, ...params };
    const plain = await modelOf(data, 'binary', 1, given, 'plain');
    expect(await modelOf(data, 'binary', 1, given, 'compiled')).toBe(plain);
    expect(await modelOf(data, 'binary', 1, given, 'compiled', 2)).toBe(plain);
  });

  it('finds the same cuts and bins for any values', () => {
    const plain = openTrainingKernels(1, 'plain');
    const compiled = openTrainingKernels(1, 'compiled');
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.float(), { minLength: 700, maxLength: 700 }), { minLength: 1, maxLength: 3 }),
        fc.integer({ min: 2, max: 255 }),
        fc.integer({ min: 1, max: 1000 }),
        (lists, maxBins, distinct) => {
          // Few distinct values too, so that some are heavier than a bin
          const columns = lists.map((list) => Float32Array.from(list, (_, i) => list[((i * i) % distinct) % 700]));
          const rows = Int32Array.from({ length: 500 }, (_, i) => (i * 3) % 700);
          for (const chosen of [null, rows]) {
            const expected = plain.findCuts(columns, chosen, maxBins);
            expect(compiled.findCuts(columns, chosen, maxBins)).toEqual(expected);
          }
          const codes = Uint8Array.from({ length: 40 }, (_, i) => i % 7);
          const out = [new Uint8Array(700), compiled.bytes(700)];
          const values = Float32Array.from(columns[0], (x, i) => (i % 3 === 0 ? x : (i % 50) - 3));
          plain.binCodes(values, codes, 8, out[0]);
          compiled.binCodes(values, codes, 8, out[1]);
          expect([...out[1]]).toEqual([...out[0]]);
        },
      ),
      { numRuns: 40 },
    );
  });

  it('gives the same bytes on 1, 2 and 8 threads, on shuffled and on sorted data', async () => {
    const data = mixedData('binary', 90_000, 12);
    const order = allRows(90_000).sort((a, b) => data.label[a] - data.label[b]);
    const sorted: TreeData = {
      kinds: data.kinds,
      label: data.label.slice().sort(),
      matrix: {
        rowCount: 90_000,
        columns: data.matrix.columns.map((column) => Float32Array.from(order, (row) => column[row])),
      },
    };
    const numbers = { ...data, label: data.label.map((y, i) => 3 * y + (i % 11)) };
    const rows = {
      trainRows: allRows(90_000).filter((row) => row % 5 > 0),
      validRows: allRows(90_000).filter((row) => row % 5 === 0),
    };
    const cases = [
      [data, 'binary'],
      [sorted, 'binary'],
      [numbers, 'regression'],
    ] as const;
    for (const [each, task] of cases) {
      const alone = await modelOf(each, task, 1, { rounds: 12 }, 'compiled', 0, rows);
      expect(await modelOf(each, task, 1, { rounds: 12 }, 'compiled', 1, rows)).toBe(alone);
      expect(await modelOf(each, task, 1, { rounds: 12 }, 'compiled', 7, rows)).toBe(alone);
    }
  });

  it('gives the same bytes on 1 and 3 threads for several classes', async () => {
    const data = mixedData('multiclass', 40_000, 13);
    const alone = await modelOf(data, 'multiclass', 3, {}, 'compiled');
    expect(await modelOf(data, 'multiclass', 3, {}, 'compiled', 2)).toBe(alone);
  });

  it('can be hired for again and again, and gives its memory back', async () => {
    const data = mixedData('binary', 40_000, 14);
    const mapper = buildBins(data.matrix, data.kinds, null, { maxBins: 255 });
    const kernels = openTrainingKernels(200_000, 'compiled');
    const binned = applyBins(mapper, data.matrix, kernels);
    const mark = kernels.mark();
    const models = new Set<string>();
    for (let i = 0; i < 4; i++) {
      const { team, ended } = testTeam(1);
      const dismiss = kernels.hire(team);
      const { ensemble } = trainTrees(
        {
          binned,
          mapper,
          kinds: data.kinds,
          label: data.label,
          weight: null,
          trainRows: allRows(40_000),
          validRows: null,
          task: 'binary',
          outputCount: 1,
        },
        resolveTreeParams({ rounds: 3 }),
        { stop: neverStop, earlyStoppingRounds: null },
      );
      models.add(Buffer.from(encodeTrees(ensemble)).toString('base64'));
      dismiss();
      await ended();
      expect(kernels.mark()).toBe(mark);
    }
    expect(models.size).toBe(1);
  });

  it('leads rows through a tree alike', () => {
    const rng = createRng(5);
    const [rowCount, stride] = [40_003, 7];
    // A chain of 90 splits with short branches: rows leave it at very different depths
    const slots = 90;
    const tree = {
      slotFeature: Int32Array.from({ length: slots }, () => rng.int(stride)),
      slotTable: Uint8Array.from({ length: slots * 256 }, () => +(rng.next() < 0.9)),
      slotChild: Int32Array.from({ length: 2 * slots }, (_, i) =>
        i % 2 === 0 ? ~(i >> 1) : i === 2 * slots - 1 ? ~slots : (i >> 1) + 1,
      ),
    };
    const values = Float64Array.from({ length: slots + 1 }, () => rng.normal());
    const bins = Uint8Array.from({ length: rowCount * stride }, () => rng.int(256));
    const rows = allRows(rowCount).filter((row) => row % 3 > 0);
    const expected = new Float64Array(rowCount).fill(0.5);
    openTrainingKernels(1, 'plain').walkRows(tree, values, bins, stride, rows, expected);
    const kernels = openTrainingKernels(1, 'compiled');
    const placed = kernels.bytes(bins.length);
    placed.set(bins);
    const margins = kernels.doubles(rowCount).fill(0.5);
    kernels.walkRows(tree, values, placed, stride, rows, margins);
    expect(margins).toEqual(expected);
  });

  it('has an exponential within 3e-7 of the exact one, and finite beyond its range', () => {
    for (let x = -87; x <= 87; x += 0.0137) {
      const exact = Math.exp(Math.fround(x));
      expect(Math.abs(fastExp(Math.fround(x)) / exact - 1)).toBeLessThan(3e-7);
    }
    for (const x of [-1e30, -100, 100, 1e30]) expect(Number.isFinite(fastExp(x))).toBe(true);
  });
});
