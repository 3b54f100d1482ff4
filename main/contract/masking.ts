/** Masking a data set that was imported in clear, and erasing what held the clear values. Part of the noun `datasets`. */
import * as z from 'zod';
import { idOf, jobStarted } from './common.ts';
import { base, reading, starting } from './meta.ts';
import { privacyAction, privacyOptions } from './privacy.ts';

/** What can be done with something that holds values of erased versions. */
export const dependentAction = z
  .enum(['again', 'mask', 'delete', 'keep'])
  .describe(
    'again: made again from the masked data; mask: covered in the same way; delete: erased for good; keep: left',
  );
export type DependentAction = z.infer<typeof dependentAction>;

const held = {
  kind: z.enum(['dataset', 'model', 'scoring']),
  id: z.string(),
  name: z.string(),
  why: z.string().describe('one plain sentence'),
};

/** Something outside the data set that holds values of versions to be erased. */
export const dependent = z.object({ ...held, offers: z.array(dependentAction).describe('best first') });
export type Dependent = z.infer<typeof dependent>;

/** What still holds values of the columns outside the data set: to be looked at by a person. */
const heldElsewhere = z.object(held);
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
  dependents: z
    .array(z.object({ ...held, action: dependentAction, version: z.number().int().nullable() }))
    .describe('what was done with what depends on the data set; `version` is the current one of a data set made again'),
  elsewhere: z.array(heldElsewhere).describe('what was kept'),
});
export type MaskResult = z.infer<typeof maskResult>;

export const masking = {
  erasure: base
    .meta(reading)
    .route({
      method: 'GET',
      path: '/datasets/{id}/erasure',
      summary: 'What masking with erasing would erase, and what else holds the values: data sets, models, scorings',
    })
    .input(z.object({ id: idOf('ds') }))
    .output(z.object({ versions: z.array(z.number().int()), files: z.number().int(), dependents: z.array(dependent) })),
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
        dependents: z
          .record(z.string(), dependentAction)
          .default({})
          .describe('id → what to do with what depends on the data set (see erasure); all others are kept and named'),
        confirm: z.literal(true).describe('that the earlier versions are to be erased for good'),
      }),
    )
    .output(jobStarted),
};
