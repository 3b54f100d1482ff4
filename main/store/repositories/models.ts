/** Models, their versions (one package each) and the decision policy of each model. */
import { notFound } from '../../base/errors.ts';
import { asJson, type JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';
import {
  allRows,
  contains,
  equals,
  findRow,
  getRow,
  insertRow,
  listRows,
  type Page,
  type PageQuery,
  type Table,
  updateRow,
} from '../table.ts';

export type ModelStage = 'draft' | 'review' | 'champion' | 'retired';

export type ModelRow = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly task: string;
  readonly target: string;
  readonly currentVersionId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly knownAt: number;
  readonly deletedAt: number | null;
};

export type ModelVersionRow = {
  readonly id: string;
  readonly modelId: string;
  readonly number: number;
  readonly stage: ModelStage;
  readonly runId: string | null;
  readonly datasetVersionId: string | null;
  /** The package relative to the workspace, e.g. models/<hash>.augury-model. */
  readonly packageFile: string;
  readonly packageSha256: string;
  readonly byteSize: number;
  readonly metric: string;
  readonly score: JsonValue | null;
  readonly baseline: JsonValue | null;
  readonly calibration: JsonValue | null;
  /** Raw input columns with what a form needs. */
  readonly inputs: JsonValue;
  /** Everything else the model's pages show. */
  readonly report: JsonValue | null;
  readonly gates: JsonValue;
  readonly createdAt: number;
  readonly knownAt: number;
};

const models: Table<ModelRow> = {
  name: 'models',
  key: 'id',
  noun: 'model',
  columns: {
    id: 'text',
    name: 'text',
    description: 'text',
    tags: 'json',
    task: 'text',
    target: 'text',
    currentVersionId: 'text',
    createdAt: 'integer',
    updatedAt: 'integer',
    knownAt: 'integer',
    deletedAt: 'integer',
  },
};

const versions: Table<ModelVersionRow> = {
  name: 'model_versions',
  key: 'id',
  noun: 'model version',
  columns: {
    id: 'text',
    modelId: 'text',
    number: 'integer',
    stage: 'text',
    runId: 'text',
    datasetVersionId: 'text',
    packageFile: 'text',
    packageSha256: 'text',
    byteSize: 'integer',
    metric: 'text',
    score: 'json',
    baseline: 'json',
    calibration: 'json',
    inputs: 'json',
    report: 'json',
    gates: 'json',
    createdAt: 'integer',
    knownAt: 'integer',
  },
};

/** Adds a model without versions. Throws conflict (already-exists) when a live one has this name. */
export function insertModel(
  db: Db,
  model: Pick<ModelRow, 'name' | 'task' | 'target'> & {
    readonly id?: string;
    readonly description?: string;
    readonly tags?: readonly string[];
  },
): ModelRow {
  const now = db.clock.now();
  return insertRow(db, models, {
    id: model.id ?? db.ids.next('md'),
    name: model.name,
    description: model.description ?? '',
    tags: model.tags ?? [],
    task: model.task,
    target: model.target,
    currentVersionId: null,
    createdAt: now,
    updatedAt: now,
    knownAt: now,
    deletedAt: null,
  });
}

/** A live model by id; throws not-found. Deleted ones are found only with `deleted`. */
export function getModel(db: Db, id: string, options: { readonly deleted?: boolean } = {}): ModelRow {
  const row = getRow(db, models, id);
  if (row.deletedAt !== null && options.deleted !== true) {
    throw notFound('model-not-found', `The model "${row.name}" was deleted.`, { hint: 'Undo the deletion to use it.' });
  }
  return row;
}

export const findModel = (db: Db, id: string): ModelRow | null => findRow(db, models, id);

export function findModelByName(db: Db, name: string): ModelRow | null {
  return (
    listRows(db, models, [{ sql: 'name = ? AND deleted_at IS NULL', values: [name] }], { limit: 1 }).rows[0] ?? null
  );
}

export function updateModel(
  db: Db,
  id: string,
  patch: Partial<Pick<ModelRow, 'name' | 'description' | 'tags' | 'currentVersionId'>>,
): void {
  updateRow(db, models, id, { ...patch, updatedAt: db.clock.now() });
}

/** Marks as deleted; the package stays until the deletion can no longer be undone. */
export function deleteModel(db: Db, id: string): void {
  getModel(db, id);
  updateRow(db, models, id, { deletedAt: db.clock.now() });
}

export type ModelQuery = PageQuery<ModelRow> & {
  readonly search?: string;
  readonly deleted?: boolean;
  /** Only models one of whose versions was trained on this dataset. */
  readonly datasetId?: string;
};

export function listModels(db: Db, query: ModelQuery = {}): Page<ModelRow> {
  const trainedOn =
    query.datasetId === undefined
      ? null
      : {
          sql: `id IN (SELECT mv.model_id FROM model_versions mv JOIN dataset_versions dv ON dv.id = mv.dataset_version_id
                WHERE dv.dataset_id = ?)`,
          values: [query.datasetId],
        };
  const live = { sql: query.deleted === true ? 'deleted_at IS NOT NULL' : 'deleted_at IS NULL', values: [] };
  return listRows(db, models, [live, trainedOn, contains(['name', 'description', 'target', 'tags'], query.search)], {
    sort: { by: 'updatedAt', descending: true },
    ...query,
  });
}

/** Adds a version (number and times set here) and makes it the current one. Call it in a transaction with its file. */
export function insertModelVersion(
  db: Db,
  version: Omit<ModelVersionRow, 'id' | 'number' | 'createdAt' | 'knownAt' | 'stage' | 'gates'> & {
    readonly id?: string;
    readonly stage?: ModelStage;
    readonly gates?: JsonValue;
    readonly knownAt?: number;
  },
): ModelVersionRow {
  return db.transaction(() => {
    const now = db.clock.now();
    const last = db.get<{ n: number }>(
      'SELECT coalesce(max(number), 0) AS n FROM model_versions WHERE model_id = ?',
      version.modelId,
    );
    const row = insertRow(db, versions, {
      ...version,
      id: version.id ?? db.ids.next('mv'),
      number: (last?.n ?? 0) + 1,
      stage: version.stage ?? 'draft',
      gates: version.gates ?? [],
      createdAt: now,
      knownAt: version.knownAt ?? now,
    });
    updateModel(db, version.modelId, { currentVersionId: row.id });
    return row;
  });
}

export const getModelVersion = (db: Db, id: string): ModelVersionRow => getRow(db, versions, id);

/** The version in use of a live model; throws not-found. */
export function getCurrentModelVersion(db: Db, modelId: string): ModelVersionRow {
  const model = getModel(db, modelId);
  if (model.currentVersionId === null) throw notFound('model-empty', `The model "${model.name}" has no version yet.`);
  return getModelVersion(db, model.currentVersionId);
}

export function listModelVersions(
  db: Db,
  modelId: string,
  page: PageQuery<ModelVersionRow> = {},
): Page<ModelVersionRow> {
  return listRows(db, versions, [equals('model_id', modelId)], { sort: { by: 'number', descending: true }, ...page });
}

/**
 * Takes out of the store what a model's rows say of its training data, and the model with them; it cannot be undone. What is
 * left is its name, its versions' numbers and their scores. Its files are the caller's to remove.
 */
export function eraseModel(db: Db, id: string): void {
  for (const version of allRows((page) => listModelVersions(db, id, page)))
    updateRow(db, versions, version.id, { inputs: [], report: null, calibration: null });
  db.run('DELETE FROM policies WHERE model_id = ?', id);
  updateRow(db, models, id, { deletedAt: db.clock.now() });
}

export const findModelVersionByPackage = (db: Db, packageSha256: string): ModelVersionRow | null =>
  listRows(db, versions, [equals('package_sha256', packageSha256)], { limit: 1 }).rows[0] ?? null;

export function updateModelVersion(
  db: Db,
  id: string,
  patch: Partial<Pick<ModelVersionRow, 'stage' | 'gates' | 'report' | 'calibration'>>,
): void {
  updateRow(db, versions, id, patch);
}

/** The decision policy saved for a model, or null. */
export function findPolicy(db: Db, modelId: string): JsonValue | null {
  const row = db.get<{ body: string }>('SELECT body FROM policies WHERE model_id = ?', modelId);
  return row === null ? null : asJson(JSON.parse(row.body));
}

export function savePolicy(db: Db, modelId: string, policy: JsonValue): void {
  getModel(db, modelId);
  db.run(
    `INSERT INTO policies (model_id, body, updated_at) VALUES (?, ?, ?)
     ON CONFLICT (model_id) DO UPDATE SET body = excluded.body, updated_at = excluded.updated_at`,
    modelId,
    JSON.stringify(policy),
    db.clock.now(),
  );
  db.touch('policies', modelId);
}
