import type { QueryTable } from '../../contract/queries.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Db } from '../../store/db.ts';
import { getVersionOf, listDatasets } from '../../store/repositories/datasets.ts';
import type { FindTable } from '../../warehouse/query/run-query.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Service } from '../service-types.ts';

/** SQL over the data sets of the workspace. */
export function createQueriesService(deps: {
  readonly db: Db;
  readonly warehouse: Warehouse;
  readonly queue: JobQueue;
  readonly find: FindTable;
}): Service<'queries'> {
  const { db, warehouse, queue, find } = deps;
  return {
    tables: () => ({
      items: listDatasets(db, { limit: 1000 })
        .rows.filter((row) => row.currentVersionId !== null)
        .map((row) => {
          const version = getVersionOf(db, row.id);
          const columns = (version.columns as readonly QueryTable['columns'][number][]).map(({ name, type }) => ({
            name,
            type,
          }));
          return { name: row.name, datasetId: row.id, rows: version.rowCount, columns };
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
