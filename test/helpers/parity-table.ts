/**
 * One row an operation of the contract: how to call it so that it answers, and what of the answer differs between two equal
 * calls anyway (ids of what was made, measured times). The parity test walks the contract and this table together.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { contract } from '../../main/contract/index.ts';
import { finish, settle } from './host.ts';
import { cleaningRows } from './parity-cleaning.ts';
import { explanationRows } from './parity-explanations.ts';
import { featureRows } from './parity-features.ts';
import { curveEdits, pasted, type Subjects } from './parity-subjects.ts';

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const fileHash = (path: string): string => sha256(readFileSync(path));

export type Row = {
  readonly input: (s: Subjects, door: string) => unknown;
  /** The part of an answer that must be equal on every door. */
  readonly same?: (output: unknown, s: Subjects, door: string) => unknown;
  /** Something that happens while a stream is waited for. */
  readonly during?: (s: Subjects, door: string) => Promise<unknown>;
  /** What an undoable change changes. */
  readonly observe?: (s: Subjects) => Promise<unknown>;
  /** Fields that make the input invalid; each must be named. Null: the operation takes no input. */
  readonly bad: Readonly<Record<string, unknown>> | null;
};

/** The answer without measured or fresh values, wherever they stand. */
const without =
  (...keys: readonly string[]) =>
  (output: unknown): unknown =>
    JSON.parse(JSON.stringify(output, (key, value) => (keys.includes(key) ? undefined : value)));

type Started = { readonly jobId: string };
const ended =
  (keep: (result: Record<string, unknown>, s: Subjects, door: string) => unknown): Row['same'] =>
  async (output, s, door) => {
    const job = await finish(s.client, (output as Started).jobId);
    return { state: job.state, kept: keep(job.result as Record<string, unknown>, s, door) };
  };
const blobHash = async (output: unknown): Promise<unknown> => {
  if (!(output instanceof Blob)) throw new Error('the answer is no file');
  return sha256(new Uint8Array(await output.arrayBuffer()));
};
const outputFile = (s: Subjects, name: string, door: string): string => join(s.folder, `${name}-${door}.csv`);
const badId = { id: 'nonsense' };
const badModel = { modelId: 'nonsense' };
const policy = {
  matrix: { truePositive: 40, falsePositive: -10, trueNegative: 0, falseNegative: 0 },
  action: 'Call',
};

type Table = { readonly [Noun in keyof typeof contract]: { readonly [Verb in keyof (typeof contract)[Noun]]: Row } };

export const table: Table = {
  workspaces: {
    current: { input: () => ({}), same: without('bytes'), bad: null },
    list: { input: () => ({}), same: without('bytes'), bad: null },
    create: {
      input: (_s, door) => ({ name: `made by ${door}` }),
      same: (output, _s, door) => (output as { name: string }).name === `made by ${door}`,
      bad: { name: '' },
    },
    home: { input: () => ({}), bad: null },
    loadSample: {
      input: () => ({ sample: 'store-sales' }),
      same: ended(({ version, rows, rejected }) => ({ version, rows, rejected })),
      bad: { sample: 'nonsense' },
    },
  },
  datasets: {
    preview: { input: (s) => ({ source: { path: s.file } }), bad: { source: { uploadId: 'nonsense' } } },
    import: {
      input: (_s, door) => ({ source: { text: pasted, name: 'pasted.csv' }, name: `pasted by ${door}` }),
      same: ended(({ version, rows, rejected }) => ({ version, rows, rejected })),
      bad: { name: '' },
    },
    list: { input: () => ({ limit: 2, search: 'churn' }), bad: { limit: 0 } },
    get: { input: (s) => ({ id: s.datasetId }), bad: badId },
    receipt: { input: (s) => ({ id: s.datasetId }), bad: badId },
    versions: { input: (s) => ({ id: s.datasetId }), bad: badId },
    profile: { input: (s) => ({ id: s.datasetId }), bad: badId },
    page: {
      input: (s) => ({
        id: s.datasetId,
        offset: 0,
        limit: 5,
        sort: [{ column: 'tenure', descending: true }],
        filters: [{ column: 'Churn', op: 'equals', value: 'Yes' }],
      }),
      same: without('seconds'),
      bad: { limit: 5000 },
    },
    rename: {
      input: (s, door) => ({ id: s.datasetId, name: `renamed by ${door}` }),
      same: without('eventId'),
      observe: async (s) => (await s.client.datasets.get({ id: s.datasetId })).name,
      bad: { name: '' },
    },
    delete: {
      input: (s) => ({ id: s.datasetId }),
      same: without('eventId'),
      observe: async (s) => (await s.client.datasets.list({})).items.map((item) => item.id),
      bad: badId,
    },
    export: {
      input: (s, door) => ({ id: s.datasetId, destination: { path: outputFile(s, 'export', door) } }),
      same: ended((_result, s, door) => fileHash(outputFile(s, 'export', door))),
      bad: { format: 'nonsense' },
    },
    ...cleaningRows,
  },
  jobs: {
    list: { input: () => ({ kinds: ['train'], limit: 5 }), bad: { limit: 0 } },
    get: { input: (s) => ({ id: s.trainJobId }), bad: badId },
    metrics: { input: (s) => ({ id: s.trainJobId, from: 1 }), bad: { from: -1 } },
    log: { input: (s) => ({ id: s.trainJobId }), bad: badId },
    watch: { input: (s) => ({ id: s.trainJobId }), bad: badId },
    watchAll: {
      input: () => ({}),
      during: (s, door) => s.client.datasets.import({ source: { text: pasted, name: 'watched.csv' }, name: door }),
      same: (output) => (output as { kind: string }).kind,
      bad: null,
    },
    cancel: { input: (s) => ({ id: s.trainJobId }), bad: badId },
    pause: { input: (s) => ({ id: s.trainJobId }), bad: badId },
    resume: { input: (s) => ({ id: s.trainJobId }), bad: badId },
    retry: {
      input: (s) => ({ id: s.failedJobId }),
      same: async (output, s) => (await settle(s.client, (output as Started).jobId)).error,
      bad: badId,
    },
  },
  models: {
    plan: { input: (s) => ({ datasetId: s.datasetId, target: 'Churn', trials: 1 }), bad: { task: 'nonsense' } },
    train: {
      input: (s) => ({
        datasetId: s.datasetId,
        target: 'Churn',
        trials: 1,
        folds: 2,
        learners: ['linear'],
        name: 'one',
      }),
      same: ended(({ packageSha256 }) => packageSha256),
      bad: { folds: 1 },
    },
    stopEarly: { input: (s) => ({ jobId: s.trainJobId }), bad: { jobId: 'nonsense' } },
    list: { input: () => ({ limit: 3, offset: 1 }), bad: { offset: -1 } },
    get: { input: (s) => ({ id: s.modelId }), bad: badId },
    quality: { input: (s) => ({ id: s.modelId, segmentBy: 'Contract' }), bad: badId },
    fairness: { input: (s) => ({ id: s.modelId, column: 'Contract' }), bad: badId },
    slices: { input: (s) => ({ id: s.modelId }), bad: badId },
    coverage: { input: (s) => ({ id: s.modelId }), bad: badId },
    compare: { input: (s) => ({ id: s.modelId, other: s.otherModelId }), bad: { other: 'nonsense' } },
    curves: { input: (s) => ({ id: s.otherModelId, term: 1 }), bad: badId },
    previewCurveEdit: {
      input: (s) => ({ id: s.otherModelId, edits: curveEdits, term: 0 }),
      bad: { edits: [] },
    },
    saveCurveEdit: {
      input: (s) => ({ id: s.otherModelId, edits: curveEdits }),
      same: without('versionId', 'number', 'previousVersionId'),
      bad: { edits: [] },
    },
    activateVersion: {
      input: async (s) => {
        const isEdited = ((await s.client.models.get({ id: s.otherModelId })).edits ?? []).length > 0;
        return { id: s.otherModelId, versionId: s.versions[isEdited ? 0 : 1] };
      },
      same: without('eventId'),
      observe: async (s) => (await s.client.models.get({ id: s.otherModelId })).edits,
      bad: { versionId: 'nonsense' },
    },
    rename: {
      input: (s, door) => ({ id: s.modelId, name: `renamed by ${door}` }),
      same: without('eventId'),
      observe: async (s) => (await s.client.models.get({ id: s.modelId })).name,
      bad: { name: '' },
    },
    delete: {
      input: (s) => ({ id: s.modelId }),
      same: without('eventId'),
      observe: async (s) => (await s.client.models.list({})).items.map((item) => item.id).includes(s.modelId),
      bad: badId,
    },
    import: {
      input: (s) => ({ source: { path: s.packageFile } }),
      same: ended(({ modelId }) => modelId),
      bad: { source: { uploadId: 'nonsense' } },
    },
    export: {
      input: (s, door) => ({ id: s.modelId, path: join(s.folder, `${door}.augury-model`) }),
      same: without('file'),
      bad: { path: '' },
    },
    exportMlflow: {
      input: (s, door) => ({ id: s.modelId, directory: join(s.folder, `mlflow-${door}`) }),
      same: without('directory'),
      bad: { directory: '' },
    },
    download: { input: (s) => ({ id: s.modelId }), same: blobHash, bad: badId },
    evaluate: {
      input: (s) => ({ id: s.modelId, source: { path: s.file } }),
      same: ended(({ rows, metrics }) => ({ rows, metrics })),
      bad: badId,
    },
  },
  predictions: {
    one: {
      input: (s) => ({ modelId: s.modelId, row: s.row, record: false }),
      // The best threshold is asked for at the first prediction and known a moment later.
      same: without('milliseconds', 'cached', 'decision'),
      bad: { row: 7 },
    },
    checkSchema: { input: (s) => ({ modelId: s.modelId, source: { path: s.file } }), bad: badModel },
    scoreFile: {
      input: (s, door) => ({
        modelId: s.modelId,
        source: { path: s.file },
        destination: { path: outputFile(s, 'scored', door) },
        id: 'customerID',
        explain: 2,
      }),
      same: ended((_result, s, door) => fileHash(outputFile(s, 'scored', door))),
      bad: { explain: -1 },
    },
    cacheStats: { input: () => ({}), bad: null },
    clearCache: { input: () => ({}), same: (output) => typeof (output as { cleared: number }).cleared, bad: null },
  },
  explanations: explanationRows({ without, ended, outputFile, fileHash, badModel }),
  decisions: {
    curve: { input: (s) => ({ modelId: s.modelId, policy }), bad: { policy: { matrix: 1 } } },
    savePolicy: {
      input: (s, door) => ({ modelId: s.modelId, policy: { ...policy, action: door } }),
      same: without('eventId'),
      observe: async (s) => {
        const found = await s.client.decisions.curve({ modelId: s.modelId });
        return [found.policySaved, found.policy.action];
      },
      bad: badModel,
    },
    ledger: { input: () => ({ limit: 5 }), bad: { limit: 0 } },
    verify: { input: () => ({}), bad: null },
  },
  queries: {
    tables: { input: () => ({}), bad: null },
    run: {
      input: () => ({ sql: 'SELECT "Churn", count(*) AS n FROM churn GROUP BY ALL ORDER BY n' }),
      same: without('seconds'),
      bad: { limit: 0 },
    },
    save: {
      input: (_s, door) => ({ sql: 'SELECT * FROM churn ORDER BY "customerID" LIMIT 5', name: `five ${door}` }),
      same: ended(({ rows }) => rows),
      bad: { name: '' },
    },
  },
  features: featureRows({ without, ended, badId }),
  system: {
    health: { input: () => ({}), same: without('uptimeSeconds'), bad: null },
    machine: {
      input: () => ({}),
      same: without('freeMemoryBytes', 'freeDiskBytes', 'milliseconds'),
      bad: { refresh: 'perhaps' },
    },
    settings: { input: () => ({}), bad: null },
    updateSettings: {
      input: (_s, door) => ({ numberLocale: door }),
      same: without('eventId'),
      observe: async (s) => (await s.client.system.settings({})).numberLocale,
      bad: { threads: -1 },
    },
    doctor: {
      input: () => ({}),
      same: (output) =>
        (output as { checks: { name: string; ok: boolean }[] }).checks.map(({ name, ok }) => [name, ok]),
      bad: null,
    },
    undo: {
      input: (s, door) => s.client.models.rename({ id: s.modelId, name: `to be undone by ${door}` }),
      same: without('eventId'),
      bad: { eventId: 7 },
    },
    changes: {
      input: () => ({}),
      during: (s, door) => s.client.system.updateSettings({ numberLocale: door }),
      same: (output) => (output as { noun: string }).noun,
      bad: null,
    },
    beginUpload: {
      input: () => ({ name: 'a.csv', bytes: 8 }),
      same: without('uploadId'),
      bad: { bytes: -1 },
    },
    appendUpload: {
      input: async (s) => {
        const { uploadId } = await s.client.system.beginUpload({ name: 'a.csv', bytes: 8 });
        return { uploadId, offset: 0, data: new Blob(['a,b\n1,2\n']) };
      },
      bad: { offset: -1 },
    },
    discardUpload: {
      input: async (s) => ({ uploadId: (await s.client.system.beginUpload({ name: 'a.csv', bytes: 8 })).uploadId }),
      bad: { uploadId: 'nonsense' },
    },
    download: { input: (s) => ({ jobId: s.downloadJobId }), same: blobHash, bad: { jobId: 'nonsense' } },
  },
};

/** The row of `noun.verb`. */
export function rowOf(operation: string): Row {
  const [noun, verb] = operation.split('.');
  const rows: Readonly<Record<string, Readonly<Record<string, Row>>>> = table;
  return rows[noun][verb];
}

/** The input with every id replaced by one that nothing has; null when it names no id. */
export function withUnknownIds(input: unknown): unknown {
  let found = false;
  const text = JSON.stringify(input, (_key, value) => {
    if (typeof value !== 'string' || !/^(ds|md|job|up|ev)_[0-9a-z]+$/.test(value)) return value;
    found = true;
    return `${value.split('_')[0]}_zzzzzzzzz000000000`;
  });
  return found ? JSON.parse(text) : null;
}
