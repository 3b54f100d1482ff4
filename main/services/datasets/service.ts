import { basename } from 'node:path';
import { invalidInput } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import type { Source } from '../../contract/common.ts';
import type { DatasetSummary, Profile, Receipt } from '../../contract/datasets.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Db } from '../../store/db.ts';
import {
  type DatasetRow,
  type DatasetVersionRow,
  deleteDataset,
  getDataset,
  getVersionOf,
  listDatasets,
  updateDataset,
} from '../../store/repositories/datasets.ts';
import { getReceipt } from '../../store/repositories/receipts.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Inputs, Outputs, Service } from '../service-types.ts';
import type { Uploads } from '../system/uploads.ts';
import type { Catalogue } from './catalogue.ts';
import { createCleaningService } from './cleaning-service.ts';
import { nameFromFile, stampOf } from './import-job.ts';
import { lastImport } from './recipe.ts';

export type DatasetsDeps = {
  readonly db: Db;
  readonly queue: JobQueue;
  readonly catalogue: Catalogue;
  readonly warehouse: Warehouse;
  readonly uploads: Uploads;
  readonly preview: (
    source: { readonly path: string; readonly name: string },
    options: Inputs['datasets']['preview']['options'],
    /** Name of the data set; absent: the file's. */
    wanted: string | undefined,
  ) => Promise<Outputs['datasets']['preview']>;
  /** Computes or reads the kept profile of a version. */
  readonly profile: (datasetId: string, version: number | undefined) => Promise<Profile>;
};

type ImportSource = Inputs['datasets']['import']['source'];

/** Data sets: preview, import, look, page, rename, delete, export. */
export function createDatasetsService(deps: DatasetsDeps): Service<'datasets'> {
  const { db, queue, catalogue } = deps;
  const fileOf = (source: ImportSource): { path: string; name: string; uploadId: string | null } => {
    if ('text' in source) return { ...deps.uploads.hold('pasted.csv', source.text), name: source.name };
    return { ...sourceFile(deps.uploads, source), uploadId: 'uploadId' in source ? source.uploadId : null };
  };
  return {
    preview: async ({ source, options, name: wanted }) => {
      const { path, name, uploadId } = fileOf(source);
      try {
        return await deps.preview({ path, name }, options, wanted);
      } finally {
        if ('text' in source && uploadId !== null) deps.uploads.remove(uploadId);
      }
    },
    import: async (input) => {
      const { path, name, uploadId } = fileOf(input.source);
      const job = await queue.start({
        kind: 'import',
        title: `Import ${name}`,
        input: asJson({
          path,
          sourceName: name,
          name: input.name ?? nameFromFile(name),
          options: input.options,
          readings: input.readings,
          ...(input.privacy === undefined ? {} : { privacy: input.privacy }),
          changes: input.changes,
          ...(await stampOf(path)),
          uploadId,
        }),
        resume: true,
      });
      return { jobId: job.id };
    },
    list: (input) => {
      const { rows, total } = listDatasets(db, {
        offset: input.offset,
        limit: input.limit,
        deleted: input.deleted,
        ...(input.search === undefined ? {} : { search: input.search }),
      });
      const items = rows
        .filter((row) => row.currentVersionId !== null)
        .map((row) => summaryOf(row, getVersionOf(db, row.id)));
      return { items, total };
    },
    get: ({ id, version }) => {
      const { dataset, row, version: catalogued } = catalogue.get(id, version);
      return {
        ...summaryOf(dataset, row),
        versionHash: catalogued.hash,
        schema: catalogued.columns.map((column) => ({ name: column.name, type: column.type, missing: column.missing })),
        sourceName: catalogued.source.name,
      };
    },
    receipt: ({ id, version }) => {
      const row = getVersionOf(db, id, version);
      // A cleaned version was read as the import it began with
      return getReceipt(db, lastImport(db, row.id)?.id ?? row.id).body as Receipt;
    },
    ...createCleaningService(deps),
    profile: ({ id, version }) => deps.profile(id, version),
    page: async ({ id, version, ...request }, call) => {
      const { version: catalogued } = catalogue.get(id, version);
      const startedMs = db.clock.monotonic();
      const { rows, total } = await deps.warehouse.page(catalogued, request, call.signal);
      return {
        columns: catalogued.columns.map((column) => ({
          name: column.name,
          type: column.type,
          missing: column.missing,
        })),
        rows,
        total,
        seconds: (db.clock.monotonic() - startedMs) / 1000,
      };
    },
    rename: ({ id, name }) => {
      getDataset(db, id);
      updateDataset(db, id, { name });
    },
    delete: ({ id }) => deleteDataset(db, id),
    export: async (input) => {
      const { dataset } = catalogue.get(input.id, input.version);
      const job = await queue.start({
        kind: 'export',
        title: `Export ${dataset.name}`,
        input: asJson(input),
        datasetId: input.id,
      });
      return { jobId: job.id };
    },
  };
}

function summaryOf(dataset: DatasetRow, row: DatasetVersionRow): DatasetSummary {
  const findings = { info: 0, warn: 0, block: 0 };
  for (const finding of (row.profile as Pick<Profile, 'findings'> | null)?.findings ?? []) findings[finding.severity]++;
  return {
    id: dataset.id,
    name: dataset.name,
    version: row.number,
    rows: row.rowCount,
    columns: row.columnCount,
    bytes: row.byteSize,
    createdAt: dataset.createdAt,
    updatedAt: row.createdAt,
    rejected: row.rejectedCount,
    findings,
  };
}

/** The file behind a path or an upload; throws for a data set, which has no single file. */
export function sourceFile(uploads: Uploads, source: Source): { path: string; name: string } {
  if ('path' in source) return { path: source.path, name: basename(source.path) };
  if ('uploadId' in source) return uploads.get(source.uploadId);
  throw invalidInput('dataset-as-file', 'A file is needed here, not a data set.', { hint: 'Name a file.' });
}
