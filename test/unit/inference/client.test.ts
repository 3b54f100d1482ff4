import { rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { fixedClock } from '../../../main/base/clock.ts';
import { silentLogger } from '../../../main/base/logger.ts';
import { entryUrl } from '../../../main/entries.ts';
import { type ChannelLike, forkChannel } from '../../../main/inference/channel.ts';
import { createInferenceClient, type InferenceClient, type InferenceOptions } from '../../../main/inference/client.ts';
import { frameTensors, tensorTexts } from '../../../main/inference/frame-tensors.ts';
import type { WireTensors } from '../../../main/inference/protocol.ts';
import { buildOnnx } from '../../../main/ml/onnx/build-onnx.ts';
import { encodeModel } from '../../../main/ml/onnx/codec.ts';
import { attribute, createGraph, doubleTensor, int64Tensor } from '../../../main/ml/onnx/graph-builder.ts';
import { buildParityRows } from '../../../main/ml/onnx/parity-rows.ts';
import { randomModel } from '../../helpers/random-model.ts';
import { referencePredict } from '../../helpers/reference-model.ts';

const open: InferenceClient[] = [];
const channels: ChannelLike[] = [];

function start(options: Partial<InferenceOptions> = {}): InferenceClient {
  const spawn = (): ChannelLike => {
    const channel = forkChannel(entryUrl('inference'));
    channels.push(channel);
    return channel;
  };
  const client = createInferenceClient({ spawn, logger: silentLogger, clock: fixedClock(0), ...options });
  open.push(client);
  return client;
}

afterEach(() => {
  for (const client of open.splice(0)) client.close();
  channels.length = 0;
});

const spec = randomModel({ task: 'binary', seed: 21 });
const bytes = buildOnnx(spec, { producerVersion: '0.1.0', modelName: 'test' });
const frame = buildParityRows(spec, null, { rowCount: 50, seed: 3 });
const rows = frameTensors(spec.recipe.inputs, frame);

/** A model that works for a long time: repeated products of a large matrix. */
function slowModel(): Uint8Array {
  const graph = createGraph(['x', 'y']);
  const x = graph.input('x', 11);
  const shape = graph.constant(int64Tensor([1_200, 1_200], [2]));
  let value = graph.node('Expand', [graph.constant(doubleTensor([1e-3], [1, 1])), shape]);
  value = graph.node('Add', [value, graph.node('ReduceSum', [x], { attributes: [attribute.int('keepdims', 0)] })]);
  for (let i = 0; i < 200; i++) value = graph.node('MatMul', [value, value]);
  graph.output('y', graph.node('ReduceSum', [value], { attributes: [attribute.int('keepdims', 0)] }), 11, []);
  return encodeModel({ irVersion: 10, graph: graph.build('slow'), opsetImport: [{ domain: '', version: 21 }] });
}

const probabilities = (outputs: WireTensors): number[] => {
  const tensor = outputs.probability;
  return tensor?.type === 'float32' ? [...tensor.data] : [];
};

describe('F2 the inference process', () => {
  it('loads a model, runs it and gives text, floats and shapes back', async () => {
    const client = start();
    const model = await client.load({ kind: 'bytes', bytes });
    expect(model.provider).toBe('cpu');
    expect(model.inputs.map((port) => [port.name, port.type])).toEqual(
      spec.recipe.inputs.map((input) => [
        input.name,
        { double: 'float64', timestamp: 'int64', string: 'string' }[input.type],
      ]),
    );
    const outputs = await client.run(model.sessionId, rows);
    const expected = referencePredict(spec, frame);
    probabilities(outputs).forEach((p, i) => {
      expect(Math.abs(p - expected[i].probabilities[1])).toBeLessThan(1e-6);
    });
    const label = outputs.label_;
    expect(label?.type === 'string' ? tensorTexts(label) : []).toEqual(
      expected.map((row) => (row.probabilities[1] >= 0.5 ? 'yes' : 'no')),
    );
    expect(Object.keys(await client.run(model.sessionId, rows, { outputs: ['margin'] }))).toEqual(['margin']);
  });

  it('loads from a path too and says when there is no such file', async () => {
    const client = start();
    const path = join(tmpdir(), `augury-client-${process.pid}.onnx`);
    writeFileSync(path, bytes);
    try {
      const model = await client.load({ kind: 'path', path });
      expect(probabilities(await client.run(model.sessionId, rows))).toHaveLength(50);
    } finally {
      rmSync(path);
    }
    await expect(client.load({ kind: 'path', path })).rejects.toMatchObject({
      family: 'not-found',
      code: 'model-file',
    });
  });

  it('names the problem of a broken model and of wrong inputs, and goes on', async () => {
    const client = start();
    await expect(client.load({ kind: 'bytes', bytes: bytes.subarray(0, 900) })).rejects.toMatchObject({
      code: 'onnx-load',
    });
    const model = await client.load({ kind: 'bytes', bytes });
    await expect(client.run(model.sessionId, {})).rejects.toMatchObject({ family: 'data-problem', code: 'onnx-run' });
    expect(probabilities(await client.run(model.sessionId, rows))).toHaveLength(50);
    await client.unload(model.sessionId);
    await expect(client.run(model.sessionId, rows)).rejects.toMatchObject({ code: 'session-unknown' });
  });

  it('rejects what was running when the process was killed, and serves the next call from a new one', async () => {
    const client = start();
    const quick = await client.load({ kind: 'bytes', bytes });
    const slow = client.load({ kind: 'bytes', bytes: slowModel() });
    const waiting = client.run(quick.sessionId, rows);
    setTimeout(() => channels[0].kill(), 150);
    await expect(slow).rejects.toMatchObject({
      family: 'resource',
      code: 'inference-died',
      details: { step: 'create' },
    });
    await expect(waiting).rejects.toMatchObject({
      code: 'inference-died',
      message: expect.stringContaining('SIGKILL'),
    });
    expect(probabilities(await client.run(quick.sessionId, rows))).toHaveLength(50);
    expect(client.stats()).toMatchObject({ restarts: 1, loaded: 1 });
    expect(channels).toHaveLength(2);
  });

  it('ends a run that takes too long and stays usable', async () => {
    const client = start({ loadTimeoutMs: 1_500 });
    await expect(client.load({ kind: 'bytes', bytes: slowModel() })).rejects.toMatchObject({
      code: 'inference-timeout',
    });
    const model = await client.load({ kind: 'bytes', bytes });
    expect(probabilities(await client.run(model.sessionId, rows))).toHaveLength(50);
  });

  it('keeps the most recently used models loaded and reloads the others unseen', async () => {
    const clock = fixedClock(0);
    const client = start({ clock, maxLoaded: 2 });
    const ids: string[] = [];
    for (let i = 0; i < 3; i++) {
      clock.advance(10);
      ids.push((await client.load({ kind: 'bytes', bytes })).sessionId);
    }
    expect(client.stats()).toMatchObject({ known: 3, loaded: 2 });
    expect(probabilities(await client.run(ids[0], rows))).toHaveLength(50);
    expect(client.stats()).toMatchObject({ known: 3, loaded: 2 });
  });

  it('unloads idle models, ends an idle process, and starts again when asked', async () => {
    const clock = fixedClock(0);
    const client = start({ clock, idleMs: 1_000 });
    const model = await client.load({ kind: 'bytes', bytes });
    clock.advance(999);
    await client.sweep();
    expect(client.stats().loaded).toBe(1);
    clock.advance(1);
    await client.sweep();
    expect(client.stats()).toMatchObject({ loaded: 0, restarts: 1 });
    expect(probabilities(await client.run(model.sessionId, rows))).toHaveLength(50);
  });

  it('refuses work after it was closed', async () => {
    const client = start();
    const model = await client.load({ kind: 'bytes', bytes });
    client.close();
    await expect(client.run(model.sessionId, rows)).rejects.toMatchObject({ code: 'inference-closed' });
  });

  it('says so when the process cannot be started', async () => {
    const client = start({ spawn: () => forkChannel(new URL('file:///no/such/entry.js')) });
    await expect(client.load({ kind: 'bytes', bytes })).rejects.toMatchObject({ code: 'inference-died' });
  });
});

describe('F2 the provider chain', () => {
  it('reports every provider with the real error of the ones that fail', async () => {
    const client = start();
    const reports = await client.providers();
    expect(reports.map((report) => report.name)).toEqual(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']);
    const cpu = reports[4];
    expect(cpu).toMatchObject({ available: true, error: null });
    expect(cpu.nodes?.total).toBeGreaterThan(2);
    expect(cpu.nodes?.onProvider).toBe(cpu.nodes?.total);
    for (const report of reports) {
      if (report.available) continue;
      expect(report.error).toMatch(/\w{4,}/);
      expect(report.chosen).toBe(false);
    }
    expect(reports.filter((report) => report.chosen)).toHaveLength(1);
    expect(await client.providers()).toBe(reports);
  });

  it.runIf(process.platform === 'linux')(
    'falls back to the CPU when a provider is not built in, and says which one ran',
    async () => {
      const client = start();
      const model = await client.load({ kind: 'bytes', bytes }, { provider: 'dml' });
      expect(model.provider).toBe('cpu');
      expect(model.attempts[0]).toMatchObject({
        requested: 'dml',
        used: null,
        ok: false,
        error: expect.stringContaining('dml'),
      });
      expect(model.attempts[1]).toMatchObject({ requested: 'cpu', used: 'cpu', ok: true });
      const nodes = model.attempts[1].nodes;
      expect(nodes?.onCpu).toBe(nodes?.total);
      expect(probabilities(await client.run(model.sessionId, rows))).toHaveLength(50);
    },
  );

  it('takes a provider only after the model itself gave the same numbers on it', async () => {
    const client = start();
    const model = await client.load({ kind: 'bytes', bytes }, { provider: 'auto' });
    const available = (await client.providers()).filter((report) => report.available).map((report) => report.name);
    expect(model.attempts.map((attempt) => attempt.requested)).toEqual(available.slice(0, model.attempts.length));
    expect(model.attempts.at(-1)).toMatchObject({ ok: true, used: model.provider });
  });
});
