import { createHash } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingsChanges, settingsValues } from '../../main/contract/system.ts';
import { createJobStore } from '../../main/services/jobs/job-store.ts';
import type { Call } from '../../main/services/service-types.ts';
import { examine } from '../../main/services/system/doctor.ts';
import { memoryLimit, readSettings, threadLimit, writeSettings } from '../../main/services/system/settings.ts';
import { createUploads } from '../../main/services/system/uploads.ts';
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
import { getModel, getModelVersion, insertModel, insertModelVersion } from '../../main/store/repositories/models.ts';
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
    const uploads = [a, b].map((workspace) =>
      createUploads(workspace.paths.uploads, workspace.db.ids, roomyProbe, workspace.db.clock),
    );
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
