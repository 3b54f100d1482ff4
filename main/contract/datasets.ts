import * as z from 'zod';
import { cleaning, cleaningStep, gridFilter } from './cleaning.ts';
import { cell, changed, columnType, destination, idOf, jobStarted, pageInput, source, time } from './common.ts';
import { importAlarm } from './import-alarms.ts';
import { dialectOptions, importAnswers } from './import-options.ts';
import { masking } from './masking.ts';
import { base, changing, reading, starting } from './meta.ts';
import { piiColumn, privacyOptions, privacyReceipt } from './privacy.ts';

export type { DialectOptions } from './import-options.ts';

/** One column's reading: the chosen one with its evidence, and the runner-up. */
export const columnReading = z.object({
  name: z.string(),
  sourceName: z.string().describe('the header as it stood in the file'),
  type: columnType,
  reading: z.string().describe('e.g. "number, decimal point", "date, day first (31/12/2024)"'),
  readingCode: z.string(),
  alternative: z.string().nullable(),
  alternativeCode: z.string().nullable(),
  changedValues: z.number().int().describe('values that would differ under the alternative'),
  hinderedBy: z.number().int().describe('values that keep the alternative from reading the whole column'),
  missing: z.number().int(),
  missingWords: z.array(z.object({ word: z.string(), count: z.number().int() })),
  examples: z.array(z.string()),
  evidence: z.string().describe('one plain sentence'),
});
export type ColumnReading = z.infer<typeof columnReading>;

export const dialect = z.object({
  format: z.enum(['csv', 'jsonl', 'parquet', 'derived', 'xlsx', 'json', 'sqlite', 'duckdb']),
  compression: z.enum(['none', 'gzip', 'zip']),
  encoding: z.string().nullable(),
  bom: z.boolean(),
  delimiter: z.string().nullable(),
  quote: z.string().nullable(),
  escape: z.string().nullable(),
  header: z.boolean().nullable(),
  lineEnd: z.string().nullable(),
  headerRows: z.number().int().optional().describe('lines that name the columns'),
  comment: z.string().optional().describe('what lines begin with that are left out'),
  part: z
    .object({
      kind: z.enum(['sheet', 'table', 'records', 'file']),
      name: z.string(),
      range: z.string().nullable(),
    })
    .optional()
    .describe('which part of the file was read'),
  member: z.string().optional().describe('file that was read of several in an archive; * for all'),
});

export const receipt = z.object({
  sourceName: z.string(),
  sourceBytes: z.number(),
  sourceSha256: z.string(),
  dialect,
  rowsIn: z.number().int().describe('data records in the source'),
  rowsKept: z.number().int(),
  rowsRejected: z.number().int(),
  rejectsFile: z.string().nullable(),
  rejects: z
    .array(z.object({ line: z.number().int(), reason: z.string(), text: z.string() }))
    .describe('the first few'),
  columns: z.array(columnReading),
  notes: z.array(z.string()),
  alarms: z.array(importAlarm).optional().describe('what changed in the schema since the last import'),
  answers: importAnswers.optional().describe('what was asked for in reading it, asked for again of the next file'),
  again: z.array(z.string()).optional().describe('of the answers, those that come from the import before'),
  headerShown: z.number().int().optional().describe('lines of names the file shows, where a number was asked for'),
  importedAt: time,
  seconds: z.number(),
  privacy: privacyReceipt.optional().describe('what was done with personal data before anything was stored'),
});
export type Receipt = z.infer<typeof receipt>;

export const datasetColumn = z.object({ name: z.string(), type: columnType, missing: z.number().int() });

export const datasetSummary = z.object({
  id: idOf('ds'),
  name: z.string(),
  version: z.number().int(),
  rows: z.number().int(),
  columns: z.number().int(),
  bytes: z.number(),
  createdAt: time,
  updatedAt: time,
  rejected: z.number().int(),
  findings: z.object({ info: z.number().int(), warn: z.number().int(), block: z.number().int() }),
});
export type DatasetSummary = z.infer<typeof datasetSummary>;

export const datasetDetail = datasetSummary.extend({
  versionHash: z.string(),
  schema: z.array(datasetColumn),
  sourceName: z.string(),
});
export type DatasetDetail = z.infer<typeof datasetDetail>;

export const finding = z.object({
  kind: z
    .string()
    .describe('e.g. constant, id-like, all-missing, leak, duplicate-rows, infinite, high-cardinality, date'),
  column: z.string().nullable(),
  severity: z.enum(['info', 'warn', 'block']),
  count: z.number().int().nullable(),
  message: z.string(),
  rows: z.array(z.number().int()).optional().describe('example rows, counted from 0'),
  examples: z.array(z.string()).optional().describe('example values'),
  fix: z
    .object({ text: z.string(), steps: z.array(cleaningStep) })
    .optional()
    .describe('cleaning steps that mend it'),
});
export type Finding = z.infer<typeof finding>;

export const columnProfile = z.object({
  name: z.string(),
  type: columnType,
  rows: z.number().int(),
  missing: z.number().int(),
  distinct: z.number().int(),
  distinctApproximate: z.boolean(),
  min: cell,
  max: cell,
  mean: z.number().nullable(),
  sd: z.number().nullable(),
  quantiles: z.array(z.object({ p: z.number(), value: z.number() })),
  zeros: z.number().int().nullable(),
  negatives: z.number().int().nullable(),
  infinities: z.number().int().nullable(),
  histogram: z.array(z.object({ from: z.number(), to: z.number(), count: z.number().int() })),
  top: z.array(z.object({ value: z.string(), count: z.number().int() })),
  sampledRows: z
    .number()
    .int()
    .nullable()
    .optional()
    .describe('rows that quantiles, histogram and frequent values come from, evenly spaced; null: all rows'),
});
export type ColumnProfile = z.infer<typeof columnProfile>;

export const profile = z.object({
  rows: z.number().int(),
  duplicateRows: z.number().int().nullable(),
  bytes: z.number(),
  columns: z.array(columnProfile),
  associations: z.array(z.object({ a: z.string(), b: z.string(), value: z.number(), measure: z.string() })),
  associationRows: z
    .number()
    .int()
    .nullable()
    .optional()
    .describe('evenly spaced rows the associations come from; null: all'),
  findings: z.array(finding),
});
export type Profile = z.infer<typeof profile>;

export const importSource = z.union([
  source,
  z.object({ text: z.string().max(64_000_000), name: z.string().min(1).max(200) }).describe('a pasted table'),
]);

const one = z.object({ id: idOf('ds') });
const oneVersion = one.extend({ version: z.number().int().positive().optional() });

export const datasets = {
  preview: base
    .route({
      method: 'POST',
      path: '/datasets/preview',
      summary: 'Read the head of a file and show how each column would be read',
    })
    .input(
      z.object({
        source: importSource,
        name: z.string().min(1).max(200).optional().describe('of the data set; absent: of the file'),
        options: dialectOptions.default({}),
      }),
    )
    .output(
      z.object({
        name: z.string(),
        previous: z
          .object({ datasetId: idOf('ds'), name: z.string(), version: z.number().int() })
          .nullable()
          .describe('the last import under this name, whose readings are used again'),
        alarms: z.array(importAlarm).describe('what changed since then, as far as the head shows'),
        again: importAnswers.describe('what was asked for then and is asked for again'),
        dialect,
        columns: z.array(columnReading),
        rows: z.array(z.array(z.string().nullable())).describe('text as it stands in the file'),
        sampledRows: z.number().int(),
        bytes: z.number(),
        notes: z.array(z.string()),
        parts: z
          .array(z.object({ name: z.string(), rows: z.number().int().nullable(), hidden: z.boolean() }))
          .optional()
          .describe('sheets, tables or lists to choose from'),
        members: z
          .array(z.object({ name: z.string(), bytes: z.number(), hidden: z.boolean() }))
          .optional()
          .describe('files of an archive to choose from'),
        tables: z
          .array(
            z.object({
              number: z.number().int(),
              line: z.number().int(),
              rows: z.number().int(),
              names: z.array(z.string()),
            }),
          )
          .optional()
          .describe('the tables of a text file that holds several'),
        pii: z.array(piiColumn).describe('columns that personal data are found in, from the head'),
      }),
    ),
  import: base
    .meta(starting)
    .route({ method: 'POST', path: '/datasets/import', summary: 'Import a file as a data set version, as a job' })
    .input(
      z.object({
        source: importSource,
        name: z.string().min(1).max(200).optional(),
        options: dialectOptions.default({}),
        readings: z.record(z.string(), z.string()).default({}).describe('column → readingCode chosen by the user'),
        allowText: z.array(z.string()).default([]),
        privacy: privacyOptions.optional().describe('personal data: absent, as at the last import'),
        changes: z
          .enum(['accept', 'stop'])
          .default('accept')
          .describe(
            'when format, dialect or columns differ from the last import: go on, or stop before rows are stored',
          ),
      }),
    )
    .output(jobStarted),
  list: base
    .meta(reading)
    .route({ method: 'GET', path: '/datasets', summary: 'List data sets' })
    .input(pageInput.extend({ search: z.string().optional(), deleted: z.boolean().default(false) }))
    .output(z.object({ items: z.array(datasetSummary), total: z.number().int() })),
  get: base
    .meta(reading)
    .route({ method: 'GET', path: '/datasets/{id}', summary: 'One data set with its columns' })
    .input(oneVersion)
    .output(datasetDetail),
  receipt: base
    .meta(reading)
    .route({ method: 'GET', path: '/datasets/{id}/receipt', summary: 'How the file was read' })
    .input(oneVersion)
    .output(receipt),
  versions: base
    .meta(reading)
    .route({ method: 'GET', path: '/datasets/{id}/versions', summary: 'All versions of a data set' })
    .input(one)
    .output(
      z.object({
        items: z.array(
          z.object({
            version: z.number().int(),
            hash: z.string(),
            rows: z.number().int(),
            columns: z.number().int(),
            sourceName: z.string(),
            createdAt: time,
            parent: z.number().int().nullable().optional().describe('version it followed'),
            current: z.boolean().optional(),
            erased: z.boolean().optional().describe('its rows are gone for good'),
            imported: z.boolean().optional().describe('read from a file, with a receipt'),
            steps: z.array(z.object({ kind: z.string(), text: z.string() })).optional(),
            from: z
              .array(z.object({ datasetId: z.string(), name: z.string(), version: z.number().int() }))
              .optional()
              .describe('versions it was made from'),
          }),
        ),
      }),
    ),
  profile: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/datasets/{id}/profile',
      summary: 'Statistics of every column and quality findings',
    })
    .input(oneVersion)
    .output(profile),
  page: base
    .meta(reading)
    .route({ method: 'POST', path: '/datasets/{id}/page', summary: 'Rows of a data set, sorted, filtered, searched' })
    .input(
      oneVersion.extend({
        offset: z.number().int().min(0),
        limit: z.number().int().min(1).max(2000),
        sort: z.array(z.object({ column: z.string(), descending: z.boolean() })).default([]),
        filters: z.array(gridFilter).default([]),
        search: z.string().default(''),
      }),
    )
    .output(
      z.object({
        columns: z.array(datasetColumn),
        rows: z.array(z.array(cell)),
        total: z.number().int().describe('rows after filters'),
        seconds: z.number(),
      }),
    ),
  rename: base
    .meta(changing)
    .route({ method: 'POST', path: '/datasets/{id}/rename', summary: 'Rename a data set' })
    .input(one.extend({ name: z.string().min(1).max(200) }))
    .output(changed),
  delete: base
    .meta(changing)
    .route({ method: 'DELETE', path: '/datasets/{id}', summary: 'Delete a data set; can be undone' })
    .input(one)
    .output(changed),
  export: base
    .meta(starting)
    .route({ method: 'POST', path: '/datasets/{id}/export', summary: 'Write a data set version to a file, as a job' })
    .input(
      oneVersion.extend({
        destination,
        format: z.enum(['csv', 'jsonl', 'parquet', 'xlsx']).optional(),
        asRead: z.boolean().optional().describe("every cell's text as it stood in the source, header included"),
        keepFormulas: z
          .boolean()
          .optional()
          .describe('in CSV, texts that a spreadsheet would run as formulas stay without the apostrophe in front'),
      }),
    )
    .output(jobStarted),
  ...cleaning,
  ...masking,
};
