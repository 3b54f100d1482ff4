import { describe, expect, it } from 'vitest';
import { canonicalJson } from '../../main/base/json.ts';
import type { Db } from '../../main/store/db.ts';
import {
  deleteDataset,
  findDatasetByName,
  findVersionByHash,
  getDataset,
  getVersionOf,
  insertDataset,
  insertDatasetVersion,
  listDatasets,
  listDatasetVersions,
  saveProfile,
} from '../../main/store/repositories/datasets.ts';
import { insertFeedback, insertOutcome, listFeedback, listOutcomes } from '../../main/store/repositories/feedback.ts';
import {
  deleteFileRow,
  eachFile,
  findFile,
  listFiles,
  recordFile,
  totalFileBytes,
} from '../../main/store/repositories/files.ts';
import {
  deleteModel,
  findModelByName,
  findModelVersionByPackage,
  getCurrentModelVersion,
  insertModel,
  insertModelVersion,
  listModels,
  listModelVersions,
  updateModelVersion,
} from '../../main/store/repositories/models.ts';
import { findReceiptBySource, getReceipt, insertReceipt } from '../../main/store/repositories/receipts.ts';
import {
  findRunByJob,
  finishRun,
  getRun,
  insertRun,
  listRuns,
  listTrials,
  saveTrial,
} from '../../main/store/repositories/runs.ts';
import { testStore } from '../helpers/store.ts';

const addVersion = (db: Db, datasetId: string, contentHash = 'h') =>
  insertDatasetVersion(db, {
    datasetId,
    contentHash,
    files: [{ path: 'data/x.parquet', sha256: 's', byteSize: 10, rowCount: 3 }],
    rowCount: 3,
    columnCount: 1,
    byteSize: 10,
    columns: [{ name: 'a', type: 'number', missing: 0 }],
    source: { name: 'x.csv', sha256: 'r', byteSize: 9 },
    steps: [],
    parentVersionId: null,
    rejectedCount: 1,
  });

const addModelVersion = (db: Db, modelId: string, datasetVersionId: string | null = null) =>
  insertModelVersion(db, {
    modelId,
    runId: null,
    datasetVersionId,
    packageFile: 'models/p.augury-model',
    packageSha256: `package of ${modelId}`,
    byteSize: 7,
    metric: 'auc',
    score: { value: 0.8, low: 0.7, high: 0.9 },
    baseline: 0.5,
    calibration: null,
    inputs: [],
    report: { notes: ['a'] },
  });

describe('B6 datasets and their versions', () => {
  it('number versions from 1, keep the newest current, and find them by number and by content', () => {
    const { db, clock } = testStore();
    const dataset = insertDataset(db, { name: 'churn', tags: ['a'] });
    expect(() => getVersionOf(db, dataset.id)).toThrow(/no version yet/);
    const first = addVersion(db, dataset.id, 'h1');
    clock.advance(1000);
    const second = addVersion(db, dataset.id, 'h2');
    expect([first.number, second.number]).toEqual([1, 2]);
    expect(getVersionOf(db, dataset.id)).toEqual(second);
    expect(getVersionOf(db, dataset.id, 1)).toEqual(first);
    expect(() => getVersionOf(db, dataset.id, 3)).toThrow(/has no version 3/);
    expect(listDatasetVersions(db, dataset.id).rows.map((row) => row.number)).toEqual([2, 1]);
    saveProfile(db, first.id, { rows: 3 });
    expect(findVersionByHash(db, 'h1')?.profile).toEqual({ rows: 3 });
    expect(getDataset(db, dataset.id).updatedAt).toBeGreaterThan(dataset.updatedAt);
  });

  it('hide what was deleted, free its name, and still list it among the deleted', () => {
    const { db } = testStore();
    const dataset = insertDataset(db, { name: 'a' });
    addVersion(db, dataset.id);
    expect(() => insertDataset(db, { name: 'a' })).toThrow(
      expect.objectContaining({ family: 'conflict', code: 'already-exists' }),
    );
    deleteDataset(db, dataset.id);
    expect(() => getDataset(db, dataset.id)).toThrow(expect.objectContaining({ family: 'not-found' }));
    expect(getDataset(db, dataset.id, { deleted: true }).id).toBe(dataset.id);
    expect(findDatasetByName(db, 'a')).toBeNull();
    expect(findVersionByHash(db, 'h')).toBeNull();
    insertDataset(db, { name: 'a' });
    expect(listDatasets(db).total).toBe(1);
    expect(listDatasets(db, { deleted: true }).rows[0]?.id).toBe(dataset.id);
  });

  it('page, sort and search with any character', () => {
    const { db, clock } = testStore();
    for (const name of ['b_1', 'a%2', 'Äpfel', "o'c", 'b12']) {
      clock.advance(10);
      insertDataset(db, { name });
    }
    const names = (query: Parameters<typeof listDatasets>[1]) => listDatasets(db, query).rows.map((row) => row.name);
    expect(names({ sort: { by: 'name', descending: false }, limit: 2, offset: 1 })).toEqual(['b12', 'b_1']);
    expect(names({})).toEqual(['b12', "o'c", 'Äpfel', 'a%2', 'b_1']);
    expect(names({ search: '_1' })).toEqual(['b_1']);
    expect(names({ search: '%' })).toEqual(['a%2']);
    expect(names({ search: "O'C" })).toEqual(["o'c"]);
    // A sort column is never pasted into the statement unless it is one of the table's.
    const hostile = { by: 'name; DROP TABLE datasets' as 'name', descending: true };
    expect(() => names({ sort: hostile })).toThrow(expect.objectContaining({ family: 'invalid-input' }));
  });

  it('keep one receipt a version, found again by the bytes it was made from', () => {
    const { db } = testStore();
    const version = addVersion(db, insertDataset(db, { name: 'a' }).id);
    const receipt = {
      datasetVersionId: version.id,
      rawFile: 'raw/x',
      rawSha256: 'r',
      rawBytes: 9,
      dialect: { delimiter: ';' },
      rowCount: 3,
      rejectedCount: 1,
      rejectsFile: null,
      body: { columns: [] },
    };
    insertReceipt(db, receipt);
    expect(getReceipt(db, version.id)).toMatchObject(receipt);
    expect(findReceiptBySource(db, 'r')?.datasetVersionId).toBe(version.id);
    expect(() => insertReceipt(db, receipt)).toThrow(expect.objectContaining({ family: 'conflict' }));
  });
});

describe('H1 runs and H2 models', () => {
  it('record a run with its trials, again where a resumed job repeats one', () => {
    const { db } = testStore();
    const run = insertRun(db, {
      jobId: 'job_1',
      datasetVersionId: 'dv_1',
      task: 'binary',
      target: 'y',
      metric: 'auc',
      seed: 7,
      params: { folds: 5 },
    });
    const trial = {
      runId: run.id,
      number: 0,
      learner: 'trees',
      params: { depth: 3 },
      status: 'done' as const,
      score: Number.NaN,
      scoreLow: 0.1,
      scoreHigh: 0.2,
      foldScores: [0.1, null],
      detail: null,
      fitSeconds: 1.5,
    };
    saveTrial(db, trial);
    saveTrial(db, { ...trial, score: 0.15 });
    saveTrial(db, { ...trial, number: 1, status: 'failed' });
    expect(listTrials(db, run.id).map((row) => [row.number, row.score, row.status])).toEqual([
      [0, 0.15, 'done'],
      [1, null, 'failed'],
    ]);
    finishRun(db, run.id, { status: 'succeeded', trialCount: 2, score: { value: 0.15 } });
    expect(getRun(db, run.id)).toMatchObject({
      status: 'succeeded',
      trialCount: 2,
      params: { folds: 5 },
      finishedAt: db.clock.now(),
    });
    expect(findRunByJob(db, 'job_1')?.id).toBe(run.id);
    expect(listRuns(db, { jobId: 'job_1' }).total).toBe(1);
  });

  it('list models by the dataset any of their versions was trained on', () => {
    const { db } = testStore();
    const dataset = insertDataset(db, { name: 'd' });
    const data = addVersion(db, dataset.id);
    const [a, b] = ['a', 'b'].map((name) => insertModel(db, { name, task: 'binary', target: 'y' }));
    if (a === undefined || b === undefined) return;
    addModelVersion(db, a.id, data.id);
    const newer = addModelVersion(db, a.id);
    addModelVersion(db, b.id);
    expect(listModels(db, { datasetId: dataset.id }).rows.map((row) => row.name)).toEqual(['a']);
    expect(listModels(db, { search: 'Y' }).total).toBe(2);
    expect(getCurrentModelVersion(db, a.id)).toMatchObject({ number: 2, stage: 'draft', score: { value: 0.8 } });
    updateModelVersion(db, newer.id, { stage: 'review' });
    expect(listModelVersions(db, a.id).rows.map((row) => row.stage)).toEqual(['review', 'draft']);
    expect(findModelVersionByPackage(db, `package of ${b.id}`)?.modelId).toBe(b.id);
    deleteModel(db, b.id);
    expect(findModelByName(db, 'b')).toBeNull();
    expect(listModels(db, { deleted: true }).total).toBe(1);
  });
});

describe('the manifest of files', () => {
  it('records a content-hashed file once, walks them all, and adds up their size', () => {
    const { db } = testStore();
    for (let i = 0; i < 1200; i++) {
      recordFile(db, {
        path: `data/${String(i).padStart(5, '0')}`,
        kind: 'data',
        sha256: 's',
        byteSize: 2,
        ownerId: i % 2 === 0 ? 'dv_a' : 'dv_b',
      });
    }
    recordFile(db, { path: 'data/00001', kind: 'data', sha256: 's', byteSize: 2, ownerId: 'dv_other' });
    expect([...eachFile(db)]).toHaveLength(1200);
    expect(findFile(db, 'data/00001')?.ownerId).toBe('dv_b');
    expect(listFiles(db, { ownerId: 'dv_a' }).total).toBe(600);
    expect(totalFileBytes(db)).toBe(2400);
    deleteFileRow(db, 'data/00001');
    expect(findFile(db, 'data/00001')).toBeNull();
  });
});

describe('outcomes and feedback', () => {
  it('keep when something happened and when it was known apart', () => {
    const { db } = testStore();
    insertOutcome(db, {
      modelVersionId: 'mv',
      rowKey: 'c1',
      ledgerId: null,
      outcome: 'yes',
      value: 3,
      source: 'crm',
      observedAt: 5,
      knownAt: 9,
    });
    insertOutcome(db, {
      modelVersionId: 'mv',
      rowKey: 'c2',
      ledgerId: null,
      outcome: 'no',
      value: null,
      source: 'crm',
      observedAt: 6,
    });
    expect(listOutcomes(db, { rowKey: 'c1' }).rows).toMatchObject([{ observedAt: 5, knownAt: 9, value: 3 }]);
    expect(listOutcomes(db, { modelVersionId: 'mv' }).rows[0]?.knownAt).toBe(db.clock.now());
    const said = insertFeedback(db, {
      ledgerId: 'led_1',
      modelVersionId: 'mv',
      rowKey: 'c1',
      rating: -1,
      correctedOutcome: 'no',
      comment: 'wrong',
      actor: 'user',
    });
    expect(listFeedback(db, { ledgerId: 'led_1' }).rows).toEqual([said]);
  });
});

describe('canonical JSON', () => {
  it('is the same text for the same value however it was built', () => {
    expect(canonicalJson({ b: [1, { d: undefined, c: null }], a: 'ä"' })).toBe('{"a":"ä\\"","b":[1,{"c":null}]}');
    expect(canonicalJson({ a: 'ä"', b: [1, { c: null }] })).toBe(
      canonicalJson({ b: [1, { d: undefined, c: null }], a: 'ä"' }),
    );
    expect(canonicalJson([Number.NaN, undefined])).toBe('[null,null]');
  });
});
