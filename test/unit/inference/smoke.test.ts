import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { MessageChannel } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import { fixedClock } from '../../../main/base/clock.ts';
import { silentLogger } from '../../../main/base/logger.ts';
import { entryUrl } from '../../../main/entries.ts';
import { eventData, portChannel } from '../../../main/inference/channel.ts';
import { createInferenceClient } from '../../../main/inference/client.ts';
import { frameTensors, tensorTexts } from '../../../main/inference/frame-tensors.ts';
import { countNodes } from '../../../main/inference/profile.ts';
import type { CreateReply, WireTensors } from '../../../main/inference/protocol.ts';
import { judgeAttempt, providerChain, providerReports } from '../../../main/inference/providers.ts';
import { createInferenceServer } from '../../../main/inference/server.ts';
import { maxDifference, smokeInputs } from '../../../main/inference/smoke.ts';
import type { Frame } from '../../../main/ml/frame.ts';
import { buildProbeModel } from '../../../main/ml/onnx/probe-model.ts';

const floats = (...values: number[]): WireTensors => ({
  y: { type: 'float32', dims: [values.length], data: Float32Array.from(values) },
});

const reply = (smoke: WireTensors | null, byProvider: Record<string, number>): CreateReply => ({
  inputs: [],
  outputs: [],
  smoke,
  smokeError: smoke === null ? 'out of range' : null,
  nodes: { total: Object.values(byProvider).reduce((a, b) => a + b, 0), byProvider },
});

describe('F2 judging a provider', () => {
  const onCpu = reply(floats(0.5, 1), { cpu: 4 });

  it('takes one that ran nodes and gave the numbers of the CPU', () => {
    const outcome = { reply: reply(floats(0.5, 1.000001), { webgpu: 3, cpu: 1 }), error: null };
    expect(judgeAttempt('webgpu', outcome, onCpu, 12)).toMatchObject({
      ok: true,
      used: 'webgpu',
      durationMs: 12,
      nodes: { onProvider: 3, onCpu: 1, total: 4 },
    });
  });

  it('refuses one on which everything fell to the CPU, and never prints its name as the used one', () => {
    const attempt = judgeAttempt('cuda', { reply: reply(floats(0.5, 1), { cpu: 4 }), error: null }, onCpu, 1);
    expect(attempt).toMatchObject({ ok: false, used: null, error: expect.stringContaining('nodes on CPU: 4 of 4') });
  });

  it.each([
    ['other numbers', reply(floats(0.5, 1.01), { dml: 4 }), 'differs'],
    ['NaN', reply(floats(0.5, Number.NaN), { dml: 4 }), 'differs'],
    ['no answer', reply(null, { dml: 4 }), 'out of range'],
  ])('refuses one with %s', (_, answer, words) => {
    expect(judgeAttempt('dml', { reply: answer, error: null }, onCpu, 1)).toMatchObject({
      ok: false,
      error: expect.stringContaining(words),
    });
  });

  it('keeps the words of the runtime', () => {
    const attempt = judgeAttempt('cuda', { reply: null, error: 'no CUDA-capable device' }, onCpu, 1);
    expect(attempt).toMatchObject({ ok: false, used: null, error: 'no CUDA-capable device', nodes: null });
  });

  it('ends every chain with the CPU', () => {
    expect(providerChain('auto', null)).toEqual(['cuda', 'dml', 'coreml', 'webgpu', 'cpu']);
    expect(providerChain('auto', new Set(['webgpu']))).toEqual(['webgpu', 'cpu']);
    expect(providerChain('coreml', null)).toEqual(['coreml', 'cpu']);
    expect(providerChain('cpu', null)).toEqual(['cpu']);
  });

  it('marks one provider as chosen in the report', () => {
    const tries = [
      judgeAttempt('cuda', { reply: null, error: 'none' }, onCpu, 1),
      judgeAttempt('webgpu', { reply: reply(floats(0.5, 1), { webgpu: 4 }), error: null }, onCpu, 1),
      judgeAttempt('cpu', { reply: onCpu, error: null }, null, 1),
    ];
    expect(providerReports(tries).map((report) => [report.name, report.available, report.chosen])).toEqual([
      ['cuda', false, false],
      ['webgpu', true, true],
      ['cpu', true, false],
    ]);
  });
});

describe('F2 smoke rows', () => {
  it('fill every shape and type, and give up on types nobody reads', () => {
    const inputs = smokeInputs([
      { name: 'a', type: 'float32', shape: ['N', 3] },
      { name: 'b', type: 'string', shape: ['N', 1] },
      { name: 'c', type: 'int64', shape: [] },
      { name: 'd', type: 'bool', shape: [4] },
    ]);
    expect(inputs?.a.dims).toEqual([2, 3]);
    expect(inputs?.b).toMatchObject({ type: 'string', dims: [2, 1], levels: ['a'] });
    expect(inputs?.c.dims).toEqual([]);
    expect(inputs?.d.dims).toEqual([4]);
    expect(smokeInputs([{ name: 'a', type: 'float16', shape: [1] }])).toBeNull();
  });

  it('compare texts, shapes and missing outputs', () => {
    const text = (value: string): WireTensors => ({
      y: { type: 'string', dims: [1], codes: Int32Array.of(0), levels: [value] },
    });
    expect(maxDifference(text('a'), text('a'))).toBe(0);
    expect(maxDifference(text('a'), text('b'))).toBe(Number.POSITIVE_INFINITY);
    expect(maxDifference(floats(1), floats(1, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(maxDifference({}, floats(1))).toBe(Number.POSITIVE_INFINITY);
    expect(maxDifference(floats(Number.NaN), floats(Number.NaN))).toBe(0);
    expect(maxDifference(floats(1_001), floats(1_000))).toBeCloseTo(1e-3, 9);
  });
});

describe('F2 node counts', () => {
  it('count each node once, by provider', () => {
    const event = (name: string, provider: string) => ({
      cat: 'Node',
      name: `${name}_kernel_time`,
      args: { provider },
    });
    const profile = JSON.stringify([
      { cat: 'Session', name: 'model_loading', args: {} },
      event('a', 'CPUExecutionProvider'),
      event('a', 'CPUExecutionProvider'),
      event('b', 'WebGpuExecutionProvider'),
      event('c', 'CUDAExecutionProvider'),
    ]);
    expect(countNodes(profile)).toEqual({ total: 3, byProvider: { cpu: 1, webgpu: 1, cuda: 1 } });
    expect(countNodes('[]')).toBeNull();
  });
});

describe('F2 rows on the wire', () => {
  it('carry the levels they use only, missing as the empty text, and times as whole microseconds', () => {
    const levels = Array.from({ length: 1_000 }, (_, i) => `level ${i}`);
    const frame: Frame = {
      rowCount: 4,
      columns: [
        { type: 'string', name: 's', codes: Int32Array.of(5, 900, -1, 900), levels },
        { type: 'timestamp', name: 't', values: Float64Array.of(-1.5, Number.NaN, 3, Number.POSITIVE_INFINITY) },
      ],
    };
    const { s, t } = frameTensors(
      [
        { name: 's', type: 'string', logicalType: 'text' },
        { name: 't', type: 'timestamp', logicalType: 'datetime' },
      ],
      frame,
      1,
    );
    expect(s).toEqual({ type: 'string', dims: [3, 1], codes: Int32Array.of(0, -1, 0), levels: ['level 900'] });
    expect(s.type === 'string' ? tensorTexts(s) : []).toEqual(['level 900', '', 'level 900']);
    const missing = -(2n ** 63n);
    expect(t).toEqual({ type: 'int64', dims: [3, 1], data: BigInt64Array.of(missing, 3n, missing) });
    expect(() => frameTensors([{ name: 'u', type: 'string', logicalType: 'text' }], frame)).toThrow(/no string column/);
  });
});

describe('F2 the entry of the inference process', () => {
  it('serves the port that its parent hands over, as a utility process does', async () => {
    // A child whose `process.parentPort` is a stand-in for Electron's; it exits with 0 only after a session was created.
    const script = `
      import { EventEmitter } from 'node:events';
      import { MessageChannel } from 'node:worker_threads';
      import { readFileSync } from 'node:fs';
      const { port1, port2 } = new MessageChannel();
      process.parentPort = new EventEmitter();
      await import(${JSON.stringify(entryUrl('inference').href)});
      const wrapped = { postMessage: (m) => port2.postMessage(m), start: () => {}, close: () => port2.close(),
        on: (event, listener) => port2.on(event, (data) => listener({ data })) };
      process.parentPort.emit('message', { ports: [wrapped] });
      port1.on('message', (reply) => {
        if (!reply.ok) { process.stderr.write(reply.error.message); process.exit(3); }
        process.stdout.write(reply.value.outputs[0].name);
        port1.close();
      });
      const bytes = new Uint8Array(Buffer.from(process.env.PROBE, 'base64'));
      port1.postMessage({ id: 1, request: { kind: 'create', sessionId: 's', source: { kind: 'bytes', bytes }, provider: 'cpu', threads: 1 } });
    `;
    const env = { ...process.env, NODE_OPTIONS: '', PROBE: Buffer.from(buildProbeModel()).toString('base64') };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env });
    expect(stdout).toBe('y');
  });
});

describe('F2 the same client over a brokered port', () => {
  it('loads and runs, and rejects what is pending when the port closes', async () => {
    const { port1, port2 } = new MessageChannel();
    const handle = createInferenceServer((message) => port2.postMessage(message));
    port2.on('message', (message) => handle(eventData({ data: message })));
    let killed = 0;
    const channel = portChannel(port1, { unwrap: false, kill: () => killed++ });
    const client = createInferenceClient({ spawn: () => channel, logger: silentLogger, clock: fixedClock(0) });
    const model = await client.load({ kind: 'bytes', bytes: buildProbeModel() });
    const x = { type: 'float32', dims: [1, 8], data: new Float32Array(8) } as const;
    const { y } = await client.run(model.sessionId, { x });
    expect(y.type === 'float32' ? y.data.reduce((sum, p) => sum + p, 0) : 0).toBeCloseTo(1, 5);
    port2.removeAllListeners('message');
    const pending = client.run(model.sessionId, { x });
    port2.close();
    await expect(pending).rejects.toMatchObject({ code: 'inference-died' });
    client.close();
    expect(killed).toBe(0);
  });
});
