/** Personal data: what kinds are known, what may be done with a column of them, and what an import did. */
import * as z from 'zod';

export const piiKinds = [
  'email',
  'phone',
  'card',
  'iban',
  'ip',
  'given-name',
  'family-name',
  'name',
  'national-id',
  'birth-date',
  'address',
  'postcode',
  'passport',
  'licence',
  'free-text',
] as const;
export const piiKind = z.enum(piiKinds);
export type PiiKind = z.infer<typeof piiKind>;

export const privacyActions = ['keep', 'mask', 'hash', 'drop'] as const;
export const privacyAction = z
  .enum(privacyActions)
  .describe('keep as it is, replace by a fixed word, replace by a keyed hash (joins still work), leave the column out');
export type PrivacyAction = z.infer<typeof privacyAction>;

/** What is done with personal data before anything of the file is stored. */
export const privacyOptions = z.object({
  columns: z.record(z.string(), privacyAction).default({}).describe('column → action'),
  found: privacyAction
    .optional()
    .describe('what is done with every other column that personal data are found in; absent: as last time, else keep'),
  reuse: z.boolean().default(true).describe('use the actions of the last import of the same data set again'),
});
export type PrivacyOptions = z.infer<typeof privacyOptions>;

/** Personal data found in a column. */
export const piiColumn = z.object({
  column: z.string(),
  kind: piiKind,
  share: z.number().describe('of the values looked at, 0–1'),
  evidence: z.string().describe('one plain sentence; holds no value'),
});
export type PiiColumn = z.infer<typeof piiColumn>;

/** What an import did with personal data; columns are named as in the source. */
export const privacyReceipt = z.object({
  found: privacyAction,
  columns: z.array(
    z.object({
      column: z.string(),
      kind: piiKind.nullable(),
      action: privacyAction,
      cells: z.number().int().describe('cells replaced or left out'),
    }),
  ),
  seen: z.array(z.string()).describe('all columns of the source, so that a new one is noticed'),
  rejectedMasked: z.number().int().describe('rejected records whose letters and digits were covered'),
  part: z
    .object({ kind: z.enum(['sheet', 'table', 'records', 'file']), name: z.string(), range: z.string().nullable() })
    .optional()
    .describe('sheet, table or list that was read of a source that is no text'),
  member: z.string().optional().describe('file that was read of several in an archive; * for all'),
});
export type PrivacyReceipt = z.infer<typeof privacyReceipt>;
