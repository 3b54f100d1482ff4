import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ChangeNotice } from '../../main/contract/system.ts';
import { settingsChanges, settingsValues } from '../../main/contract/system.ts';
import { createLedgerService } from '../../main/services/decisions/ledger-service.ts';
import { createJobStore } from '../../main/services/jobs/job-store.ts';
import type { Call } from '../../main/services/service-types.ts';
import { watchChanges } from '../../main/services/system/changes.ts';
import { examine } from '../../main/services/system/doctor.ts';
import { memoryLimit, readSettings, threadLimit, writeSettings } from '../../main/services/system/settings.ts';
import { createDownloads, createUploads, safeFileName } from '../../main/services/system/transfers.ts';
import { openWorkspace } from '../../main/services/workspaces/open-workspace.ts';
import { createWorkspaceRegistry } from '../../main/services/workspaces/registry.ts';
import { createWorkspacesService } from '../../main/services/workspaces/workspaces-service.ts';
import { appendBatch, appendCacheHit, appendPrediction, settleEntry } from '../../main/store/ledger.ts';
import { getLedgerEntry } from '../../main/store/ledger-list.ts';
import { withMutation } from '../../main/store/mutation.ts';
import {
  getDataset,
  getDatasetVersion,
  insertDataset,
  insertDatasetVersion,
} from '../../main/store/repositories/datasets.ts';
import { recordFile } from '../../main/store/repositories/files.ts';
import {
  findPolicy,
  getModel,
  getModelVersion,
  insertModel,
  insertModelVersion,
} from '../../main/store/repositories/models.ts';
import { getRun, insertRun } from '../../main/store/repositories/runs.ts';
import { undo } from '../../main/store/undo.ts';
import { roomyProbe, smallEstimate } from '../helpers/jobs.ts';
import { fixedSources, temporaryFolder } from '../helpers/store.ts';
import { testWorkspace } from '../helpers/workspace.ts';

const call: Call = { actor: 'user', surface: 'in-process', signal: undefined };
const sha = (text: string): string => createHash('sha256').update(text).digest('hex');

const modelVersion = (modelId: string) => ({
  modelId,
  runId: null,
  datasetVersionId: null,
  packageFile: 'models/p',
  packageSha256: 's',
  byteSize: 1,
  metric: 'auc',
  score: null,
  baseline: null,
  calibration: null,
  inputs: [],
  report: null,
});

describe('A7 workspaces', () => {
  it('makes the folder layout, keeps id and name when opened again, and is held while open', async () => {
    const folder = join(temporaryFolder(), 'shop');
    const first = await openWorkspace({ folder, version: '1.0.0', ...fixedSources(1), name: 'Shop' });
    if (first.kind !== 'owner') throw new Error('held');
    for (const name of ['augury.db', 'data', 'models', 'raw', 'backups', 'logs', 'jobs'])
      expect(existsSync(join(folder, name)), name).toBe(true);
    expect(await openWorkspace({ folder, version: '1.0.0', ...fixedSources(2) })).toMatchObject({
      kind: 'held',
      owner: { pid: process.pid },
    });
    first.close();
    const again = await openWorkspace({ folder, version: '1.0.0', ...fixedSources(3), name: 'Other' });
    if (again.kind !== 'owner') throw new Error('held');
    expect(again.identity).toEqual(first.identity);
    expect(again.identity.name).toBe('Shop');
    again.close();
  });

  it('finds nothing of one workspace by id in another', async () => {
    const a = await testWorkspace(temporaryFolder(), 1);
    const b = await testWorkspace(temporaryFolder(), 2);
    const dataset = insertDataset(a.db, { name: 'd' });
    const version = insertDatasetVersion(a.db, {
      datasetId: dataset.id,
      contentHash: 'h',
      files: [],
      rowCount: 0,
      columnCount: 0,
      byteSize: 0,
      columns: [],
      source: null,
      steps: [],
      parentVersionId: null,
      rejectedCount: 0,
    });
    const { result: model, eventId } = withMutation(a.db, { operation: 'x', actor: 'user', undoable: true }, () =>
      insertModel(a.db, { name: 'm', task: 'binary', target: 'y' }),
    );
    const mv = insertModelVersion(a.db, modelVersion(model.id));
    const run = insertRun(a.db, {
      jobId: null,
      datasetVersionId: null,
      task: 'binary',
      target: 'y',
      metric: 'auc',
      seed: 1,
      params: {},
    });
    const entry = appendPrediction(a.db, { modelVersionId: mv.id, inputHash: 'h', prediction: 1 });
    const uploads = [a, b].map((workspace) => createUploads(workspace.paths.uploads, workspace.db.ids, roomyProbe));
    const upload = uploads[0]?.begin('f.csv', 1).uploadId ?? '';
    const inB: (() => unknown)[] = [
      () => getDataset(b.db, dataset.id),
      () => getDatasetVersion(b.db, version.id),
      () => getModel(b.db, model.id),
      () => getModelVersion(b.db, mv.id),
      () => getRun(b.db, run.id),
      () => getLedgerEntry(b.db, entry.id),
      () => appendCacheHit(b.db, entry.id),
      () => settleEntry(b.db, entry.id, { outcome: 'y', profit: 1 }),
      () => undo(b.db, eventId, 'user'),
      () => createJobStore(b.db).get('job_000000000'),
      () => uploads[1]?.get(upload),
    ];
    for (const look of inB) expect(look).toThrow(expect.objectContaining({ family: 'not-found' }));
    expect(uploads[0]?.get(upload).name).toBe('f.csv');
  });

  it('lists and makes workspaces of the installation, each in a folder of its own', () => {
    const home = temporaryFolder();
    const registry = createWorkspaceRegistry(home);
    expect(registry.list()).toEqual([]);
    const folder = registry.newFolder('Größe / ../x');
    expect(folder).toBe(join(home, 'workspaces', 'gr-e-x'));
    registry.remember({ id: 'ws_1', name: 'Größe / ../x', folder, createdAt: 1 });
    expect(registry.newFolder('Größe x')).toBe(join(home, 'workspaces', 'gr-e-x-2'));
    expect(() => registry.newFolder('Größe / ../x')).toThrow(expect.objectContaining({ family: 'conflict' }));
    registry.remember({ id: 'ws_1', name: 'renamed', folder, createdAt: 1 });
    expect(createWorkspaceRegistry(home).list()).toEqual([{ id: 'ws_1', name: 'renamed', folder, createdAt: 1 }]);
  });

  it('shows on the home page what needs attention, recent work and settled value', async () => {
    const workspace = await testWorkspace();
    const { db } = workspace;
    const summary = {
      id: 'ds_11111111',
      name: 'churn',
      version: 1,
      rows: 10,
      columns: 2,
      bytes: 5,
      createdAt: 1,
      updatedAt: 1,
      rejected: 3,
      findings: { info: 0, warn: 0, block: 1 },
    };
    const store = createJobStore(db);
    const { createJobQueue } = await import('../../main/jobs/queue.ts');
    const { silentLogger } = await import('../../main/base/logger.ts');
    const queue = createJobQueue({
      store,
      workspaceId: 'ws',
      probe: roomyProbe,
      logger: silentLogger,
      scratchRoot: workspace.paths.jobs,
      limits: { concurrent: 1, memoryBytes: () => null },
      handlers: [{ kind: 'import', estimate: async () => smallEstimate, run: () => Promise.reject(new Error('boom')) }],
    });
    queue.open({ resume: true });
    const failed = await queue.wait((await queue.start({ kind: 'import', title: 'Import churn', input: {} })).id);
    await queue.close();
    const prediction = appendPrediction(db, { modelVersionId: 'mv', inputHash: 'h', prediction: 'yes' });
    settleEntry(db, prediction.id, { outcome: 'yes', profit: 40 });
    const service = createWorkspacesService({
      db,
      identity: workspace.identity,
      paths: workspace.paths,
      version: '1.0.0',
      registry: createWorkspaceRegistry(temporaryFolder()),
      create: () => Promise.reject(new Error('not here')),
      datasets: { list: () => ({ items: [summary], total: 1 }), import: () => Promise.reject(new Error('not here')) },
      models: { list: () => ({ items: [], total: 0 }) },
      probe: { ...roomyProbe, freeDiskBytes: () => 1000 },
      ledgerReport: () => ({ ok: false, entries: 2, firstBroken: { id: 'led_1', reason: 'its content was changed' } }),
      samplesFolder: null,
    });
    const home = await service.home({}, call);
    expect(home.attention.map((item) => item.kind)).toEqual([
      'ledger-broken',
      'job-failed',
      'disk-low',
      'leak',
      'rejected-rows',
    ]);
    expect(home.attention[1]).toMatchObject({
      title: '“Import churn” failed',
      detail: 'boom',
      target: { noun: 'jobs', id: failed.id },
    });
    expect(home.counts).toEqual({ datasets: 0, models: 0, predictions: 1, runningJobs: 0 });
    expect(home.value).toEqual({ settledProfit: 40, settledEntries: 1, openEntries: 0 });
    expect(home.recentJobs.map((job) => job.id)).toEqual([failed.id]);
    const current = await service.current({}, call);
    expect(current).toMatchObject({ id: workspace.identity.id, path: workspace.paths.folder, current: true });
    expect(current.bytes).toBeGreaterThan(1000);
  });
});

describe('N5 settings', () => {
  it('have defaults, change one at a time, and a change can be undone', async () => {
    const { db } = await testWorkspace();
    expect(readSettings(db)).toEqual(settingsValues.parse({}));
    expect(settingsChanges.parse({ theme: 'dark' })).toEqual({ theme: 'dark' });
    writeSettings(db, { threads: 3 });
    const changed = withMutation(db, { operation: 'system.updateSettings', actor: 'user', undoable: true }, () =>
      writeSettings(db, settingsChanges.parse({ theme: 'dark' })),
    );
    expect(readSettings(db)).toMatchObject({ theme: 'dark', threads: 3 });
    undo(db, changed.eventId, 'user');
    expect(readSettings(db)).toMatchObject({ theme: 'auto', threads: 3 });
  });

  it('bound threads and memory by the quota of the workspace and by the machine', () => {
    const settings = settingsValues.parse({});
    expect(threadLimit(settings, { cores: null, memoryBytes: null }, 8)).toBe(8);
    expect(threadLimit(settings, { cores: 2, memoryBytes: null }, 8)).toBe(2);
    expect(threadLimit({ ...settings, threads: 16 }, { cores: 10, memoryBytes: null }, 8)).toBe(8);
    expect(memoryLimit(settings, { cores: null, memoryBytes: null }, 1000)).toBe(750);
    expect(memoryLimit({ ...settings, memoryLimitBytes: 900 }, { cores: null, memoryBytes: 800 }, 1000)).toBe(800);
  });
});

describe('N5 doctor', () => {
  const doctor = async (
    workspace: Awaited<ReturnType<typeof testWorkspace>>,
    more: Partial<Parameters<typeof examine>[0]> = {},
  ) => {
    const { db, paths } = workspace;
    const checks = await examine({ db, paths, probe: roomyProbe, nodeVersion: '24.1.0', extraChecks: [], ...more });
    return { checks, failed: checks.filter((check) => !check.ok) };
  };
  const filled = async () => {
    const workspace = await testWorkspace();
    const { db, paths } = workspace;
    writeFileSync(join(paths.data, 'a.parquet'), 'rows');
    recordFile(db, { path: 'data/a.parquet', kind: 'data', sha256: sha('rows'), byteSize: 4, ownerId: 'dv_1' });
    writeFileSync(join(paths.data, 'seg.parquet'), 'seg');
    const single = appendPrediction(db, { modelVersionId: 'mv', inputHash: 'h', prediction: 'yes', probability: 0.25 });
    const batch = appendBatch(db, {
      modelVersionId: 'mv',
      inputHash: 'h',
      segmentFile: 'data/seg.parquet',
      segmentSha256: sha('seg'),
      segmentRows: 3,
    });
    withMutation(db, { operation: 'x', actor: 'user', undoable: false }, () => null);
    return { workspace, single, batch };
  };

  it('finds a sound workspace sound', async () => {
    const { workspace } = await filled();
    const { checks, failed } = await doctor(workspace);
    expect(failed).toEqual([]);
    expect(checks.map((check) => check.name)).toEqual([
      'node',
      'store',
      'references',
      'schema',
      'ledger',
      'audit',
      'files',
      'orphans',
      'disk',
      'lock',
    ]);
    expect(checks.find((check) => check.name === 'orphans')?.detail).toContain('data/seg.parquet');
  });

  it('names the ledger entry of which one byte was edited, and the batch whose segment was', async () => {
    const one = await filled();
    one.workspace.db.run('UPDATE ledger SET probability = 0.26 WHERE id = ?', one.single.id);
    expect((await doctor(one.workspace)).failed).toMatchObject([
      { name: 'ledger', detail: `Entry ${one.single.id}: its content was changed.` },
    ]);
    const two = await filled();
    writeFileSync(join(two.workspace.paths.data, 'seg.parquet'), 'sEg');
    expect((await doctor(two.workspace)).failed).toMatchObject([
      { name: 'ledger', detail: expect.stringContaining(two.batch.id) },
    ]);
  });

  it('names files that are missing or altered, an edited audit line, an old Node, a full disk, with a cure each', async () => {
    const { workspace } = await filled();
    writeFileSync(join(workspace.paths.data, 'a.parquet'), 'rowz');
    recordFile(workspace.db, { path: 'models/gone', kind: 'model', sha256: 's', byteSize: 1, ownerId: 'mv_1' });
    workspace.db.run("UPDATE audit SET actor = 'x'");
    const { failed } = await doctor(workspace, {
      nodeVersion: '20.3.1',
      probe: { ...roomyProbe, freeDiskBytes: () => 5 },
      extraChecks: [
        () => {
          throw new Error('the warehouse does not open');
        },
      ],
    });
    expect(failed.map((check) => check.name)).toEqual(['node', 'audit', 'files', 'disk', 'installation']);
    expect(failed[2]?.detail).toBe('1 missing: models/gone; 1 altered: data/a.parquet');
    expect(failed[4]?.detail).toBe('the warehouse does not open');
    for (const check of failed) expect(check.hint).not.toBe('');
  });
});

describe('decisions over the ledger', () => {
  it('lists entries newest first with what a cache hit repeats, and verifies them', async () => {
    const { db, paths, clock } = await testWorkspace();
    const model = insertModel(db, { name: 'churn model', task: 'binary', target: 'y' });
    const version = insertModelVersion(db, modelVersion(model.id));
    const first = appendPrediction(db, {
      modelVersionId: version.id,
      rowKey: 'c1',
      inputHash: 'h',
      prediction: 'yes',
      probability: 0.7,
      action: 'Contact',
    });
    clock.advance(5);
    appendCacheHit(db, first.id);
    appendPrediction(db, { modelVersionId: 'mv_other', inputHash: 'h', prediction: 12.5 });
    settleEntry(db, first.id, { outcome: 'no', profit: -3 });
    const service = createLedgerService({ db, workspaceFolder: paths.folder });
    const page = await service.ledger({ offset: 0, limit: 10, modelId: model.id }, call);
    expect(page.total).toBe(2);
    expect(page.items).toMatchObject([
      { kind: 'cache-hit', modelName: 'churn model', prediction: 'yes', probability: 0.7, outcome: 'no', profit: null },
      {
        id: first.id,
        kind: 'single',
        rowKey: 'c1',
        rows: 1,
        prediction: 'yes',
        outcome: 'no',
        profit: -3,
        action: 'Contact',
      },
    ]);
    expect((await service.ledger({ offset: 0, limit: 10 }, call)).items[0]).toMatchObject({
      prediction: '12.5',
      modelName: '',
    });
    expect(service.lastReport()).toBeNull();
    expect(await service.verify({}, call)).toEqual({ ok: true, entries: 4, firstBroken: null });
    expect(service.lastReport()?.ok).toBe(true);
  });

  it('keeps a policy with its model, undoably', async () => {
    const { db, paths } = await testWorkspace();
    const model = insertModel(db, { name: 'm', task: 'binary', target: 'y' });
    const service = createLedgerService({ db, workspaceFolder: paths.folder });
    const policy = {
      matrix: { truePositive: 100, falsePositive: -10, trueNegative: 0, falseNegative: -50 },
      valueColumn: null,
      capacityPerThousand: null,
      threshold: null,
      currency: 'EUR',
      action: 'Contact',
    };
    const save = (threshold: number | null) =>
      withMutation(db, { operation: 'decisions.savePolicy', actor: 'user', undoable: true }, () =>
        service.savePolicy({ modelId: model.id, policy: { ...policy, threshold } }),
      );
    save(null);
    const second = save(0.4);
    expect(findPolicy(db, model.id)).toMatchObject({ threshold: 0.4 });
    undo(db, second.eventId, 'user');
    expect(findPolicy(db, model.id)).toEqual(policy);
    expect(() => service.savePolicy({ modelId: 'md_none', policy })).toThrow(
      expect.objectContaining({ family: 'not-found' }),
    );
  });
});

describe('change notices', () => {
  it('tell what changed after the commit, and nothing of a change that rolled back', async () => {
    const { db } = await testWorkspace();
    const gone = new AbortController();
    const feed = watchChanges(db, gone.signal);
    expect(() =>
      db.transaction(() => {
        insertDataset(db, { name: 'lost' });
        throw new Error('no');
      }),
    ).toThrow('no');
    const { result } = withMutation(db, { operation: 'x', actor: 'user', undoable: true }, () =>
      insertDataset(db, { name: 'kept' }),
    );
    writeSettings(db, { theme: 'dark' });
    const seen: ChangeNotice[] = [];
    for await (const notice of feed) {
      seen.push(notice);
      if (seen.length === 2) gone.abort();
    }
    expect(seen).toMatchObject([
      { noun: 'datasets', id: result.id },
      { noun: 'settings', id: null },
    ]);
  });
});

describe('uploads and downloads', () => {
  it('take a file in chunks, again where a reply was lost, and refuse a gap', async () => {
    const { db, paths } = await testWorkspace();
    const uploads = createUploads(paths.uploads, db.ids, roomyProbe);
    const { uploadId } = uploads.begin('../../evil\\na:me.csv', 10);
    expect(uploads.get(uploadId).name).toBe('na_me.csv');
    expect(await uploads.append(uploadId, 0, new Blob(['hello']))).toBe(5);
    expect(await uploads.append(uploadId, 0, new Blob(['hello']))).toBe(5);
    await expect(uploads.append(uploadId, 6, new Blob(['x']))).rejects.toMatchObject({ family: 'invalid-input' });
    expect(await uploads.append(uploadId, 5, new Blob([' you!']))).toBe(10);
    expect(readFileSync(uploads.get(uploadId).path, 'utf8')).toBe('hello you!');
    expect(() => uploads.get('../jobs')).toThrow(expect.objectContaining({ family: 'not-found' }));
    const full = createUploads(paths.uploads, db.ids, { ...roomyProbe, freeDiskBytes: () => 100 });
    expect(() => full.begin('a', 1000)).toThrow(expect.objectContaining({ family: 'resource' }));
    uploads.remove(uploadId);
    expect(() => uploads.get(uploadId)).toThrow();
    expect(safeFileName('..')).toBe('file');
  });

  it('give the file a job made under its name', async () => {
    const { paths } = await testWorkspace();
    const downloads = createDownloads(paths.downloads);
    writeFileSync(downloads.pathFor('job_1', 'scored.csv'), 'a,b');
    const file = await downloads.open('job_1');
    expect(await file.text()).toBe('a,b');
    expect(file).toMatchObject({ name: 'scored.csv' });
    await expect(downloads.open('job_2')).rejects.toMatchObject({ family: 'not-found' });
  });
});

describe('a full disk', () => {
  it('on a size-limited mount fails with what to do; the previous state opens and verifies', async ({ skip }) => {
    const mount = join(temporaryFolder(), 'small');
    mkdirSync(mount);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', mount]);
    if (mounted.status !== 0) return skip('this user may not mount a size-limited file system');
    onTestFinished(() => {
      spawnSync('umount', [mount]);
    });
    const folder = join(mount, 'ws');
    const first = await openWorkspace({ folder, version: '1.0.0', ...fixedSources(1) });
    if (first.kind !== 'owner') throw new Error('held');
    appendPrediction(first.db, { modelVersionId: 'mv', inputHash: 'h', prediction: 'before' });
    const fill = () => {
      for (let i = 0; i < 5000; i++)
        appendPrediction(first.db, { modelVersionId: 'mv', inputHash: 'x'.repeat(2000), prediction: i });
    };
    expect(fill).toThrow(expect.objectContaining({ family: 'resource', code: 'disk-full' }));
    first.close();
    rmSync(join(folder, 'logs'), { recursive: true });
    const again = await openWorkspace({ folder, version: '1.0.0', ...fixedSources(2) });
    if (again.kind !== 'owner') throw new Error('held');
    const service = createLedgerService({ db: again.db, workspaceFolder: folder });
    expect(await service.verify({}, call)).toMatchObject({ ok: true });
    again.close();
  });
});
