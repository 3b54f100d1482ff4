import * as z from 'zod';
import { cell, columnType, idOf, jobStarted } from './common.ts';
import { base, reading, starting } from './meta.ts';

const sql = z.string().min(1).max(100_000).describe('one SELECT over the data sets of the workspace');

export const queryResult = z.object({
  columns: z.array(z.object({ name: z.string(), type: columnType })),
  rows: z.array(z.array(cell)),
  more: z.boolean().describe('whether there are rows beyond the limit'),
  seconds: z.number(),
});
export type QueryResult = z.infer<typeof queryResult>;

export const queryTable = z.object({
  name: z.string().describe('as a query names it; older versions are "name@2"'),
  datasetId: idOf('ds'),
  rows: z.number().int(),
  columns: z.array(z.object({ name: z.string(), type: columnType })),
});
export type QueryTable = z.infer<typeof queryTable>;

/** Read-only SQL over all data sets of a workspace. A call that its caller gives up is stopped. */
export const queries = {
  tables: base
    .meta(reading)
    .route({ method: 'GET', path: '/queries/tables', summary: 'Tables and columns that queries can name' })
    .input(z.object({}))
    .output(z.object({ items: z.array(queryTable) })),
  run: base
    .meta(reading)
    .route({ method: 'POST', path: '/queries/run', summary: 'Run a read-only SQL query and return its first rows' })
    .input(z.object({ sql, limit: z.number().int().min(1).max(10_000).default(1000) }))
    .output(queryResult),
  save: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/queries/save',
      summary: 'Keep the whole result of a query as a data set, as a job',
    })
    .input(z.object({ sql, name: z.string().min(1).max(200) }))
    .output(jobStarted),
};
