/**
 * `model.json` of a model package, and the limits of what a package may hold. A package is a zip with exactly these
 * entries; model.json carries the SHA-256 of every other entry and of itself (over its canonical text without that field).
 */
import * as z from 'zod';
import { canonicalJson } from '../../base/json.ts';
import { estimate, task } from '../../contract/common.ts';
import { policy } from '../../contract/decisions.ts';
import { packedIntervals } from './package-intervals.ts';

/** Version of the package format this build writes, and the newest it reads. */
export const packageFormatVersion = 1;

const mebibyte = 2 ** 20;

/** Entries in the order they are written, with the most bytes each may unpack to. */
export const packageEntries = {
  'model.json': { limitBytes: 16 * mebibyte, required: true },
  'model.onnx': { limitBytes: 1024 * mebibyte, required: true },
  'members.bin': { limitBytes: 1024 * mebibyte, required: true },
  'parity.json': { limitBytes: 64 * mebibyte, required: true },
  'reference.json': { limitBytes: 64 * mebibyte, required: true },
  'background.json': { limitBytes: 64 * mebibyte, required: true },
  'report.json': { limitBytes: 64 * mebibyte, required: false },
} as const;

export type PackageEntry = keyof typeof packageEntries;

export const isPackageEntry = (name: string): name is PackageEntry => Object.hasOwn(packageEntries, name);

/** Numbers that JSON cannot hold are spelled out. */
export const looseNumber = z
  .union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity'])])
  .transform((value) => Number(value));

/** The JSON form of any number. */
export const numberToJson = (value: number): number | string => (Number.isFinite(value) ? value : String(value));

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'expected a SHA-256 in hexadecimal');
const text = z.string().max(10_000);

const inputSpec = z.object({
  name: z.string().min(1).max(10_000),
  type: z.enum(['double', 'timestamp', 'string']),
  logicalType: z.enum(['integer', 'number', 'boolean', 'date', 'datetime', 'text']),
});

const from = z.array(text).min(1).max(10_000).optional();
const part = z.enum(['year', 'month', 'day', 'weekday', 'hour', 'elapsed_days']);
const levels = z.array(z.string()).max(1_000_000);
const lookup = z.object({
  op: z.literal('lookup'),
  output: text,
  column: text,
  levels,
  values: z.array(z.number()).max(1_000_000),
  other: z.number().nullable(),
  missing: z.number().nullable(),
});

/** The steps before the features; see FittedStep. */
const stepSpec = z.discriminatedUnion('op', [
  z.object({
    op: z.literal('fill'),
    output: text,
    column: text,
    value: z.number(),
    by: z.object({ column: text, levels, values: z.array(z.number()) }).nullable(),
  }),
  z.object({ op: z.literal('fill-text'), output: text, column: text, value: z.string().min(1) }),
  z.object({ op: z.literal('missing'), output: text, column: text }),
  lookup.refine((step) => step.levels.length === step.values.length, 'as many values as levels'),
  z.object({
    op: z.literal('arithmetic'),
    output: text,
    function: z.enum(['ratio', 'product', 'difference', 'sum']),
    left: text,
    right: text,
  }),
  z.object({
    op: z.literal('map'),
    output: text,
    function: z.enum(['log', 'sqrt', 'yeo-johnson', 'affine', 'clip']),
    column: text,
    parameters: z.array(z.number()).max(2),
  }),
  z.object({ op: z.literal('bins'), output: text, column: text, edges: z.array(z.number()).max(10_000) }),
  z.object({ op: z.literal('date-part'), output: text, column: text, part }),
  z.object({
    op: z.literal('date-difference'),
    output: text,
    left: text,
    right: text,
    unitMicroseconds: z.number().positive(),
  }),
  z.object({
    op: z.literal('length'),
    output: text,
    column: text,
    edges: z.array(z.number().int().min(1).max(1000)).max(100),
  }),
  z.object({ op: z.literal('words'), output: text, column: text }),
  z.object({ op: z.literal('term'), output: text, column: text, tokens: levels, weight: z.number() }),
]);

const featureSpec = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('numeric'), name: text, source: text, from }),
  z.object({
    kind: z.literal('category'),
    name: text,
    source: text,
    from,
    levels: z.array(z.string().min(1)).max(1_000_000),
  }),
  z.object({
    kind: z.literal('date-part'),
    name: text,
    source: text,
    from,
    part,
  }),
]);

const calibrator = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('identity') }),
  z.object({ kind: z.literal('platt'), slope: z.number(), intercept: z.number() }),
  z.object({ kind: z.literal('beta'), a: z.number(), b: z.number(), c: z.number() }),
  z.object({ kind: z.literal('temperature'), temperature: z.number().positive() }),
  z.object({
    kind: z.literal('vector'),
    scales: z.array(z.number()).min(2).max(100_000),
    offsets: z.array(z.number()).min(2).max(100_000),
  }),
  z.object({
    kind: z.enum(['piecewise', 'venn-abers']),
    margins: z.array(z.number()).min(1).max(100_000),
    probabilities: z.array(z.number().min(0).max(1)).min(1).max(100_000),
  }),
]);

const lineage = z.object({
  /** Hash of the package whose curves were edited by hand, and every edit in words. */
  editedFrom: sha256.optional(),
  edits: z.array(text).max(10_000).optional(),
  dataset: z.object({ name: text, sha256: text }).nullable(),
  sources: z.array(z.object({ name: text, sha256: text, bytes: z.number() })),
  rowCount: z.number().int().min(0),
  seed: z.number().int(),
  trialCount: z.number().int().min(0),
  validation: text,
  stopReason: text,
});

/**
 * model.json. Fields that a later minor version adds are dropped by this one, not refused. Nothing in it tells when, how fast or
 * in which workspace the model was made: equal runs give equal bytes, and those facts are kept in the workspace.
 */
export const manifestSchema = z.object({
  format: z.literal('augury-model'),
  formatVersion: z.literal(packageFormatVersion),
  appVersion: text,
  name: text,
  description: text,
  task,
  target: text,
  classes: z.array(text).max(100_000),
  outputCount: z.number().int().min(1).max(100_000),
  learner: text,
  metric: text,
  inputs: z.array(inputSpec).min(1).max(100_000),
  steps: z.array(stepSpec).max(1_000_000).optional(),
  features: z.array(featureSpec).max(1_000_000),
  calibration: calibrator,
  /** How a regression's predictions follow from its margins; absent: they are the margins. */
  response: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('log') }),
      z.object({ kind: z.literal('quantiles'), levels: z.array(z.number().gt(0).lt(1)).min(1).max(99) }),
    ])
    .optional(),
  /** How intervals are made; absent in packages written without. */
  intervals: packedIntervals.optional(),
  metrics: z.record(z.string(), estimate),
  baselineMetrics: z.record(z.string(), z.number()),
  policy: policy.nullable(),
  lineage,
  onnx: z.object({
    irVersion: z.number().int(),
    opset: z.number().int(),
    outputs: z.record(z.string(), z.string().nullable()),
  }),
  parity: z.object({ rows: z.number().int().min(1), tolerance: z.number().positive() }),
  entries: z.record(z.string(), z.object({ sha256, bytes: z.number().int().min(0) })),
  contentSha256: sha256,
});

export type PackageManifest = z.infer<typeof manifestSchema>;

/** The text that `contentSha256` is the hash of. */
export function hashedText(manifest: Readonly<Record<string, unknown>>): string {
  const { contentSha256: _own, ...rest } = manifest;
  return canonicalJson(rest);
}
