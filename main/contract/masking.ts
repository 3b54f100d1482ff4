/** Masking a data set that was imported in clear, and erasing what held the clear values. Part of the noun `datasets`. */
import * as z from 'zod';
import { idOf, jobStarted } from './common.ts';
import { base, starting } from './meta.ts';
import { privacyAction, privacyOptions } from './privacy.ts';

/** What still holds values of the columns outside the data set: to be looked at by a person. */
export const heldElsewhere = z.object({
  kind: z.enum(['dataset', 'model']),
  id: z.string(),
  name: z.string(),
  why: z.string().describe('one plain sentence'),
});
export type HeldElsewhere = z.infer<typeof heldElsewhere>;

/** What the job ends with. */
export const maskResult = z.object({
  datasetId: idOf('ds'),
  version: z.number().int().describe('the current version, which holds nothing in clear that was asked to be covered'),
  columns: z.array(z.object({ column: z.string(), action: privacyAction, cells: z.number().int() })),
  erased: z.object({
    versions: z.array(z.number().int()),
    files: z.number().int(),
    bytes: z.number(),
    backups: z.number().int().describe('copies of the store that were removed with them'),
  }),
  elsewhere: z.array(heldElsewhere),
});
export type MaskResult = z.infer<typeof maskResult>;

export const masking = {
  mask: base
    .meta(starting)
    .route({
      method: 'POST',
      path: '/datasets/{id}/mask',
      summary: 'Cover personal data of a data set and erase its earlier versions for good, as a job; cannot be undone',
    })
    .input(
      z.object({
        id: idOf('ds'),
        privacy: privacyOptions.describe('column → action; `found` is for all other columns with personal data'),
        confirm: z.literal(true).describe('that the earlier versions are to be erased for good'),
      }),
    )
    .output(jobStarted),
};
