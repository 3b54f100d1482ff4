import * as z from 'zod';
import { cell, columnType, idOf, time } from './common.ts';

const column = z.string().min(1).max(1000);
const seconds = z.number().positive().max(3.2e9);
const alias = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,62}$/, 'expected a short name of letters, digits and underscores');
const lags = z
  .record(z.string(), z.number().min(0).max(3.2e9))
  .describe('seconds from a row’s time until a column is known; "*" is the row as a whole');

/** Where values come from and when each of them is known. */
export const featureTable = z.object({
  datasetId: idOf('ds'),
  version: z.number().int().positive().optional(),
  time: column.nullable().describe('event time; null: always known, like a list of countries'),
  /** Columns that say which thing a row is about, in the same order in every table. */
  key: z.array(column).max(20),
  known: column.optional().describe('column with the moment a row arrived, where rows arrive late'),
  knownAt: z
    .literal('import')
    .optional()
    .describe(
      'nothing of the table is known before the version was imported; absent: the time of import does not count',
    ),
  lags: lags.optional(),
});
export type FeatureTable = z.infer<typeof featureTable>;

export const featureWindow = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.literal('rows'), rows: z.number().int().min(1).max(1_000_000) }),
  z.object({ kind: z.literal('sliding'), seconds }),
  z.object({ kind: z.literal('tumbling'), seconds, complete: z.boolean().optional().describe('the last full one') }),
  z.object({ kind: z.literal('session'), seconds: seconds.describe('longest pause inside a session') }),
]);
export type FeatureWindow = z.infer<typeof featureWindow>;

const named = { name: column, source: alias.describe('"base" for the rows themselves, strictly before each row') };
/** Also allows what is known at the very moment to count (other tables do by default). */
const strict = z.boolean().optional().describe('only what was known before the row’s time, not at it');
const within = seconds.optional().describe('tolerance: a value whose event is longer ago is missing');

export const featureSpec = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('latest'), ...named, column, strict, within }),
  z.object({ kind: z.literal('lag'), ...named, column, strict, within, steps: z.number().int().min(1).max(10_000) }),
  z.object({
    kind: z.literal('window'),
    ...named,
    column: column.optional().describe('absent: counts rows'),
    strict,
    aggregate: z.enum(['count', 'sum', 'mean', 'min', 'max', 'std', 'distinct']),
    window: featureWindow,
  }),
  z.object({ kind: z.literal('join'), ...named, column }),
  z.object({
    kind: z.literal('query'),
    name: column,
    sql: z.string().min(1).max(100_000).describe('SELECT "row", value over base and the sources; checked by the proof'),
  }),
]);
export type FeatureSpec = z.infer<typeof featureSpec>;

/** Features as of each row's time: a value counts only when it was known by then. */
export const featureDefinition = z.object({
  base: featureTable.extend({ time: column }),
  sources: z.record(alias, featureTable).default({}),
  features: z.array(featureSpec).min(1).max(500),
});
export type FeatureDefinition = z.infer<typeof featureDefinition>;

/** A value with where it comes from: null where the user's own query makes it, or nothing was there to use. */
export const tracedValue = z.object({
  value: cell,
  knownAt: z.string().nullable().describe('when the newest value it uses became known; null: always, or not traced'),
  rows: z.number().int().nullable().describe('rows it was made of; null where a query makes it'),
});
export type TracedValue = z.infer<typeof tracedValue>;

/** A table that values were computed from. */
export const featureSourceUsed = z.object({
  alias: z.string(),
  datasetId: z.string(),
  name: z.string(),
  version: z.number().int(),
  knownUntil: z.string().nullable().describe('newest row that was known at the moment; null: not in time, or none'),
});

/** Sampled rows with their features, each as of its own time. */
export const featurePreview = z.object({
  features: z.array(z.object({ name: z.string(), type: columnType, source: z.string().nullable() })),
  rows: z.array(
    z.object({
      row: z.number().int().describe('from 0, in the order of the data set'),
      key: z.array(cell),
      at: z.string(),
      values: z.array(tracedValue),
    }),
  ),
});
export type FeaturePreview = z.infer<typeof featurePreview>;

export const featureDifference = z.object({
  column: z.string(),
  row: z.number().int().describe('from 1, in the order of the data set'),
  at: z.string(),
  stored: cell,
  recomputed: cell,
  reason: z.enum(['same-row', 'future-row', 'late-arrival', 'changed']),
  message: z.string(),
});
export type FeatureDifference = z.infer<typeof featureDifference>;

export const featureProof = z.object({
  ok: z.boolean(),
  rows: z.number().int(),
  moments: z.number().int(),
  columns: z.array(z.string()),
  differences: z.array(featureDifference),
  checkedAt: time,
});
export type FeatureProof = z.infer<typeof featureProof>;

export const featureMaterialisation = z.object({
  id: idOf('fm'),
  version: z.number().int(),
  datasetId: idOf('ds'),
  datasetVersion: z.number().int(),
  rows: z.number().int(),
  columns: z.array(z.object({ name: z.string(), type: columnType })),
  createdAt: time,
  from: z.array(z.object({ alias: z.string(), datasetId: z.string(), name: z.string(), version: z.number().int() })),
  freshUntil: z.string().nullable().describe('latest event time among the rows'),
  stale: z.boolean().describe('a table it was made from has a newer version'),
  proof: featureProof.nullable(),
});
export type FeatureMaterialisation = z.infer<typeof featureMaterialisation>;
