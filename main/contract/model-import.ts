import * as z from 'zod';
import { columnType, source, task } from './common.ts';

/** Where an imported model comes from, and what was checked against it. */
export const modelOrigin = z.object({
  library: z.string(),
  version: z.string(),
  objective: z.string(),
  trees: z.number().int(),
  /** Rows compared with the library's own predictions and the largest difference; null when none were given. */
  verified: z.object({ rows: z.number().int(), maxError: z.number() }).nullable(),
  notes: z.array(z.string()),
});
export type ModelOrigin = z.infer<typeof modelOrigin>;

/** What a model file of another library leaves open; for ONNX the columns and the meaning of the output are needed. */
export const importSchema = z.object({
  name: z.string().min(1).max(200).optional(),
  target: z.string().min(1).max(1000).optional(),
  task: task.optional().describe('ONNX only'),
  classes: z
    .array(z.string())
    .min(2)
    .max(100_000)
    .optional()
    .describe('in the order of the outputs; binary: negative, positive'),
  columns: z
    .array(
      z.object({
        name: z.string().min(1).max(10_000),
        type: columnType.default('number'),
        levels: z
          .array(z.string())
          .max(1_000_000)
          .optional()
          .describe('texts of categories in the order of their codes'),
      }),
    )
    .min(1)
    .max(100_000)
    .optional(),
  output: z.number().int().min(0).optional().describe('which one, of a regression with several values a row'),
  onnx: z
    .object({
      output: z.string().min(1).optional().describe('name of the graph’s output'),
      meaning: z.enum(['value', 'probability', 'margin']).describe('what the numbers of the output are'),
    })
    .optional(),
});
export type ImportSchema = z.infer<typeof importSchema>;

export const importOptions = z.object({
  name: z.string().min(1).max(200).optional(),
  target: z.string().min(1).max(1000).optional(),
  classes: z.array(z.string()).min(2).max(100_000).optional(),
  output: z.number().int().min(0).optional(),
  schema: importSchema.optional(),
  schemaSource: source.optional().describe('a JSON file with the schema'),
  parity: source
    .optional()
    .describe('rows with the library’s own predictions in prediction, probability or probability_<class>'),
});
export type ImportOptions = z.infer<typeof importOptions>;
