import { createHash } from 'node:crypto';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { open, type ZipFile as YauzlFile } from 'yauzl';
import { ZipFile } from 'yazl';
import { canonicalJson } from '../../../../main/base/json.ts';
import type { InferenceClient } from '../../../../main/inference/client.ts';
import { decodeModel, encodeModel } from '../../../../main/ml/onnx/codec.ts';
import { createKernelExecutor } from '../../../../main/services/models/executor.ts';
import { exportPackage, selfCheck } from '../../../../main/services/models/package-export.ts';
import { decodeMembers, encodeMembers } from '../../../../main/services/models/package-members.ts';
import { readPackage } from '../../../../main/services/models/package-read.ts';
import { checkParity, largestError } from '../../../../main/services/models/parity.ts';
import { startInference } from '../../../helpers/inference.ts';
import { exportRequest } from '../../../helpers/package-fixture.ts';
import { randomModel } from '../../../helpers/random-model.ts';
import { referencePredict } from '../../../helpers/reference-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-package-'));
const good = join(folder, 'good.augury-model');
const spec = randomModel({ task: 'binary', seed: 31, calibration: { kind: 'platt', slope: 1.1, intercept: -0.2 } });
let client: InferenceClient;

beforeAll(async () => {
  client = startInference();
  await exportPackage(exportRequest(spec), good, { client, appVersion: '0.1.0' });
});

afterAll(() => {
  client.close();
  rmSync(folder, { recursive: true, force: true });
});

type Entries = Map<string, Buffer>;

/** All entries of a package, read without any of our checks. */
async function unzip(path: string): Promise<Entries> {
  const zip = await new Promise<YauzlFile>((resolve, reject) =>
    open(path, { lazyEntries: true, autoClose: false }, (error, file) =>
      error === null ? resolve(file) : reject(error),
    ),
  );
  const entries: Entries = new Map();
  await new Promise<void>((resolve, reject) => {
    zip.on('entry', (entry) => {
      zip.openReadStream(entry, (error, stream) => {
        if (error !== null) return reject(error);
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.on('end', () => {
          entries.set(entry.fileName, Buffer.concat(chunks));
          zip.readEntry();
        });
      });
    });
    zip.on('end', resolve);
    zip.readEntry();
  });
  zip.close();
  return entries;
}

async function zipTo(
  name: string,
  entries: Iterable<readonly [string, Buffer]>,
  options: { mode?: number; compress?: boolean } = {},
): Promise<string> {
  const path = join(folder, name);
  const zip = new ZipFile();
  for (const [entry, bytes] of entries)
    zip.addBuffer(bytes, entry, { compress: options.compress ?? true, mode: options.mode ?? 0o100644 });
  zip.end();
  const chunks: Buffer[] = [];
  for await (const chunk of zip.outputStream) if (Buffer.isBuffer(chunk)) chunks.push(chunk);
  writeFileSync(path, Buffer.concat(chunks));
  return path;
}

const sha256 = (bytes: Buffer | string): string => createHash('sha256').update(bytes).digest('hex');

/** A copy with changed entries whose hashes have been made to fit again: what a careful forger would do. */
async function forge(
  name: string,
  change: (entries: Entries, manifest: Record<string, unknown>) => void,
): Promise<string> {
  const entries = await unzip(good);
  const manifest: Record<string, unknown> = JSON.parse(String(entries.get('model.json')));
  change(entries, manifest);
  manifest.entries = Object.fromEntries(
    [...entries]
      .filter(([entry]) => entry !== 'model.json')
      .map(([entry, bytes]) => [entry, { sha256: sha256(bytes), bytes: bytes.length }]),
  );
  delete manifest.contentSha256;
  manifest.contentSha256 = sha256(canonicalJson(manifest));
  entries.set('model.json', Buffer.from(JSON.stringify(manifest)));
  return zipTo(name, entries);
}

describe('F1 the model package', () => {
  it('gives the model back: same predictions, schema, lineage, statistics and report', async () => {
    const read = await readPackage(good);
    const request = exportRequest(spec);
    expect(read.about).toEqual(request.about);
    expect(read.spec).toEqual(spec);
    expect(read.reference).toEqual(request.reference);
    expect(read.report).toEqual({ note: 'leaderboard' });
    expect(read.background.rowCount).toBe(200);
    expect(read.parity.rows.rowCount).toBeGreaterThanOrEqual(64);
    expect(read.manifest).toMatchObject({
      appVersion: '0.1.0',
      formatVersion: 1,
    });
    const { margins } = await createKernelExecutor(read.spec).predict(read.parity.rows);
    const expected = referencePredict(spec, read.parity.rows).flatMap((row) => row.margin);
    expect(largestError(margins, Float64Array.from(expected))).toBeLessThan(1e-9);
  });

  it('stores missing, unseen and threshold-near rows for the parity check', async () => {
    const { parity } = await readPackage(good);
    const contract = parity.rows.columns.find((column) => column.name === 'contract');
    const texts =
      contract?.type === 'string'
        ? Array.from(contract.codes, (code) => (code < 0 ? null : contract.levels[code]))
        : [];
    expect(texts).toContain(null);
    expect(texts).toContain('never seen before');
    const tenure = parity.rows.columns.find((column) => column.name === 'tenure');
    const values = tenure?.type === 'double' ? [...tenure.values] : [];
    expect(values.some(Number.isNaN)).toBe(true);
    const thresholds = spec.members.flatMap((member) => (member.kind === 'trees' ? [...member.trees.threshold] : []));
    expect(values.some((value) => thresholds.includes(value))).toBe(true);
  });

  it('is the same file for equal models, and another one for another model', async () => {
    const again = join(folder, 'again.augury-model');
    const other = join(folder, 'other.augury-model');
    const first = await exportPackage(exportRequest(spec), again, { client, appVersion: '0.1.0' });
    expect(readFileSync(again).equals(readFileSync(good))).toBe(true);
    expect(first.sha256).toBe(sha256(readFileSync(good)));
    const second = await exportPackage(exportRequest(randomModel({ task: 'binary', seed: 32 })), other, {
      client,
      appVersion: '0.1.0',
    });
    expect(second.contentSha256).not.toBe(first.contentSha256);
  });

  it.each(['multiclass', 'regression'] as const)('carries a %s model', async (task) => {
    const path = join(folder, `${task}.augury-model`);
    const model = randomModel({ task, seed: 33, classCount: 4 });
    await exportPackage(exportRequest(model), path, { client, appVersion: '0.1.0' });
    const read = await readPackage(path);
    expect(read.spec).toEqual(model);
    expect((await selfCheck(read, client)).onnxError).toBeLessThan(1e-6);
  });

  it('checks itself with both executors and finds a model that predicts otherwise', async () => {
    const read = await readPackage(good);
    const check = await selfCheck(read, client);
    expect(check.rows).toBe(128);
    expect(check.kernelError).toBe(0);
    expect(check.onnxError).toBeLessThan(1e-6);
    const [member] = read.spec.members;
    const changed = {
      ...read,
      spec: { ...read.spec, members: [{ ...member, weight: member.weight * 1.001 }, ...read.spec.members.slice(1)] },
    };
    await expect(selfCheck(changed, client)).rejects.toMatchObject({ family: 'numeric', code: 'parity-failed' });
    const shifted = { ...read, onnx: (await readPackage(join(folder, 'other.augury-model'))).onnx };
    await expect(selfCheck(shifted, client)).rejects.toMatchObject({ code: 'parity-failed' });
  });

  it('writes nothing when the exported graph disagrees with the training side', async () => {
    const path = join(folder, 'never.augury-model');
    const flawed: InferenceClient = {
      ...client,
      run: async (...args) => {
        const outputs = await client.run(...args);
        const p = outputs.probability;
        return p?.type === 'float32'
          ? { ...outputs, probability: { ...p, data: p.data.map((v) => v + 2e-5) } }
          : outputs;
      },
    };
    await expect(
      exportPackage(exportRequest(spec), path, { client: flawed, appVersion: '0.1.0' }),
    ).rejects.toMatchObject({
      code: 'parity-failed',
      details: { tolerance: 1e-5 },
    });
    expect(readdirSync(folder).filter((name) => name.includes('never'))).toEqual([]);
  });

  it('says where a package could not be written and leaves no part behind', async () => {
    const request = exportRequest(spec);
    const dependencies = { client, appVersion: '0.1.0' };
    await expect(
      exportPackage(request, join(folder, 'no-folder', 'm.augury-model'), dependencies),
    ).rejects.toMatchObject({
      family: 'resource',
      code: 'package-write',
      details: { code: 'ENOENT' },
    });
  });

  it('compares lengths, infinities and missing numbers in parity', () => {
    const f = (...values: number[]) => Float64Array.from(values);
    expect(largestError(f(1), f(1, 2))).toBe(Number.POSITIVE_INFINITY);
    expect(largestError(f(Number.NaN, Number.POSITIVE_INFINITY), f(Number.NaN, Number.POSITIVE_INFINITY))).toBe(0);
    expect(largestError(f(Number.NaN), f(0))).toBe(Number.POSITIVE_INFINITY);
    expect(largestError(f(200_002), f(200_000))).toBeCloseTo(1e-5, 12);
    expect(largestError(f(0.2), f(0.1))).toBeCloseTo(0.1, 12);
  });
});

describe('M7 packages from outside', () => {
  it('refuses a package cut off anywhere', async () => {
    const bytes = readFileSync(good);
    for (const share of [0, 0.001, 0.3, 0.9, 0.999]) {
      const path = join(folder, 'cut.augury-model');
      writeFileSync(path, bytes.subarray(0, Math.floor(bytes.length * share)));
      await expect(readPackage(path)).rejects.toMatchObject({
        family: 'data-problem',
        details: { file: 'cut.augury-model' },
      });
    }
  });

  it('refuses what is no archive, no file, or may not be read', async () => {
    const path = join(folder, 'text.augury-model');
    writeFileSync(path, 'not an archive at all, whatever its name says');
    await expect(readPackage(path)).rejects.toMatchObject({ code: 'package-truncated' });
    await expect(readPackage(join(folder, 'absent'))).rejects.toMatchObject({
      family: 'not-found',
      code: 'package-file',
    });
    chmodSync(path, 0o000);
    if (process.getuid?.() !== 0) await expect(readPackage(path)).rejects.toMatchObject({ family: 'resource' });
    await expect(readPackage(folder)).rejects.toMatchObject({
      details: { file: expect.stringContaining('augury-package') },
    });
  });

  it.each(['model.onnx', 'members.bin', 'parity.json', 'reference.json', 'background.json', 'report.json'])(
    'names %s when it was edited',
    async (name) => {
      const entries = await unzip(good);
      const bytes = Buffer.from(entries.get(name) ?? []);
      bytes[bytes.length >> 1] ^= 1;
      entries.set(name, bytes);
      await expect(readPackage(await zipTo('edited.augury-model', entries))).rejects.toMatchObject({
        code: 'package-entry-hash',
        message: expect.stringContaining(name),
        details: { file: 'edited.augury-model', entry: name },
      });
    },
  );

  it('notices an edit of model.json itself', async () => {
    const entries = await unzip(good);
    entries.set('model.json', Buffer.from(String(entries.get('model.json')).replace('"value": 0.85', '"value": 0.95')));
    await expect(readPackage(await zipTo('praised.augury-model', entries))).rejects.toMatchObject({
      code: 'package-entry-hash',
      details: { entry: 'model.json' },
    });
  });

  it('reads a package that was only packed again', async () => {
    expect((await readPackage(await zipTo('repacked.augury-model', await unzip(good)))).spec).toEqual(spec);
  });

  it.each(['model.json', 'model.onnx', 'members.bin'])('names a missing %s', async (name) => {
    const entries = await unzip(good);
    entries.delete(name);
    await expect(readPackage(await zipTo('lost.augury-model', entries))).rejects.toMatchObject({
      code: 'package-entry-missing',
      details: { entry: name },
    });
  });

  it('says which version to get for a package from a newer one, even with entries it does not know', async () => {
    const path = await forge('newer.augury-model', (entries, manifest) => {
      manifest.formatVersion = 2;
      manifest.appVersion = '3.4.0';
      entries.set('adapters.bin', Buffer.from('x'));
    });
    await expect(readPackage(path)).rejects.toMatchObject({
      family: 'unsupported',
      code: 'package-newer',
      hint: expect.stringContaining('3.4.0'),
    });
  });

  it('refuses an entry that no package has', async () => {
    const path = await forge('extra.augury-model', (entries) => entries.set('setup.exe', Buffer.from('MZ')));
    await expect(readPackage(path)).rejects.toMatchObject({
      code: 'package-entry-unknown',
      details: { entry: 'setup.exe' },
    });
  });

  it.each(['../evil.json', '/etc/evil.json', 'C:/evil.json'])('refuses the entry name %s', async (name) => {
    // The archive writer refuses such names too, so one of the same length is put in and overwritten in the bytes.
    const harmless = 'x'.repeat(name.length);
    const path = await zipTo('slip.augury-model', [...(await unzip(good)), [harmless, Buffer.from('{}')]]);
    const bytes = readFileSync(path);
    for (let at = bytes.indexOf(harmless); at >= 0; at = bytes.indexOf(harmless, at + 1)) bytes.write(name, at);
    writeFileSync(path, bytes);
    await expect(readPackage(path)).rejects.toMatchObject({ code: 'package-entry-unsafe', details: { entry: name } });
  });

  it('refuses links, repeated entries, bombs and oversized entries', async () => {
    const entries = await unzip(good);
    await expect(readPackage(await zipTo('link.augury-model', entries, { mode: 0o120777 }))).rejects.toMatchObject({
      code: 'package-entry-unsafe',
    });
    const twice = [...entries, ['model.json', Buffer.from('{}')] as const];
    await expect(readPackage(await zipTo('twice.augury-model', twice))).rejects.toMatchObject({
      code: 'package-entry-unsafe',
      details: { entry: 'model.json' },
    });
    const bomb = new Map(entries).set('parity.json', Buffer.alloc(30 * 2 ** 20));
    await expect(readPackage(await zipTo('bomb.augury-model', bomb))).rejects.toMatchObject({
      code: 'package-too-large',
      details: { entry: 'parity.json' },
    });
    const large = new Map(entries).set('model.json', Buffer.alloc(17 * 2 ** 20));
    await expect(readPackage(await zipTo('large.augury-model', large, { compress: false }))).rejects.toMatchObject({
      code: 'package-too-large',
    });
    const many = Array.from({ length: 70 }, (_, i) => [`entry ${i}`, Buffer.from('x')] as const);
    await expect(readPackage(await zipTo('many.augury-model', many))).rejects.toMatchObject({
      code: 'package-too-many-entries',
    });
  });

  it('refuses parts that do not fit together, with hashes that do', async () => {
    const members = (change: (parts: typeof spec.members) => typeof spec.members) =>
      forge('misfit.augury-model', (entries) =>
        entries.set('members.bin', Buffer.from(encodeMembers(change(spec.members)))),
      );
    await expect(
      readPackage(await members(() => randomModel({ task: 'multiclass', seed: 1 }).members)),
    ).rejects.toMatchObject({
      code: 'package-invalid',
      details: { entry: 'members.bin' },
    });
    const wide = await members((parts) =>
      parts.map((member) =>
        member.kind === 'trees'
          ? { ...member, trees: { ...member.trees, feature: member.trees.feature.map((f) => (f < 0 ? f : f + 100)) } }
          : member,
      ),
    );
    await expect(readPackage(wide)).rejects.toMatchObject({
      code: 'tree-model',
      details: { entry: 'members.bin', file: 'misfit.augury-model' },
    });
    const stray = await forge('stray.augury-model', (_, manifest) => {
      manifest.features = [{ kind: 'numeric', name: 'x', source: 'absent' }];
    });
    await expect(readPackage(stray)).rejects.toMatchObject({
      code: 'package-invalid',
      message: expect.stringContaining('absent'),
    });
    const shapeless = await forge('shapeless.augury-model', (_, manifest) => {
      manifest.inputs = [{ name: 'x', type: 'complex', logicalType: 'number' }];
    });
    await expect(readPackage(shapeless)).rejects.toMatchObject({
      code: 'package-invalid',
      message: expect.stringContaining('inputs.0.type'),
    });
  });

  it('refuses graphs with data outside the file or foreign operators', async () => {
    const graph = (change: (model: ReturnType<typeof decodeModel>) => ReturnType<typeof decodeModel>) =>
      forge('graph.augury-model', (entries) => {
        entries.set(
          'model.onnx',
          Buffer.from(encodeModel(change(decodeModel(entries.get('model.onnx') ?? Buffer.alloc(0))))),
        );
      });
    const outside = await graph((model) => {
      const [first, ...rest] = model.graph.initializer ?? [];
      const tensor = {
        ...first,
        rawData: undefined,
        dataLocation: 1,
        externalData: [{ key: 'location', value: '../secret' }],
      };
      return { ...model, graph: { ...model.graph, initializer: [tensor, ...rest] } };
    });
    await expect(readPackage(outside)).rejects.toMatchObject({
      code: 'onnx-refused',
      details: { entry: 'model.onnx' },
    });
    const foreign = await graph((model) => ({
      ...model,
      opsetImport: [...model.opsetImport, { domain: 'com.evil', version: 1 }],
    }));
    await expect(readPackage(foreign)).rejects.toMatchObject({
      code: 'onnx-refused',
      message: expect.stringContaining('com.evil'),
    });
    const broken = await forge('graph.augury-model', (entries) => entries.set('model.onnx', Buffer.from('no graph')));
    await expect(readPackage(broken)).rejects.toMatchObject({
      code: 'onnx-unreadable',
      details: { entry: 'model.onnx' },
    });
  });

  it('refuses members.bin that is cut, lengthened or of another kind', () => {
    const bytes = encodeMembers(spec.members);
    expect(decodeMembers(bytes)).toEqual(spec.members);
    for (const bad of [
      bytes.subarray(0, 8),
      bytes.subarray(0, 40),
      bytes.subarray(0, bytes.length - 1),
      Uint8Array.from([...bytes, 0]),
      new Uint8Array(20),
    ]) {
      expect(() => decodeMembers(bad)).toThrow(/members.bin is damaged/);
    }
  });

  it('keeps infinite clip bounds', () => {
    const linear = spec.members.find((member) => member.kind === 'linear');
    if (linear?.kind !== 'linear') throw new Error('the fixture has a linear member');
    const terms = linear.linear.terms.map((term) =>
      term.kind === 'numeric' ? { ...term, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY } : term,
    );
    const open = [{ ...linear, linear: { ...linear.linear, terms } }];
    expect(decodeMembers(encodeMembers(open))).toEqual(open);
  });

  it('finds a forged prediction in the stored vectors at the self-check', async () => {
    const path = await forge('lying.augury-model', (entries) => {
      const parity = JSON.parse(String(entries.get('parity.json')));
      parity.outputs[5] += 0.01;
      entries.set('parity.json', Buffer.from(JSON.stringify(parity)));
    });
    const read = await readPackage(path);
    await expect(checkParity(createKernelExecutor(read.spec), read.parity)).resolves.toMatchObject({
      maxError: expect.closeTo(0.01, 6),
    });
    await expect(selfCheck(read, client)).rejects.toMatchObject({ code: 'parity-failed' });
  });
});
