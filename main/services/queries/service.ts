import type { JobQueue } from '../../jobs/queue.ts';
import type { Db } from '../../store/db.ts';
import { listDatasets } from '../../store/repositories/datasets.ts';
import type { FindTable } from '../../warehouse/query/run-query.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Catalogue } from '../datasets/catalogue.ts';
import type { Service } from '../service-types.ts';

/** SQL over the data sets of the workspace. */
export function createQueriesService(deps: {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly catalogue: Catalogue;
  readonly queue: JobQueue;
  readonly find: FindTable;
}): Service<'queries'> {
  const { db, warehouse, catalogue, queue, find } = deps;
  return {
    tables: () => ({
      items: listDatasets(db, { limit: 1000 })
        .rows.filter((row) => row.currentVersionId !== null)
        .map((row) => {
          const { version } = catalogue.get(row.id);
          const columns = version.columns.map(({ name, type }) => ({ name, type }));
          return { name: row.name, datasetId: row.id, rows: version.rows, columns };
        }),
    }),
    run: async ({ sql, limit }, call) => {
      const startedMs = db.clock.monotonic();
      const { columns, rows, more } = await warehouse.query({ sql, find, limit, signal: call.signal });
      return {
        columns: [...columns],
        rows: rows.map((row) => [...row]),
        more,
        seconds: (db.clock.monotonic() - startedMs) / 1000,
      };
    },
    save: async ({ sql, name }) => {
      const job = await queue.start({ kind: 'query', title: `Query as ${name}`, input: { sql, name } });
      return { jobId: job.id };
    },
  };
}
