/** Datasets and their immutable versions. A deleted dataset keeps its rows, so that deleting can be undone. */
import { notFound } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import type { Db } from '../db.ts';
import {
  contains,
  findRow,
  fromSql,
  getRow,
  insertRow,
  listRows,
  type Page,
  type PageQuery,
  type Table,
  updateRow,
} from '../table.ts';

export type DatasetRow = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly currentVersionId: string | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly knownAt: number;
  readonly deletedAt: number | null;
};

export type DatasetVersionRow = {
  readonly id: string;
  readonly datasetId: string;
  /** 1, 2, 3 … within the dataset. */
  readonly number: number;
  /** Hash over the content of all files, in order. */
  readonly contentHash: string;
  /** Parquet files in row order: [{path, sha256, byteSize, rowCount}], paths relative to the workspace. */
  readonly files: JsonValue;
  readonly rowCount: number;
  readonly columnCount: number;
  readonly byteSize: number;
  /** [{name, type, missing}] in order. */
  readonly columns: JsonValue;
  /** The profile once computed, else null. */
  readonly profile: JsonValue | null;
  /** {name, sha256, byteSize} of what was imported, null when derived; {name, erasedAt} once its rows were erased. */
  readonly source: JsonValue | null;
  /** Steps that led from the parent version to this one. */
  readonly steps: JsonValue;
  readonly parentVersionId: string | null;
  readonly rejectedCount: number;
  readonly createdAt: number;
  readonly knownAt: number;
};

const datasets: Table<DatasetRow> = {
  name: 'datasets',
  key: 'id',
  noun: 'dataset',
  columns: {
    id: 'text',
    name: 'text',
    description: 'text',
    tags: 'json',
    currentVersionId: 'text',
    createdAt: 'integer',
    updatedAt: 'integer',
    knownAt: 'integer',
    deletedAt: 'integer',
  },
};

const versions: Table<DatasetVersionRow> = {
  name: 'dataset_versions',
  key: 'id',
  noun: 'dataset version',
  columns: {
    id: 'text',
    datasetId: 'text',
    number: 'integer',
    contentHash: 'text',
    files: 'json',
    rowCount: 'integer',
    columnCount: 'integer',
    byteSize: 'integer',
    columns: 'json',
    profile: 'json',
    source: 'json',
    steps: 'json',
    parentVersionId: 'text',
    rejectedCount: 'integer',
    createdAt: 'integer',
    knownAt: 'integer',
  },
};

/** Adds an empty dataset; the id is new unless given. Throws conflict (already-exists) when a live one has this name. */
export function insertDataset(
  db: Db,
  dataset: {
    readonly name: string;
    readonly id?: string;
    readonly description?: string;
    readonly tags?: readonly string[];
  },
): DatasetRow {
  const now = db.clock.now();
  return insertRow(db, datasets, {
    id: dataset.id ?? db.ids.next('ds'),
    name: dataset.name,
    description: dataset.description ?? '',
    tags: dataset.tags ?? [],
    currentVersionId: null,
    createdAt: now,
    updatedAt: now,
    knownAt: now,
    deletedAt: null,
  });
}

/** A live dataset by id; throws not-found. Deleted ones are found only with `deleted`. */
export function getDataset(db: Db, id: string, options: { readonly deleted?: boolean } = {}): DatasetRow {
  const row = getRow(db, datasets, id);
  if (row.deletedAt !== null && options.deleted !== true) {
    throw notFound('dataset-not-found', `The dataset "${row.name}" was deleted.`, {
      hint: 'Undo the deletion to use it.',
    });
  }
  return row;
}

/** The live dataset with exactly this name, or null. */
export function findDatasetByName(db: Db, name: string): DatasetRow | null {
  return (
    listRows(db, datasets, [{ sql: 'name = ? AND deleted_at IS NULL', values: [name] }], { limit: 1 }).rows[0] ?? null
  );
}

export function updateDataset(
  db: Db,
  id: string,
  patch: Partial<Pick<DatasetRow, 'name' | 'description' | 'tags' | 'currentVersionId'>>,
): void {
  updateRow(db, datasets, id, { ...patch, updatedAt: db.clock.now() });
}

/** Marks as deleted; its files stay until the deletion can no longer be undone. */
export function deleteDataset(db: Db, id: string): void {
  getDataset(db, id);
  updateRow(db, datasets, id, { deletedAt: db.clock.now() });
}

export type DatasetQuery = PageQuery<DatasetRow> & {
  readonly search?: string;
  /** True lists the deleted ones instead of the live ones. */
  readonly deleted?: boolean;
};

export function listDatasets(db: Db, query: DatasetQuery = {}): Page<DatasetRow> {
  const live = { sql: query.deleted === true ? 'deleted_at IS NOT NULL' : 'deleted_at IS NULL', values: [] };
  return listRows(db, datasets, [live, contains(['name', 'description', 'tags'], query.search)], {
    sort: { by: 'updatedAt', descending: true },
    ...query,
  });
}

/** The next version number of a dataset (1 for the first). */
export const nextDatasetVersionNumber = (db: Db, datasetId: string): number =>
  (db.get<{ n: number }>('SELECT coalesce(max(number), 0) AS n FROM dataset_versions WHERE dataset_id = ?', datasetId)
    ?.n ?? 0) + 1;

/** Adds a version (number and times set here) and makes it the current one. Call it in a transaction with its files. */
export function insertDatasetVersion(
  db: Db,
  version: Omit<DatasetVersionRow, 'id' | 'number' | 'createdAt' | 'knownAt' | 'profile'> & {
    readonly id?: string;
    readonly knownAt?: number;
    readonly profile?: JsonValue | null;
  },
): DatasetVersionRow {
  return db.transaction(() => {
    const now = db.clock.now();
    const row = insertRow(db, versions, {
      ...version,
      id: version.id ?? db.ids.next('dv'),
      number: nextDatasetVersionNumber(db, version.datasetId),
      profile: version.profile ?? null,
      createdAt: now,
      knownAt: version.knownAt ?? now,
    });
    updateDataset(db, version.datasetId, { currentVersionId: row.id });
    return row;
  });
}

export const getDatasetVersion = (db: Db, id: string): DatasetVersionRow => getRow(db, versions, id);

export const findDatasetVersion = (db: Db, id: string): DatasetVersionRow | null => findRow(db, versions, id);

/** Version `number` of a dataset, or its current one when the number is undefined; throws not-found. */
export function getVersionOf(db: Db, datasetId: string, number?: number): DatasetVersionRow {
  const dataset = getDataset(db, datasetId);
  if (number === undefined) {
    if (dataset.currentVersionId === null) {
      throw notFound('dataset-empty', `The dataset "${dataset.name}" has no version yet.`);
    }
    return getDatasetVersion(db, dataset.currentVersionId);
  }
  const raw = db.get<Record<string, unknown>>(
    'SELECT * FROM dataset_versions WHERE dataset_id = ? AND number = ?',
    datasetId,
    number,
  );
  if (raw === null) {
    throw notFound('dataset-version-not-found', `The dataset "${dataset.name}" has no version ${number}.`);
  }
  return fromSql(versions, raw);
}

/** Newest first unless sorted otherwise. */
export function listDatasetVersions(
  db: Db,
  datasetId: string,
  page: PageQuery<DatasetVersionRow> = {},
): Page<DatasetVersionRow> {
  return listRows(db, versions, [{ sql: 'dataset_id = ?', values: [datasetId] }], {
    sort: { by: 'number', descending: true },
    ...page,
  });
}

/** When the version's rows were erased for good, or null. Its number, shape and place in the line stay on record. */
export function erasedAt(row: Pick<DatasetVersionRow, 'source'>): number | null {
  const at = (row.source as { readonly erasedAt?: number } | null)?.erasedAt;
  return at ?? null;
}

/** Takes everything out of a version's row that speaks of its values. */
export function eraseVersionRow(db: Db, row: DatasetVersionRow): void {
  const { name = '' } = (row.source ?? {}) as { readonly name?: string };
  const source = { name, erasedAt: db.clock.now() };
  updateRow(db, versions, row.id, { files: [], profile: null, steps: [], source });
}

/** All versions of all data sets, deleted ones too. */
export function* eachVersion(db: Db): Generator<DatasetVersionRow> {
  for (let offset = 0; ; offset += 1000) {
    const { rows } = listRows(db, versions, [], { offset, limit: 1000, sort: { by: 'id', descending: false } });
    yield* rows;
    if (rows.length < 1000) return;
  }
}

/** Versions of live datasets with this content hash. */
export function findVersionByHash(
  db: Db,
  contentHash: string,
  options: { readonly deleted?: boolean } = {},
): DatasetVersionRow | null {
  const one = (where: string): DatasetVersionRow | undefined =>
    listRows(db, versions, [{ sql: `content_hash = ?${where}`, values: [contentHash] }], { limit: 1 }).rows[0];
  const live = one(' AND dataset_id IN (SELECT id FROM datasets WHERE deleted_at IS NULL)');
  return live ?? (options.deleted === true ? one('') : undefined) ?? null;
}

/** Keeps the profile of a version beside it. */
export const saveProfile = (db: Db, versionId: string, profile: JsonValue): void =>
  updateRow(db, versions, versionId, { profile });
