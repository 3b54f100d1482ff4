/** Cleaning: typed steps that are applied to a version and give a new one, previewed before and undone after. */
import * as z from 'zod';
import { cell, changed, columnType, idOf, jobStarted, time } from './common.ts';
import { base, changing, reading, starting } from './meta.ts';

export const gridFilter = z.object({
  column: z.string(),
  op: z.enum(['equals', 'not-equals', 'contains', 'less', 'at-most', 'greater', 'at-least', 'missing', 'present']),
  value: cell.optional(),
});
export type GridFilter = z.infer<typeof gridFilter>;

const column = z.string().min(1);
const columnList = z.array(column).min(1).max(2000);
const limit = z.number().nullable();
const rowRange = z.object({ from: z.number().int().min(0), to: z.number().int().min(0) });

/** One typed step. A step done twice changes nothing more, but for `time-zone`, and `scale` where its limits keep what it made. */
export const cleaningStep = z.discriminatedUnion('kind', [
  z
    .object({ kind: z.literal('drop-duplicates'), columns: z.array(column).default([]) })
    .describe('rows equal in these columns (all when none are named): the first stays'),
  z.object({ kind: z.literal('set-missing'), column, values: z.array(z.string()).min(1).max(10_000) }),
  z.object({ kind: z.literal('trim'), columns: columnList }),
  z.object({
    kind: z.literal('unify'),
    column,
    mapping: z
      .array(z.object({ from: z.string(), to: z.string() }))
      .min(1)
      .max(10_000),
  }),
  z.object({ kind: z.literal('cap'), column, low: limit, high: limit }),
  z.object({ kind: z.literal('flag'), column, low: limit, high: limit, name: column }),
  z.object({ kind: z.literal('drop-columns'), columns: columnList }),
  z.object({ kind: z.literal('drop-rows'), when: z.array(gridFilter).min(1).max(20) }),
  z.object({
    kind: z.literal('convert'),
    column,
    type: columnType,
    decimal: z.enum(['.', ',']).default('.'),
    dateOrder: z.enum(['ymd', 'dmy', 'mdy']).default('ymd'),
    format: z
      .string()
      .min(4)
      .max(100)
      .optional()
      .describe('how dates are written, such as DD.MM.YYYY hh:mm; without it, the ways of the date order'),
    unit: z.string().min(1).max(40).optional().describe('text around numbers that is left out, such as kg'),
  }),
  z
    .object({
      kind: z.literal('time-zone'),
      column,
      zone: z.string().min(1).max(80).describe('in which the times are written: Europe/Berlin, or an offset: +02:00'),
      to: z.string().min(1).max(80).default('UTC'),
    })
    .describe('times of one zone written in another'),
  z.object({
    kind: z.literal('fill'),
    column,
    with: z.enum(['value', 'median', 'mean', 'most-frequent', 'previous']),
    value: z.string().optional(),
  }),
  z.object({ kind: z.literal('rename'), column, to: z.string().min(1).max(500) }),
  z.object({
    kind: z.literal('scale'),
    column,
    factor: z.number(),
    above: limit.default(null).describe('only values above this'),
    below: limit.default(null).describe('only values below this'),
    rows: rowRange.nullable().default(null).describe('only rows [from, to), counted from 0'),
  }),
]);
export type CleaningStep = z.infer<typeof cleaningStep>;

const steps = z.array(cleaningStep).min(1).max(200);
const one = z.object({ id: idOf('ds') });

/** What a step would do. */
export const stepEffect = z.object({
  text: z.string().describe('the step as a sentence'),
  cellsChanged: z
    .number()
    .int()
    .describe('where the type changes too: cells that are missing afterwards, or no longer'),
  cellsEmptied: z.number().int().describe('cells with a value before and none after'),
  rowsRemoved: z.number().int(),
  columnsChanged: z.number().int().describe('columns added, removed, renamed or of another type'),
  examples: z
    .array(z.object({ row: z.number().int(), column: z.string().nullable(), before: cell, after: cell }))
    .describe('rows counted from 0 as in the version before'),
});
export type StepEffect = z.infer<typeof stepEffect>;

/** Versions and files; the first node is the version asked for, edges go from what was used to what it made. */
export const versionLineage = z.object({
  nodes: z.array(
    z.object({
      key: z.string(),
      kind: z.enum(['source', 'version']),
      name: z.string().describe('of the data set, or of the file'),
      datasetId: z.string().optional(),
      version: z.number().int().optional(),
      rows: z.number().int().optional(),
      columns: z.number().int().optional(),
      createdAt: time.optional(),
      steps: z.array(z.object({ kind: z.string(), text: z.string() })).describe('what made it of its parents'),
      gone: z.boolean().optional().describe('deleted or erased since'),
    }),
  ),
  edges: z.array(z.object({ from: z.string(), to: z.string() })),
});
export type VersionLineage = z.infer<typeof versionLineage>;

const columnShift = z.object({
  column: z.string(),
  measure: z.enum(['psi', 'ks']),
  psi: z.number().nullable(),
  ks: z.number().nullable(),
  words: z.string(),
});

export const versionDiff = z.object({
  from: z.number().int(),
  to: z.number().int(),
  rows: z.object({ from: z.number().int(), to: z.number().int() }),
  schema: z.object({
    added: z.array(z.object({ name: z.string(), type: columnType })),
    removed: z.array(z.object({ name: z.string(), type: columnType })),
    retyped: z.array(z.object({ name: z.string(), from: columnType, to: columnType })),
  }),
  distribution: z.array(columnShift),
  sampledRows: z.number().int().nullable().describe('rows of each version the distributions come from; null: all'),
  byKey: z
    .object({
      key: z.array(z.string()),
      proposed: z.boolean(),
      added: z.number().int(),
      removed: z.number().int(),
      changedRows: z.number().int(),
      changedCells: z.number().int(),
      columns: z.array(z.object({ column: z.string(), changed: z.number().int() })),
      examples: z.array(
        z.object({
          kind: z.enum(['added', 'removed', 'changed']),
          key: z.array(cell),
          column: z.string().nullable(),
          before: cell,
          after: cell,
        }),
      ),
    })
    .nullable()
    .describe('null: no column names the rows of both versions'),
});
export type VersionDiff = z.infer<typeof versionDiff>;

/** Operations of cleaning and versions; part of the noun `datasets`. */
export const cleaning = {
  previewClean: base
    .meta(reading)
    .route({ method: 'POST', path: '/datasets/{id}/clean/preview', summary: 'What cleaning steps would change' })
    .input(one.extend({ steps }))
    .output(z.object({ rows: z.number().int(), columns: z.number().int(), effects: z.array(stepEffect) })),
  clean: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/datasets/{id}/clean',
      summary: 'Apply cleaning steps as a new version, as a job; its result names the event to undo',
    })
    .input(one.extend({ steps }))
    .output(jobStarted),
  restore: base
    .meta(changing)
    .route({
      method: 'POST',
      path: '/datasets/{id}/restore',
      summary: 'Make an earlier or later version the current one',
    })
    .input(one.extend({ version: z.number().int().positive() }))
    .output(changed),
  recipe: base
    .meta(reading)
    .route({ method: 'GET', path: '/datasets/{id}/recipe', summary: 'What was done since the import, step by step' })
    .input(one.extend({ version: z.number().int().positive().optional() }))
    .output(
      z.object({
        name: z.string(),
        version: z.number().int(),
        importedVersion: z.number().int().nullable().describe('the import it begins with'),
        sourceName: z.string(),
        done: z.array(z.object({ version: z.number().int(), kind: z.string(), text: z.string(), at: time })),
        steps: z.array(cleaningStep).describe('to apply to another version'),
        offered: z.array(cleaningStep).describe('what was done to the version before this import, not yet to this one'),
        text: z.string().describe('the recipe in plain words'),
      }),
    ),
  lineage: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/datasets/{id}/lineage',
      summary: 'Everything a version was made from, back to the files that were read, as a graph',
    })
    .input(one.extend({ version: z.number().int().positive().optional() }))
    .output(versionLineage),
  diff: base
    .meta(reading)
    .route({ method: 'POST', path: '/datasets/{id}/diff', summary: 'What differs between two versions' })
    .input(
      one.extend({
        from: z.number().int().positive(),
        to: z.number().int().positive(),
        key: z.array(z.string()).optional(),
      }),
    )
    .output(versionDiff),
  inspect: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/datasets/{id}/inspect',
      summary: 'Check a target: leaks, imbalance, labels that look wrong, rows on both sides of a split; as a job',
    })
    .input(one.extend({ target: z.string().min(1), split: z.string().min(1).optional() }))
    .output(jobStarted),
};
