/** The import job: runs the warehouse's import and records the version, its files and its receipt in one transaction. */
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { notFound } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { DialectOptions, Receipt } from '../../contract/datasets.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobEstimate, JobHandler } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import {
  findDatasetByName,
  findDatasetVersion,
  insertDataset,
  insertDatasetVersion,
} from '../../store/repositories/datasets.ts';
import { recordFile } from '../../store/repositories/files.ts';
import { findReceipt, insertReceipt } from '../../store/repositories/receipts.ts';
import { catalogueFile } from '../../warehouse/import/version.ts';
import type { Version } from '../../warehouse/types.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';

import type { Catalogue } from './catalogue.ts';

export type ImportJobInput = {
  readonly path: string;
  /** File name to show. */
  readonly sourceName: string;
  readonly name: string;
  readonly options: { readonly [key: string]: string | boolean };
  readonly readings: { readonly [column: string]: string };
  /** Size and time of the file when it was named: an interrupted import is gone on with only while both are the same. */
  readonly sourceBytes: number;
  readonly sourceModifiedMs: number;
  /** Remove the file afterwards: pasted text and uploads. */
  readonly temporary: boolean;
};

export type ImportJobResult = {
  readonly datasetId: string;
  readonly version: number;
  readonly rows: number;
  readonly rejected: number;
};

export type ImportDeps = {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly catalogue: Pick<Catalogue, 'workspaceDir'>;
  /** Computes and keeps the profile of a version. */
  readonly profile: (datasetId: string, version: number, stop: StopSignal) => Promise<unknown>;
};

/** Name of a data set from its file. */
export const nameFromFile = (file: string): string => {
  const plain = basename(file).replace(/\.gz$/i, '');
  return plain.slice(0, plain.length - extname(plain).length) || plain;
};

/** Measured on the reference machine; the machine profile corrects them. */
const bytesPerSecond = 18e6;
const workBytes = 420 * 1024 * 1024;

export function createImportHandler(deps: ImportDeps): JobHandler {
  const { db, warehouse } = deps;
  const { workspaceDir } = deps.catalogue;
  return defineHandler<ImportJobInput, ImportJobResult>({
    kind: 'import',
    estimate: async (input): Promise<JobEstimate> => {
      const bytes = input.sourceBytes;
      return {
        seconds: 0.3 + bytes / bytesPerSecond,
        memoryBytes: Math.min(workBytes, 120 * 1024 * 1024 + bytes * 6),
        diskBytes: bytes * 2,
        basis: `${bytes} bytes at a measured rate.`,
      };
    },
    run: async (input, context) => {
      const startedMs = db.clock.monotonic();
      const previous = previousReceipt(db, input.name);
      const { version, receipt } = await warehouse.runImport(
        {
          sourcePath: input.path,
          sourceName: input.sourceName,
          options: input.options as DialectOptions,
          readings: input.readings,
          ...(previous === null ? {} : { previous }),
        },
        context,
      );
      const seconds = (db.clock.monotonic() - startedMs) / 1000;
      const done = db.transaction((): ImportJobResult => {
        const known = findDatasetByName(db, input.name);
        const dataset = known ?? insertDataset(db, { name: input.name });
        const current = known?.currentVersionId == null ? null : findDatasetVersion(db, known.currentVersionId);
        // The same bytes read the same way are the same version: nothing new is recorded.
        if (current !== null && current.contentHash === version.hash && findReceipt(db, current.id) !== null) {
          return {
            datasetId: dataset.id,
            version: current.number,
            rows: version.rows,
            rejected: version.rejected.rows,
          };
        }
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
          columns: asJson(version.columns.map(({ name, type, missing }) => ({ name, type, missing }))),
          source: asJson({ name: version.source.name, sha256: version.source.sha256, byteSize: version.source.bytes }),
          steps: asJson([]),
          parentVersionId: current?.id ?? null,
          rejectedCount: version.rejected.rows,
        });
        for (const part of version.parts) {
          recordFile(db, { path: part.file, kind: 'data', sha256: part.sha256, byteSize: part.bytes, ownerId: row.id });
        }
        if (version.source.file !== null) {
          recordFile(db, {
            path: version.source.file,
            kind: 'raw',
            sha256: version.source.sha256,
            byteSize: version.source.bytes,
            ownerId: row.id,
          });
        }
        recordDescriptions(db, workspaceDir, version, row.id);
        insertReceipt(db, {
          datasetVersionId: row.id,
          rawFile: version.source.file,
          rawSha256: version.source.sha256,
          rawBytes: version.source.bytes,
          dialect: asJson(receipt.dialect),
          rowCount: version.rows,
          rejectedCount: version.rejected.rows,
          rejectsFile: receipt.rejectsFile,
          body: asJson({ ...receipt, importedAt: db.clock.now(), seconds }),
        });
        return { datasetId: dataset.id, version: row.number, rows: version.rows, rejected: version.rejected.rows };
      });
      context.log(`${done.rows} rows kept, ${done.rejected} rejected at ${isoTime(db.clock.now())}`);
      context.report({ stage: 'profile', fraction: 0.95, message: 'Computing the profile' });
      await deps.profile(done.datasetId, done.version, context.stop);
      if (input.temporary) rmSync(input.path, { force: true });
      return done;
    },
  });
}

/** The version's catalogue and its rejected rows belong to the workspace as its parts do; both are named by hash. */
function recordDescriptions(db: Db, workspaceDir: string, version: Version, ownerId: string): void {
  const record = (path: string, kind: 'data' | 'rejects', sha256: string): void =>
    recordFile(db, { path, kind, sha256, byteSize: statSync(join(workspaceDir, path)).size, ownerId });
  record(catalogueFile(version.hash), 'data', version.hash);
  const { file } = version.rejected;
  if (file !== null) record(file, 'rejects', basename(file).slice(0, 64));
}

/** The receipt of the data set's current version, whose answers the next import uses again. */
function previousReceipt(db: Db, name: string): Receipt | null {
  const versionId = findDatasetByName(db, name)?.currentVersionId ?? null;
  const kept = versionId === null ? null : findReceipt(db, versionId);
  return kept === null ? null : (kept.body as Receipt);
}

/** Size and time of change of a file that is to be imported. Throws not-found. */
export function stampOf(path: string): Pick<ImportJobInput, 'sourceBytes' | 'sourceModifiedMs'> {
  try {
    const { size, mtimeMs } = statSync(path);
    return { sourceBytes: size, sourceModifiedMs: Math.round(mtimeMs) };
  } catch (cause) {
    throw notFound('no-such-file', `There is no file ${basename(path)}.`, {
      hint: 'Check the path.',
      cause,
      details: { file: basename(path) },
    });
  }
}

/** Keeps pasted text as a file until its import has ended. */
export function storePasted(folder: string, id: string, text: string): string {
  const path = join(folder, `${id}.csv`);
  writeFileSync(path, text);
  return path;
}
