/** Intervals as they stand in `model.json`: their ensembles as base64 of the bytes that `encodeTrees` writes. */
import * as z from 'zod';
import { type IntervalModel, mapIntervalTrees } from '../../ml/conformal/interval-model.ts';
import type { TreeEnsemble } from '../../ml/model-spec.ts';
import { decodeTrees, encodeTrees } from '../../ml/trees/serialize.ts';

const numbers = z.array(z.number()).min(1).max(10_000);
const table = z
  .object({ count: z.number().int().min(1), ranks: numbers, values: numbers })
  .refine(({ ranks, values }) => ranks.length === values.length, 'ranks and values differ in number');
const source = z.enum(['split', 'cross', 'cv+']);
const checks = z.array(z.object({ level: z.number(), coverage: z.number(), size: z.number() })).max(100);
const note = z.string().max(10_000);
const rows = z.number().int().min(0);
const trees = z.base64().max(12_000_000);

/** Schema of the `intervals` field. */
export const packedIntervals = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('refused'), rows, reason: note }),
  z.object({
    kind: z.literal('number'),
    source,
    rows,
    shape: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('constant') }),
      z.object({ kind: z.literal('spread'), trees, floor: z.number().positive() }),
      z.object({ kind: z.literal('quantiles'), trees }),
    ]),
    table,
    groups: z
      .object({ column: z.string().max(10_000), entries: z.array(z.object({ value: z.string(), table })).max(10_000) })
      .nullable(),
    plus: z
      .object({
        folds: z
          .array(z.object({ trees: trees.nullable(), members: z.array(z.number().int().min(0)).max(10_000), table }))
          .min(2)
          .max(400),
      })
      .optional(),
    least: z.number().nullable(),
    checks,
    note,
  }),
  z.object({
    kind: z.literal('classes'),
    source,
    rows,
    method: z.enum(['lac', 'aps']),
    table,
    classTables: z.array(table).max(100_000).nullable(),
    band: z
      .object({ margins: numbers, low: numbers, high: numbers })
      .refine(({ margins, low, high }) => low.length === margins.length && high.length === margins.length)
      .nullable(),
    checks,
    note,
  }),
]);

/** Intervals for `model.json`. */
export const packIntervals = (model: IntervalModel): IntervalModel<string> =>
  mapIntervalTrees(model, (ensemble: TreeEnsemble) => Buffer.from(encodeTrees(ensemble)).toString('base64'));

/** Intervals from `model.json`. Throws data-problem for damaged ensembles. */
export const unpackIntervals = (packed: z.output<typeof packedIntervals>): IntervalModel =>
  mapIntervalTrees<string, TreeEnsemble>(packed, (text) => decodeTrees(new Uint8Array(Buffer.from(text, 'base64'))));
