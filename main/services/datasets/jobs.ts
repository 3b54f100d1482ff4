import { neverStop } from '../../base/stop.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { JobHandler } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Downloads } from '../system/transfers.ts';
import type { Uploads } from '../system/uploads.ts';
import type { Catalogue } from './catalogue.ts';
import { createCleanHandler } from './clean-job.ts';
import { createExportHandler } from './export-job.ts';
import { createImportHandler, nameFromFile } from './import-job.ts';
import { createInspectHandler } from './inspect-job.ts';
import { createMaskHandler } from './mask-job.ts';
import { ownAlarms, previousImport } from './previous-import.ts';
import { createProfiles } from './profile-kept.ts';
import type { RemakeDeps } from './remake.ts';
import type { DatasetsDeps } from './service.ts';

export type DatasetJobsDeps = RemakeDeps & {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly catalogue: Catalogue;
  readonly downloads: Downloads;
  readonly uploads: Uploads;
  readonly pool: ComputePool;
  /** What erasing a version takes files from. */
  readonly folders: { readonly workspace: string; readonly downloads: string; readonly backups: string };
};

/** The job handlers of data sets, and the parts of the service that share their state. */
export function createDatasetJobs(deps: DatasetJobsDeps): {
  readonly handlers: readonly JobHandler[];
  readonly preview: DatasetsDeps['preview'];
  readonly profile: DatasetsDeps['profile'];
} {
  const profiles = createProfiles(deps);
  return {
    handlers: [
      createImportHandler({ ...deps, profile: profiles }),
      createExportHandler(deps),
      createCleanHandler({ ...deps, profile: profiles }),
      createMaskHandler({ ...deps, profile: profiles }),
      createInspectHandler(deps),
    ],
    profile: (id, version) => profiles(id, version, neverStop),
    preview: async ({ path, name }, options, wanted) => {
      const last = previousImport(deps.db, wanted ?? nameFromFile(name));
      const preview = await deps.warehouse.sniff(path, options, last?.receipt ?? null);
      return {
        name,
        previous: last === null ? null : { datasetId: last.datasetId, name: last.name, version: last.version },
        alarms: last === null ? [] : ownAlarms(preview.alarms, last.receipt),
        again: preview.again,
        dialect: preview.dialect,
        columns: [...preview.columns],
        rows: preview.rows.map((row) => [...row]),
        sampledRows: preview.sampledRows,
        bytes: preview.bytes,
        notes: [...preview.notes],
        ...(preview.parts === undefined ? {} : { parts: preview.parts.map((part) => ({ ...part })) }),
        ...(preview.members === undefined ? {} : { members: preview.members.map((member) => ({ ...member })) }),
        ...(preview.tables === undefined
          ? {}
          : {
              tables: preview.tables.map(({ number, line, records, names }) => ({
                number,
                line,
                rows: records,
                names: [...names],
              })),
            }),
        pii: [...preview.pii],
      };
    },
  };
}
