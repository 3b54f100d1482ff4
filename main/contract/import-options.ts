import * as z from 'zod';
import { encodingNames } from './encodings.ts';
import { recalledControls } from './recalled-controls.ts';

/** How the text of a file is read, as a person may decide it; a data set's next file is read so again. */
export const importAnswers = z.object({
  delimiter: z.string().min(1).max(8).optional(),
  quote: z
    .string()
    .max(1)
    .regex(/^[\x20-\x7e]?$/)
    .optional(),
  escape: z
    .string()
    .regex(/^[\x21-\x7e]$/)
    .optional()
    .describe('the sign before a quote inside quotes; the quote itself where it is doubled'),
  encoding: z.enum(encodingNames).optional(),
  decimal: z.enum(['.', ',']).optional(),
  dateOrder: z.enum(['dmy', 'mdy', 'ymd']).optional(),
  headerRows: z.number().int().min(0).max(20).optional().describe('lines that name the columns; 0 for none'),
  table: z.number().int().positive().max(1000).optional().describe('which of several tables in the file, from 1'),
  comment: z.string().max(4).optional().describe('lines that begin with this are left out; empty for none'),
} satisfies Record<(typeof recalledControls)[number], z.ZodType>);
export type ImportAnswers = z.infer<typeof importAnswers>;

/** What may be recalled from the last import, or found out anew. */
export const recalledControl = z.enum(recalledControls);
export type RecalledControl = z.infer<typeof recalledControl>;

/** How a file's bytes are read; everything absent is as at the last import of the data set, or detected with evidence. */
export const dialectOptions = importAnswers.extend({
  header: z.boolean().optional(),
  sheet: z.string().min(1).max(200).optional().describe('sheet of a workbook, by name or number from 1'),
  range: z.string().min(3).max(40).optional().describe('cells of the sheet, e.g. B3:F200'),
  records: z
    .string()
    .max(500)
    .optional()
    .describe('path of the list in a JSON document, e.g. data.items; $ for the outermost'),
  relation: z.string().min(1).max(500).optional().describe('table or view of a database file'),
  member: z
    .string()
    .min(1)
    .max(1000)
    .optional()
    .describe('file of a zip archive with several, by name or number from 1; * for all, one below the other'),
  acceptCut: z.boolean().optional().describe('read the whole lines of a compressed file that is cut off'),
  detect: z.array(recalledControl).optional().describe('to be found out anew, whatever was asked for last time'),
});
export type DialectOptions = z.infer<typeof dialectOptions>;
