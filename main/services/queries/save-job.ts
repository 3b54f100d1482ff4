/** Keeping a query's result: written as a version, recorded with the query as its step. */
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import type { FindTable } from '../../warehouse/query/run-query.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { recordVersion } from '../datasets/record-version.ts';

export type SaveQueryInput = { readonly sql: string; readonly name: string };
export type SaveQueryResult = { readonly datasetId: string; readonly version: number; readonly rows: number };

/** The job that keeps a result as a data set. */
export function createSaveQueryHandler(deps: {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly workspaceDir: string;
  readonly find: FindTable;
}): JobHandler {
  const { db, warehouse, workspaceDir, find } = deps;
  return defineHandler<SaveQueryInput, SaveQueryResult>({
    kind: 'query',
    estimate: async () => ({
      seconds: 2,
      memoryBytes: 300 * 1024 * 1024,
      diskBytes: 16 * 1024 * 1024,
      basis: 'What a query costs is known when it has run.',
    }),
    run: async ({ sql, name }, context) => {
      const version = await warehouse.deriveFromQuery({ sql, find, sourceName: 'SQL query' }, context);
      const step = { kind: 'query', text: `Result of a query: ${sql}`, sql };
      const { dataset, row } = db.transaction(() => recordVersion(db, workspaceDir, { name, version, steps: [step] }));
      return { datasetId: dataset.id, version: row.number, rows: version.rows };
    },
  });
}
