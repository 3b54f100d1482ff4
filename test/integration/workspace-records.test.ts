import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { fixedClock } from '../../main/base/clock.ts';
import type { ChangeNotice } from '../../main/contract/system.ts';
import { createLedgerService } from '../../main/services/decisions/ledger-service.ts';
import type { Call } from '../../main/services/service-types.ts';
import { watchChanges } from '../../main/services/system/changes.ts';
import { writeSettings } from '../../main/services/system/settings.ts';
import { createDownloads, safeFileName } from '../../main/services/system/transfers.ts';
import { createUploads, uploadKeptMs } from '../../main/services/system/uploads.ts';
import { openWorkspace } from '../../main/services/workspaces/open-workspace.ts';
import { appendCacheHit, appendPrediction, settleEntry } from '../../main/store/ledger.ts';
import { withMutation } from '../../main/store/mutation.ts';
import { insertDataset } from '../../main/store/repositories/datasets.ts';
import { findPolicy, insertModel, insertModelVersion } from '../../main/store/repositories/models.ts';
import { undo } from '../../main/store/undo.ts';
import { readSourceFile } from '../../main/warehouse/source-file.ts';
import { roomyProbe } from '../helpers/jobs.ts';
import { fixedSources, temporaryFolder } from '../helpers/store.ts';
import { testWorkspace } from '../helpers/workspace.ts';

const call: Call = { actor: 'user', surface: 'in-process', signal: undefined };

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
    const uploads = createUploads(paths.uploads, db.ids, roomyProbe, db.clock);
    const { uploadId } = uploads.begin('../../evil\\na:me.csv', 10);
    expect(uploads.get(uploadId).name).toBe('na_me.csv');
    expect(await uploads.append(uploadId, 0, new Blob(['hello']))).toBe(5);
    expect(await uploads.append(uploadId, 0, new Blob(['hello']))).toBe(5);
    await expect(uploads.append(uploadId, 6, new Blob(['x']))).rejects.toMatchObject({ family: 'invalid-input' });
    expect(await uploads.append(uploadId, 5, new Blob([' you!']))).toBe(10);
    const { path } = uploads.get(uploadId);
    expect(Buffer.from(await readSourceFile(path)).toString()).toBe('hello you!');
    expect(readFileSync(path, 'latin1')).not.toContain('hello');
    expect(() => uploads.get('../jobs')).toThrow(expect.objectContaining({ family: 'not-found' }));
    const full = createUploads(paths.uploads, db.ids, { ...roomyProbe, freeDiskBytes: () => 100 }, db.clock);
    expect(() => full.begin('a', 1000)).toThrow(expect.objectContaining({ family: 'resource' }));
    uploads.remove(uploadId);
    expect(() => uploads.get(uploadId)).toThrow();
    expect(safeFileName('..')).toBe('file');
  });

  it('go after a while in which nobody asked for them, unless a job has them in hand', async () => {
    const { db, paths } = await testWorkspace();
    const clock = fixedClock(0);
    const uploads = createUploads(paths.uploads, db.ids, roomyProbe, clock);
    const [idle, asked, working] = ['a', 'b', 'c'].map((name) => uploads.hold(name, 'text').uploadId);
    clock.advance(uploadKeptMs - 1);
    uploads.get(asked);
    clock.advance(2);
    uploads.removeIdle([{ source: { uploadId: working } }]);
    expect([idle, asked, working].map(uploads.has)).toEqual([false, true, true]);
    expect(readdirSync(paths.uploads).sort()).toEqual([asked, working].sort());
    uploads.close();
    expect(readdirSync(paths.uploads)).toEqual([]);
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
