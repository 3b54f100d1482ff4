/** `reference.json`: the stored form of main/ml/stats/reference.ts. */
import * as z from 'zod';

export const referenceSchema = z.object({
  rowCount: z.number().int().min(0),
  columns: z.array(
    z.object({
      name: z.string(),
      missingShare: z.number().min(0).max(1),
      /** Values at `referenceProbabilities` (timestamps in µs); null for text and for columns without finite values. */
      quantiles: z.array(z.number()).nullable(),
      /** Most frequent texts first; null for numbers and timestamps. */
      levels: z.array(z.object({ value: z.string(), share: z.number() })).nullable(),
      /** Number of distinct texts, the ones not listed included; null for numbers and timestamps. */
      levelCount: z.number().int().nullable(),
    }),
  ),
});
