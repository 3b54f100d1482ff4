import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { fitNet } from '../../../../main/compute/nets/fit-net.ts';
import { remapNet } from '../../../../main/ml/ensemble/remap.ts';
import type { Frame } from '../../../../main/ml/frame.ts';
import type { FittedRecipe, ModelSpec, Task } from '../../../../main/ml/model-spec.ts';
import type { NetModel } from '../../../../main/ml/nets/net-model.ts';
import { type NetParams, resolveNetParams } from '../../../../main/ml/nets/params.ts';
import { predictNet } from '../../../../main/ml/nets/predict.ts';
import { decodeNet, encodeNet } from '../../../../main/ml/nets/serialize.ts';
import { buildOnnx } from '../../../../main/ml/onnx/build-onnx.ts';
import { onnxOutputNames } from '../../../../main/ml/onnx/output-names.ts';
import { buildParityRows } from '../../../../main/ml/onnx/parity-rows.ts';
import { explainMargins, predictMargins } from '../../../../main/ml/predict.ts';
import { applyRecipe, featureKinds } from '../../../../main/ml/recipe/apply.ts';
import { numbers, runOrt } from '../../../helpers/ort-run.ts';

const levels = ['a', 'b', 'c'];
const recipe: FittedRecipe = {
  inputs: [
    { name: 'x', type: 'double', logicalType: 'number' },
    { name: 'z', type: 'double', logicalType: 'number' },
    { name: 'c', type: 'string', logicalType: 'text' },
  ],
  features: [
    { kind: 'numeric', name: 'x', source: 'x' },
    { kind: 'numeric', name: 'z', source: 'z' },
    { kind: 'category', name: 'c', source: 'c', levels },
  ],
};

/** A ring: no line and no single column tells inside from outside; beyond it only the level c counts. */
function sample(rowCount: number, task: Task): { frame: Frame; label: Float64Array } {
  const rng = createRng(4);
  const place = (): number => rng.next() * 6 - 3;
  const x = Float64Array.from({ length: rowCount }, place);
  const z = Float64Array.from({ length: rowCount }, () => (rng.next() < 0.05 ? Number.NaN : place()));
  const codes = Int32Array.from({ length: rowCount }, () => rng.int(3) - 1);
  const label = x.map((value, i) => {
    const radius = Math.hypot(value, Number.isNaN(z[i]) ? 0 : z[i]) + (codes[i] === 1 ? 0.5 : 0);
    if (task === 'regression') return 1000 + 200 * radius;
    if (task === 'binary') return Number(radius < 2);
    return radius < 1.5 ? 0 : radius < 2.5 ? 1 : 2;
  });
  const columns: Frame['columns'] = [
    { type: 'double', name: 'x', values: x },
    { type: 'double', name: 'z', values: z },
    { type: 'string', name: 'c', codes, levels },
  ];
  return { frame: { rowCount, columns }, label };
}

const small: Partial<NetParams> = { members: 2, embedding: 4, hidden: [24, 16], epochs: 12, seed: 3 };
const free = { stop: neverStop, deadline: () => false };
const everyRow = (from: number, to: number): Int32Array => Int32Array.from({ length: to - from }, (_, i) => from + i);

function inputOf(task: Task, rowCount = 900) {
  const { frame, label } = sample(rowCount, task);
  const cut = Math.floor(rowCount * 0.8);
  return {
    frame,
    matrix: applyRecipe(recipe, frame),
    kinds: featureKinds(recipe),
    label,
    weight: null,
    rows: everyRow(0, cut),
    validRows: everyRow(cut, rowCount),
    task,
    outputCount: task === 'multiclass' ? 3 : 1,
  };
}

const specOf = (task: Task, net: NetModel): ModelSpec => ({
  task,
  classes: task === 'regression' ? [] : task === 'binary' ? ['no', 'yes'] : ['0', '1', '2'],
  outputCount: net.outputCount,
  recipe,
  members: [{ kind: 'net', weight: 1, net }],
  calibration: { kind: 'identity' },
});

describe('E6 nets trained on ONNX Runtime', () => {
  it('learn a ring, and the application gives the answers they were judged by', async () => {
    const input = inputOf('binary', 1500);
    const { model, validMargins } = await fitNet(input, resolveNetParams({ ...small, epochs: 25 }), free);
    const margins = predictNet(model, input.matrix);
    const right = input.validRows.filter((row) => Number(margins[row] > 0) === input.label[row]).length;
    expect(right / input.validRows.length).toBeGreaterThan(0.9);
    input.validRows.forEach((row, i) => {
      expect(validMargins?.[i]).toBeCloseTo(margins[row], 3);
    });
  });

  it.each(['binary', 'multiclass', 'regression'] as const)(
    'are exported exactly, hard rows included (%s)',
    async (task) => {
      const input = inputOf(task, 400);
      const { model } = await fitNet(input, resolveNetParams({ ...small, epochs: 3 }), free);
      const spec = specOf(task, model);
      const rows = buildParityRows(spec, input.frame, { rowCount: 300, seed: 3 });
      const outputs = await runOrt(buildOnnx(spec, { producerVersion: '1', modelName: 'm' }), rows);
      const found = numbers(outputs, onnxOutputNames(spec).margin);
      predictMargins(spec, applyRecipe(recipe, rows)).forEach((margin, i) => {
        expect(Math.abs(found[i] - margin) / Math.max(1, Math.abs(margin))).toBeLessThan(1e-6);
      });
    },
  );

  it('are the same for a seed and others for another', async () => {
    const input = inputOf('regression', 300);
    const train = async (seed: number) =>
      (await fitNet(input, resolveNetParams({ ...small, epochs: 4, seed }), free)).model.parameters;
    const first = await train(1);
    expect(await train(1)).toEqual(first);
    expect(await train(2)).not.toEqual(first);
  });

  it('end at the first step after the deadline and still answer', async () => {
    const input = inputOf('binary', 200);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 90 }), async (free) => {
        let polls = 0;
        const deadline = (): boolean => polls++ >= free;
        const { validMargins, validLoss } = await fitNet(input, resolveNetParams(small), { stop: neverStop, deadline });
        expect(polls).toBe(free + 1);
        expect(validMargins?.every(Number.isFinite)).toBe(true);
        expect(validLoss).toBeLessThan(1.5);
      }),
      { numRuns: 5, seed: 7 },
    );
  });

  it('are given up when the owner gave up', async () => {
    const input = inputOf('binary', 200);
    const stop = { stopped: () => true };
    await expect(fitNet(input, resolveNetParams(small), { ...free, stop })).rejects.toMatchObject({
      family: 'cancelled',
    });
  });

  it('end when passes bring nothing better, and without validation rows after all of them', async () => {
    const input = inputOf('binary', 300);
    const noise = { ...input, label: input.label.map((_, i) => (i * 7919) % 2) };
    let judged = 0;
    const params = resolveNetParams({ ...small, epochs: 60, patience: 4 });
    const { passes } = await fitNet(noise, params, free, () => judged++);
    expect(judged).toBeLessThan(60);
    expect(judged).toBe(passes + 4);
    const all = await fitNet({ ...input, validRows: null }, resolveNetParams({ ...small, epochs: 3 }), free);
    expect(all).toMatchObject({ passes: 3, validMargins: null });
  });

  it('answer for what training had not: a missing number, an unseen and a missing category', async () => {
    const input = inputOf('binary', 400);
    const { model } = await fitNet(input, resolveNetParams({ ...small, epochs: 3 }), free);
    const rows: Frame = {
      rowCount: 3,
      columns: [
        { type: 'double', name: 'x', values: Float64Array.of(Number.NaN, Number.POSITIVE_INFINITY, -1e300) },
        { type: 'double', name: 'z', values: Float64Array.of(Number.NaN, 0, 1) },
        { type: 'string', name: 'c', codes: Int32Array.of(-1, 0, 1), levels: ['never seen', 'c'] },
      ],
    };
    expect(predictNet(model, applyRecipe(recipe, rows)).every(Number.isFinite)).toBe(true);
    // "c" and values without a level never occurred: they stand at the mean of the levels that did
    const unseen = predictNet(model, {
      rowCount: 2,
      columns: [Float32Array.of(1, 1), Float32Array.of(1, 1), Float32Array.of(2, 3)],
    });
    expect(unseen[0]).toBe(unseen[1]);
  });

  it('come back from bytes, are the same in a wider recipe, and damaged bytes are refused', async () => {
    const input = inputOf('multiclass', 300);
    const { model } = await fitNet(input, resolveNetParams({ ...small, epochs: 2 }), free);
    const bytes = encodeNet(model);
    const margins = [...predictNet(model, input.matrix)];
    expect(decodeNet(bytes)).toEqual(model);
    expect(() => decodeNet(bytes.subarray(0, bytes.length - 4))).toThrow(/damaged/);
    const [category] = model.categories;
    const lost = encodeNet({ ...model, categories: [{ ...category, missingRow: 99 }] });
    expect(() => decodeNet(lost)).toThrow(/a level has no row/);
    const [number] = model.numbers;
    const falling = { ...number, edges: number.edges.slice().reverse() };
    expect(() => decodeNet(encodeNet({ ...model, numbers: [falling, ...model.numbers.slice(1)] }))).toThrow(
      /intervals/,
    );
    const strange = bytes.slice();
    new DataView(strange.buffer).setFloat32(bytes.length - 4, Number.NaN, true);
    expect(() => decodeNet(strange)).toThrow(/not finite/);
    const wide: FittedRecipe = {
      ...recipe,
      features: [
        { kind: 'category', name: 'c', source: 'c', levels: ['z', 'c', 'a', 'b'] },
        ...recipe.features.slice(0, 2),
      ],
    };
    const moved = remapNet(model, recipe, wide);
    expect([...predictNet(moved, applyRecipe(wide, input.frame))]).toEqual(margins);
  });

  it('refuse exact contributions with the way that works', async () => {
    const input = inputOf('binary', 100);
    const { model } = await fitNet(input, resolveNetParams({ ...small, epochs: 1 }), free);
    expect(() => explainMargins(specOf('binary', model), input.matrix, 0)).toThrow(
      expect.objectContaining({ code: 'no-exact-contributions', hint: expect.stringContaining('kernelshap') }),
    );
  });

  it('survive one row, a constant target and the largest numbers', async () => {
    const input = inputOf('regression', 100);
    const one = { ...input, rows: Int32Array.of(3), validRows: null };
    const params = resolveNetParams({ ...small, epochs: 1 });
    expect(predictNet((await fitNet(one, params, free)).model, input.matrix).every(Number.isFinite)).toBe(true);
    const flat = { ...input, label: input.label.map(() => 5) };
    const { validLoss } = await fitNet(flat, params, free);
    expect(validLoss).toBeLessThan(1);
    const huge = { ...input, label: input.label.map((_, i) => (i % 2 === 0 ? 1e300 : -1e300)) };
    const wild = await fitNet(huge, params, free);
    expect(wild.validMargins?.every(Number.isFinite)).toBe(true);
  });
});
