import { describe, expect, it } from 'vitest';
import type { FeatureSpec, ModelSpec, TreeEnsemble } from '../../../../main/ml/model-spec.ts';
import { buildOnnx } from '../../../../main/ml/onnx/build-onnx.ts';
import { decodeModel, encodeModel } from '../../../../main/ml/onnx/codec.ts';
import { nextFloat32, previousFloat32 } from '../../../../main/ml/onnx/float32-neighbours.ts';
import { onnxOutputNames } from '../../../../main/ml/onnx/output-names.ts';
import { buildParityRows } from '../../../../main/ml/onnx/parity-rows.ts';
import { numbers, runOrt } from '../../../helpers/ort-run.ts';
import { randomModel } from '../../../helpers/random-model.ts';

const meta = { producerVersion: '0.1.0', modelName: 'test' };

/** A regression tree that asks one question: left leaf 1, right leaf 2. */
function stump(
  feature: FeatureSpec,
  split: { threshold?: number; members?: number[]; missingLeft: boolean },
): ModelSpec {
  const type = feature.kind === 'category' ? 'string' : feature.kind === 'numeric' ? 'double' : 'timestamp';
  const members = split.members;
  const bits = new Uint32Array(4);
  for (const code of members ?? []) bits[code >>> 5] |= 1 << (code & 31);
  const trees: TreeEnsemble = {
    outputCount: 1,
    baseScore: Float64Array.of(0),
    treeRoot: Int32Array.of(0),
    treeOutput: Int32Array.of(0),
    feature: Int32Array.of(0, -1, -1),
    threshold: Float32Array.of(split.threshold ?? 0, 0, 0),
    left: Int32Array.of(1, -1, -1),
    right: Int32Array.of(2, -1, -1),
    missingLeft: Uint8Array.of(split.missingLeft ? 1 : 0, 0, 0),
    categoryOffset: Int32Array.of(members ? 0 : -1, -1, -1),
    categoryWords: Int32Array.of(members ? 4 : 0, 0, 0),
    categoryBits: bits,
    value: Float32Array.of(0, 1, 2),
    cover: Float64Array.of(2, 1, 1),
    gain: new Float32Array(3),
  };
  return {
    task: 'regression',
    classes: [],
    outputCount: 1,
    recipe: { inputs: [{ name: feature.source, type, logicalType: 'number' }], features: [feature] },
    members: [{ kind: 'trees', weight: 1, trees }],
    calibration: { kind: 'identity' },
  };
}

const predictDoubles = async (spec: ModelSpec, values: number[]): Promise<number[]> => {
  const column = { type: 'double', name: 'x', values: Float64Array.from(values) } as const;
  return numbers(await runOrt(buildOnnx(spec, meta), { rowCount: values.length, columns: [column] }), 'prediction');
};

const predictTexts = async (spec: ModelSpec, values: string[]): Promise<number[]> => {
  const column = { type: 'string', name: 'x', codes: Int32Array.from(values, (_, i) => i), levels: values } as const;
  return numbers(await runOrt(buildOnnx(spec, meta), { rowCount: values.length, columns: [column] }), 'prediction');
};

describe('F1 numeric splits in the exported graph', () => {
  const numeric = { kind: 'numeric', name: 'x', source: 'x' } as const;
  const t = Math.fround(0.1);

  it('compares in float32: the threshold goes left, the next number above right', async () => {
    const spec = stump(numeric, { threshold: t, missingLeft: false });
    const values = [
      t,
      nextFloat32(t),
      previousFloat32(t),
      0.1,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      1e300,
    ];
    expect(await predictDoubles(spec, values)).toEqual([1, 2, 1, 1, 2, 1, 2]);
  });

  it('rounds doubles to the nearest float32, ties to even, before comparing', async () => {
    const tie = (t + nextFloat32(t)) / 2;
    const spec = stump(numeric, { threshold: t, missingLeft: false });
    const values = [tie, tie * (1 + Number.EPSILON), tie * (1 - Number.EPSILON)];
    expect(await predictDoubles(spec, values)).toEqual(values.map((v) => (Math.fround(v) <= t ? 1 : 2)));
  });

  it.each([true, false])('sends missing values left: %s', async (missingLeft) => {
    expect(await predictDoubles(stump(numeric, { threshold: 5, missingLeft }), [Number.NaN, 1, 9])).toEqual([
      missingLeft ? 1 : 2,
      1,
      2,
    ]);
  });

  it('keeps infinite thresholds', async () => {
    const spec = stump(numeric, { threshold: Number.NEGATIVE_INFINITY, missingLeft: true });
    expect(await predictDoubles(spec, [Number.NaN, Number.NEGATIVE_INFINITY, -1e300, 0])).toEqual([1, 1, 1, 2]);
  });
});

describe('F1 category splits in the exported graph', () => {
  const levels = Array.from({ length: 100 }, (_, i) => `level ${i}`);
  const category = { kind: 'category', name: 'x', source: 'x', levels } as const;
  const values = [...levels, 'unseen', ''];
  const expected = (members: number[], missingLeft: boolean): number[] => [
    ...levels.map((_, code) => (members.includes(code) ? 1 : 2)),
    members.includes(100) ? 1 : 2,
    missingLeft ? 1 : 2,
  ];

  it.each([
    ['a few', [0, 3, 99]],
    ['one', [42]],
    ['none', []],
    ['only the unseen level', [100]],
    ['all but one', Array.from({ length: 101 }, (_, i) => i).filter((i) => i !== 7)],
    ['all', Array.from({ length: 101 }, (_, i) => i)],
    ['every second', Array.from({ length: 51 }, (_, i) => 2 * i)],
  ])('tells %s of 100 levels from the rest, unseen and missing included', async (_, members) => {
    for (const missingLeft of [true, false]) {
      const spec = stump(category, { members, missingLeft });
      expect(await predictTexts(spec, values)).toEqual(expected(members, missingLeft));
    }
  });
});

describe('F1 date parts in the exported graph', () => {
  const instants = [
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00Z',
    '1968-02-29T12:00:00Z',
    '1900-02-28T00:00:00Z',
    '1900-03-01T00:00:00Z',
    '2000-02-29T23:00:00Z',
    '2100-03-01T00:00:00Z',
    '1600-01-01T01:00:00Z',
    '0001-01-01T00:00:00Z',
    '9999-12-31T23:59:59Z',
  ]; // prettier-ignore
  it.each([
    ['year', (d: Date) => d.getUTCFullYear()],
    ['month', (d: Date) => d.getUTCMonth() + 1],
    ['day', (d: Date) => d.getUTCDate()],
    ['weekday', (d: Date) => (d.getUTCDay() + 6) % 7],
    ['hour', (d: Date) => d.getUTCHours()],
    ['elapsed_days', (d: Date) => Math.fround(d.getTime() / 86_400_000)],
  ] as const)('computes %s before and after 1970', async (part, of) => {
    const feature = { kind: 'date-part', name: part, source: 'x', part } as const;
    const spec: ModelSpec = {
      ...stump(feature, { threshold: 0, missingLeft: true }),
      members: [
        {
          kind: 'linear',
          weight: 1,
          linear: {
            outputCount: 1,
            intercept: [0],
            termMeans: [[0]],
            terms: [
              {
                kind: 'numeric',
                feature: 0,
                mean: 0,
                scale: 1,
                low: -1e9,
                high: 1e9,
                impute: -77,
                weights: [1],
                missingWeights: [0],
              },
            ],
          },
        },
      ],
    };
    const column = {
      type: 'timestamp',
      name: 'x',
      values: Float64Array.from([...instants.map((t) => Date.parse(t) * 1000), Number.NaN]),
    } as const;
    const outputs = await runOrt(buildOnnx(spec, meta), { rowCount: column.values.length, columns: [column] });
    expect(numbers(outputs, 'prediction')).toEqual([...instants.map((t) => of(new Date(t))), -77]);
  });
});

describe('F1 the file', () => {
  it('is the same for equal models and survives reading and writing', () => {
    const bytes = buildOnnx(randomModel({ task: 'binary', seed: 1 }), meta);
    expect(buildOnnx(randomModel({ task: 'binary', seed: 1 }), meta)).toEqual(bytes);
    expect(encodeModel(decodeModel(bytes))).toEqual(bytes);
  });

  it('keeps an input named like an output apart from it', async () => {
    const spec = randomModel({ task: 'binary', seed: 1 });
    expect(onnxOutputNames(spec).label).toBe('label_');
    const outputs = await runOrt(buildOnnx(spec, meta), buildParityRows(spec, null, { rowCount: 3, seed: 1 }));
    expect(Object.keys(outputs).sort()).toEqual(['label_', 'margin', 'probabilities', 'probability']);
    expect(outputs.probability.dims).toEqual([3]);
    expect(outputs.probabilities.dims).toEqual([3, 2]);
    expect(outputs.margin.dims).toEqual([3, 1]);
  });

  it('gives constants and single rows their row count', async () => {
    const spec = randomModel({ task: 'multiclass', seed: 1, members: ['constant'] });
    const outputs = await runOrt(buildOnnx(spec, meta), buildParityRows(spec, null, { rowCount: 1, seed: 1 }));
    expect(outputs.margin.dims).toEqual([1, 3]);
  });

  it('refuses bytes that are no model', () => {
    expect(() => decodeModel(Uint8Array.from([1, 2, 3, 250, 255]))).toThrow(/not an ONNX model/);
    expect(() => decodeModel(new Uint8Array())).toThrow(/not an ONNX model/);
  });

  it('refuses a model without inputs', () => {
    const spec = randomModel({ task: 'binary', seed: 1, members: ['constant'] });
    expect(() => buildOnnx({ ...spec, recipe: { inputs: [], features: [] } }, meta)).toThrow(/without input columns/);
  });
});

describe('F1 hard rows', () => {
  it('hold every threshold with both neighbours, every level, and the rows asked for', () => {
    const spec = randomModel({ task: 'binary', seed: 4, leafCount: 60 });
    const rows = buildParityRows(spec, null, { rowCount: 6_000, seed: 2 });
    const tenure = rows.columns.find((column) => column.name === 'tenure');
    const found = new Set(tenure?.type === 'double' ? tenure.values : []);
    let thresholds = 0;
    for (const member of spec.members) {
      if (member.kind !== 'trees') continue;
      member.trees.feature.forEach((feature, node) => {
        if (spec.recipe.features[feature]?.source !== 'tenure') return;
        const t = member.trees.threshold[node];
        thresholds++;
        for (const value of [t, nextFloat32(t), previousFloat32(t)]) expect(found).toContain(value);
      });
    }
    expect(thresholds).toBeGreaterThan(50);
    const city = rows.columns.find((column) => column.name === 'city');
    const levels = spec.recipe.features.flatMap((feature) =>
      feature.kind === 'category' && feature.source === 'city' ? feature.levels : [],
    );
    expect(city?.type === 'string' ? city.levels : []).toEqual(expect.arrayContaining(levels));
    expect(buildParityRows(spec, null, { rowCount: 6_000, seed: 2 })).toEqual(rows);
  });
});

describe('float32 neighbours', () => {
  it('step over zero, denormals and the largest number', () => {
    expect(nextFloat32(0)).toBe(2 ** -149);
    expect(previousFloat32(0)).toBe(-(2 ** -149));
    expect(nextFloat32(-(2 ** -149))).toBe(-0);
    expect(nextFloat32(1)).toBe(1 + 2 ** -23);
    expect(previousFloat32(1)).toBe(1 - 2 ** -24);
    expect(nextFloat32(3.4028234663852886e38)).toBe(Number.POSITIVE_INFINITY);
    expect(nextFloat32(Number.NaN)).toBeNaN();
  });
});
