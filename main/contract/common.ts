import * as z from 'zod';

/** An id as made by main/base/ids.ts; the prefix names the noun. */
export const idOf = (prefix: string) =>
  z.string().regex(new RegExp(`^${prefix}_[0-9a-z]{8,40}$`), `expected an id that begins with ${prefix}_`);

export const time = z.number().describe('milliseconds since 1970-01-01 UTC');

/** A page of a list. */
export const pageInput = z.object({
  offset: z.number().int().min(0).default(0),
  limit: z.number().int().min(1).max(1000).default(100),
});

/** Cells as they travel: dates as ISO text, 64-bit integers beyond 2^53 as text, missing as null. */
export const cell = z.union([z.string(), z.number(), z.boolean(), z.null()]);
export type Cell = z.infer<typeof cell>;

/** Logical column types of data sets. */
export const columnType = z.enum(['integer', 'number', 'boolean', 'date', 'datetime', 'text']);
export type ColumnType = z.infer<typeof columnType>;

export const task = z.enum(['binary', 'multiclass', 'regression']);
export type Task = z.infer<typeof task>;

/** A value with its confidence interval. */
export const estimate = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });
export type Estimate = z.infer<typeof estimate>;

export const jobStarted = z.object({ jobId: idOf('job') });

/** Reply of an undoable change: hand `eventId` to system.undo. */
export const changed = z.object({ eventId: z.string() });

/** Where rows come from: a path on this machine, an upload, or a data set of the workspace. */
export const source = z.union([
  z.object({ path: z.string().min(1).max(4096) }),
  z.object({ uploadId: idOf('up') }),
  z.object({ datasetId: idOf('ds'), version: z.number().int().positive().optional() }),
]);
export type Source = z.infer<typeof source>;

/** Where a result file goes: a path on this machine, or a download kept by the host until fetched. */
export const destination = z.union([
  z.object({ path: z.string().min(1).max(4096) }),
  z.object({ download: z.string().min(1).max(255).describe('file name offered to the user') }),
]);
export type Destination = z.infer<typeof destination>;

/** Share of rows whose truth an interval shall hold. */
export const intervalLevel = z.number().min(0.5).max(0.999);
