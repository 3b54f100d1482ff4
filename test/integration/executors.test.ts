import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceClient } from '../../main/inference/client.ts';
import type { Frame } from '../../main/ml/frame.ts';
import type { ModelSpec, TreeEnsemble } from '../../main/ml/model-spec.ts';
import { buildOnnx } from '../../main/ml/onnx/build-onnx.ts';
import { buildParityRows } from '../../main/ml/onnx/parity-rows.ts';
import { createKernelExecutor, createOnnxExecutor } from '../../main/services/models/executor.ts';
import { largestError } from '../../main/services/models/parity.ts';
import { startInference } from '../helpers/inference.ts';
import { trainedModel } from '../helpers/trained-model.ts';

let client: InferenceClient;
beforeAll(() => {
  client = startInference();
});
afterAll(() => client.close());

const meta = { producerVersion: '0.1.0', modelName: 'test' };

async function compare(spec: ModelSpec, frame: Frame): Promise<{ margins: number; outputs: number }> {
  const kernels = await createKernelExecutor(spec).predict(frame);
  const onnx = await createOnnxExecutor(spec, { kind: 'bytes', bytes: buildOnnx(spec, meta) }, client);
  expect(onnx.provider).toBe('cpu');
  const exported = await onnx.predict(frame);
  await onnx.close();
  return {
    margins: largestError(exported.margins, kernels.margins),
    outputs: largestError(exported.outputs, kernels.outputs),
  };
}

describe('F1 trained models score alike in kernels and in ONNX Runtime', () => {
  it.each(['binary', 'multiclass', 'regression'] as const)('%s: 2 000 fuzzed rows within 1e-6', async (task) => {
    const { spec, frame } = trainedModel(task);
    const error = await compare(spec, buildParityRows(spec, frame, { rowCount: 2_000, seed: 5 }));
    expect(error.margins).toBeLessThan(1e-6);
    expect(error.outputs).toBeLessThan(1e-6);
  });

  it('255 leaves and rows on shared memory in several chunks', async () => {
    const { spec, frame } = trainedModel('regression', { rowCount: 9_000, rounds: 20, leaves: 255 });
    const shared: Frame = {
      rowCount: frame.rowCount,
      columns: frame.columns.map((column) => {
        if (column.type === 'string') {
          const codes = new Int32Array(new SharedArrayBuffer(column.codes.byteLength));
          codes.set(column.codes);
          return { ...column, codes };
        }
        const values = new Float64Array(new SharedArrayBuffer(column.values.byteLength));
        values.set(column.values);
        return { ...column, values };
      }),
    };
    const error = await compare(spec, shared);
    expect(error.margins).toBeLessThan(1e-6);
  });

  it('gives nothing for no rows', async () => {
    const { spec, frame } = trainedModel('binary', { rowCount: 500, rounds: 3 });
    const empty = buildParityRows(spec, frame, { rowCount: 0, seed: 1 });
    expect(await compare(spec, empty)).toEqual({ margins: 0, outputs: 0 });
  });
});

/** A degenerate tree: every question hangs below the one before. */
function chain(depth: number): TreeEnsemble {
  const count = 2 * depth + 1;
  const inner = (i: number): boolean => i % 2 === 0 && i < 2 * depth;
  const each = (of: (i: number) => number): number[] => Array.from({ length: count }, (_, i) => of(i));
  return {
    outputCount: 1,
    baseScore: Float64Array.of(0),
    treeRoot: Int32Array.of(0),
    treeOutput: Int32Array.of(0),
    feature: Int32Array.from(each((i) => (inner(i) ? 0 : -1))),
    threshold: Float32Array.from(each((i) => i)),
    left: Int32Array.from(each((i) => (inner(i) ? i + 1 : -1))),
    right: Int32Array.from(each((i) => (inner(i) ? i + 2 : -1))),
    missingLeft: new Uint8Array(count),
    categoryOffset: new Int32Array(count).fill(-1),
    categoryWords: new Int32Array(count),
    categoryBits: new Uint32Array(0),
    value: Float32Array.from(each((i) => (inner(i) ? 0 : i))),
    cover: new Float64Array(count).fill(1),
    gain: new Float32Array(count),
  };
}

describe('F2 a model that takes the runtime down', () => {
  it.runIf(process.platform === 'linux')('ends the inference process only; the host goes on', async () => {
    const spec: ModelSpec = {
      task: 'regression',
      classes: [],
      outputCount: 1,
      recipe: {
        inputs: [{ name: 'x', type: 'double', logicalType: 'number' }],
        features: [{ kind: 'numeric', name: 'x', source: 'x' }],
      },
      members: [{ kind: 'trees', weight: 1, trees: chain(100_000) }],
      calibration: { kind: 'identity' },
    };
    const frame: Frame = { rowCount: 1, columns: [{ type: 'double', name: 'x', values: Float64Array.of(3) }] };
    // Loading it overflows the native stack: the runtime reads trees recursively.
    await expect(
      createOnnxExecutor(spec, { kind: 'bytes', bytes: buildOnnx(spec, meta) }, client),
    ).rejects.toMatchObject({
      family: 'resource',
      code: 'inference-died',
    });
    const shallow: ModelSpec = { ...spec, members: [{ kind: 'trees', weight: 1, trees: chain(200) }] };
    expect(await compare(shallow, frame)).toEqual({ margins: 0, outputs: 0 });
  });
});
