import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { InferenceClient } from '../../../../main/inference/client.ts';
import { decodeModel, encodeModel } from '../../../../main/ml/onnx/codec.ts';
import { createKernelExecutor } from '../../../../main/services/models/executor.ts';
import { exportPackage, selfCheck } from '../../../../main/services/models/package-export.ts';
import { decodeMembers, encodeMembers } from '../../../../main/services/models/package-members.ts';
import { readPackage } from '../../../../main/services/models/package-read.ts';
import { checkParity } from '../../../../main/services/models/parity.ts';
import { startInference } from '../../../helpers/inference.ts';
import { exportRequest } from '../../../helpers/package-fixture.ts';
import { randomModel } from '../../../helpers/random-model.ts';
import { forge as forgePackage, zipTo as rawZip, unzip } from '../../../helpers/raw-package.ts';

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

const zipTo = (
  name: string,
  ...rest: Parameters<typeof rawZip> extends [string, ...infer R] ? R : never
): Promise<string> => rawZip(join(folder, name), ...rest);
const forge = (name: string, change: Parameters<typeof forgePackage>[2]): Promise<string> =>
  forgePackage(good, join(folder, name), change);

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
