/** Entering a written version into the store: imports, cleaning steps and query results all end here, in one transaction. */
import { statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { asJson, type JsonValue } from '../../base/json.ts';
import type { Db } from '../../store/db.ts';
import {
  type DatasetRow,
  type DatasetVersionRow,
  findDatasetByName,
  findDatasetVersion,
  insertDataset,
  insertDatasetVersion,
} from '../../store/repositories/datasets.ts';
import { recordFile } from '../../store/repositories/files.ts';
import { catalogueFile } from '../../warehouse/import/version.ts';
import type { Version } from '../../warehouse/types.ts';

export type RecordedVersion = {
  readonly dataset: DatasetRow;
  readonly row: DatasetVersionRow;
  /** False when the current version already was exactly this one: then nothing new was recorded. */
  readonly isNew: boolean;
};

/**
 * Records the version as the newest of the data set called `name`, which is made when there is none. `steps` says in order
 * what was done since its parent: each an object with at least `kind` and a sentence `text`. Call it inside a transaction.
 */
export function recordVersion(
  db: Db,
  workspaceDir: string,
  entry: { readonly name: string; readonly version: Version; readonly steps: readonly JsonValue[] },
): RecordedVersion {
  const { name, version, steps } = entry;
  const known = findDatasetByName(db, name);
  const dataset = known ?? insertDataset(db, { name });
  const current = known?.currentVersionId == null ? null : findDatasetVersion(db, known.currentVersionId);
  if (current !== null && current.contentHash === version.hash) return { dataset, row: current, isNew: false };
  const row = insertDatasetVersion(db, {
    datasetId: dataset.id,
    contentHash: version.hash,
    files: asJson(
      version.parts.map((part) => ({
        path: part.file,
        sha256: part.sha256,
        byteSize: part.bytes,
        rowCount: part.rows,
      })),
    ),
    rowCount: version.rows,
    columnCount: version.columns.length,
    byteSize: version.bytes,
    columns: asJson(
      version.columns.map((column) => ({ name: column.name, type: column.type, missing: column.missing })),
    ),
    source: asJson({ name: version.source.name, sha256: version.source.sha256, byteSize: version.source.bytes }),
    steps: asJson(steps),
    parentVersionId: current?.id ?? null,
    rejectedCount: version.rejected.rows,
  });
  recordFiles(db, workspaceDir, version, row.id);
  return { dataset, row, isNew: true };
}

/** Parts, source, catalogue and rejected rows belong to the workspace; all are named by hash. */
function recordFiles(db: Db, workspaceDir: string, version: Version, ownerId: string): void {
  for (const part of version.parts) {
    recordFile(db, { path: part.file, kind: 'data', sha256: part.sha256, byteSize: part.bytes, ownerId });
  }
  const { source } = version;
  if (source.file !== null) {
    recordFile(db, { path: source.file, kind: 'raw', sha256: source.sha256, byteSize: source.bytes, ownerId });
  }
  const describe = (path: string, kind: 'data' | 'rejects', sha256: string): void =>
    recordFile(db, { path, kind, sha256, byteSize: statSync(join(workspaceDir, path)).size, ownerId });
  describe(catalogueFile(version.hash), 'data', version.hash);
  const { file } = version.rejected;
  if (file !== null) describe(file, 'rejects', basename(file).slice(0, 64));
}
