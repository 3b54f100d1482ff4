import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import { neverStop } from '../../../../main/base/stop.ts';
import { remapNeighbours } from '../../../../main/ml/ensemble/remap.ts';
import type { Frame } from '../../../../main/ml/frame.ts';
import type { FittedRecipe, ModelSpec, Task } from '../../../../main/ml/model-spec.ts';
import { fitNeighbours, mostNeighbourRows } from '../../../../main/ml/neighbours/fit.ts';
import { coordinatesOf, predictNeighbours } from '../../../../main/ml/neighbours/predict.ts';
import { decodeNeighbours, encodeNeighbours } from '../../../../main/ml/neighbours/serialize.ts';
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

/** A ring: no line and no single column tells inside from outside. Many rows are equal. */
function sample(rowCount: number, task: Task): { frame: Frame; label: Float64Array } {
  const rng = createRng(4);
  const grid = (): number => Math.round((rng.next() * 6 - 3) * 4) / 4;
  const x = Float64Array.from({ length: rowCount }, grid);
  const z = Float64Array.from({ length: rowCount }, () => (rng.next() < 0.05 ? Number.NaN : grid()));
  const codes = Int32Array.from({ length: rowCount }, () => rng.int(4) - 1);
  const label = x.map((value, i) => {
    const radius = Math.hypot(value, Number.isNaN(z[i]) ? 0 : z[i]) + 0.2 * rng.normal();
    return task === 'regression'
      ? radius
      : task === 'binary'
        ? Number(radius < 2)
        : radius < 1.5
          ? 0
          : radius < 2.5
            ? 1
            : 2;
  });
  return {
    frame: {
      rowCount,
      columns: [
        { type: 'double', name: 'x', values: x },
        { type: 'double', name: 'z', values: z },
        { type: 'string', name: 'c', codes, levels },
      ],
    },
    label,
  };
}

function fitted(task: Task, rowCount = 900) {
  const { frame, label } = sample(rowCount, task);
  const matrix = applyRecipe(recipe, frame);
  const outputCount = task === 'multiclass' ? 3 : 1;
  const rows = Int32Array.from({ length: rowCount }, (_, i) => i);
  const input = { matrix, kinds: featureKinds(recipe), label, rows, task, outputCount };
  return { model: fitNeighbours(input, 1, neverStop), matrix, label, frame, input };
}

const specOf = (task: Task, neighbours: ReturnType<typeof fitted>['model']): ModelSpec => ({
  task,
  classes: task === 'regression' ? [] : task === 'binary' ? ['no', 'yes'] : ['0', '1', '2'],
  outputCount: neighbours.outputCount,
  recipe,
  members: [{ kind: 'neighbours', weight: 1, neighbours }],
  calibration: { kind: 'identity' },
});

describe('D2 k-nearest neighbours', () => {
  it('learns a ring', () => {
    const { model, matrix, label } = fitted('binary');
    const margins = predictNeighbours(model, matrix);
    const right = label.filter((y, i) => Number(margins[i] > 0) === y).length;
    expect(right / label.length).toBeGreaterThan(0.88);
    expect(model.counts.length).toBeLessThan(label.length);
  });

  it('is what a literal reading of its definition gives', () => {
    const { model, matrix } = fitted('regression', 300);
    const places = coordinatesOf(model.coordinates, matrix);
    const width = model.coordinates.length;
    const margins = predictNeighbours(model, matrix);
    for (const row of [0, 7, 150, 299]) {
      const all = Array.from(model.counts, (count, p) => {
        let squares = 0;
        for (let c = 0; c < width; c++) squares += (places[row * width + c] - model.points[p * width + c]) ** 2;
        return { squares, count, target: model.targets[p] };
      }).sort((a, b) => a.squares - b.squares);
      const reach = all[model.k].squares;
      let [sum, mass] = [model.priorWeight * model.prior[0], model.priorWeight];
      for (const { squares, count, target } of all.slice(0, model.k)) {
        sum += count * (1 - squares / reach) * target;
        mass += count * (1 - squares / reach);
      }
      expect(margins[row]).toBeCloseTo(sum / mass, 9);
    }
  });

  it.each(['binary', 'multiclass', 'regression'] as const)(
    'is exported exactly, hard rows included (%s)',
    async (task) => {
      const { model, frame } = fitted(task);
      const spec = specOf(task, model);
      const rows = buildParityRows(spec, frame, { rowCount: 300, seed: 3 });
      const outputs = await runOrt(buildOnnx(spec, { producerVersion: '1', modelName: 'm' }), rows);
      const found = numbers(outputs, onnxOutputNames(spec).margin);
      predictMargins(spec, applyRecipe(recipe, rows)).forEach((margin, i) => {
        expect(Math.abs(found[i] - margin) / Math.max(1, Math.abs(margin))).toBeLessThan(1e-5);
      });
    },
  );

  it('comes back from its bytes, is the same in a wider recipe, and damaged bytes are refused', () => {
    const { model, matrix, frame } = fitted('multiclass', 200);
    const bytes = encodeNeighbours(model);
    const back = decodeNeighbours(bytes);
    expect([...predictNeighbours(back, matrix)]).toEqual([...predictNeighbours(model, matrix)]);
    expect(() => decodeNeighbours(bytes.subarray(0, bytes.length - 4))).toThrow(/damaged/);
    const wide: FittedRecipe = {
      ...recipe,
      features: [
        { kind: 'category', name: 'c', source: 'c', levels: ['z', 'c', 'a', 'b'] },
        ...recipe.features.slice(0, 2),
      ],
    };
    const moved = predictNeighbours(remapNeighbours(model, recipe, wide), applyRecipe(wide, frame));
    expect([...moved]).toEqual([...predictNeighbours(model, matrix)]);
  });

  it('refuses exact contributions with the way that works, and more rows than a graph can hold', () => {
    const { model, matrix, input } = fitted('binary', 120);
    expect(() => explainMargins(specOf('binary', model), matrix, 0)).toThrow(
      expect.objectContaining({ code: 'no-exact-contributions', hint: expect.stringContaining('kernelshap') }),
    );
    const rows = new Int32Array(mostNeighbourRows + 1);
    expect(() => fitNeighbours({ ...input, rows }, 1, neverStop)).toThrow(/at most 20000/);
  });

  it('survives one row and one class', () => {
    const { input } = fitted('binary', 50);
    const one = fitNeighbours({ ...input, rows: Int32Array.of(3) }, 1, neverStop);
    expect(predictNeighbours(one, input.matrix).every(Number.isFinite)).toBe(true);
  });
});
