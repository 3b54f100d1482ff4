/** What a workspace is called, its id and its quota: kept in its own store, so that a copied or moved folder stays itself. */
import * as z from 'zod';
import { asJson } from '../../base/json.ts';
import type { Db } from '../../store/db.ts';
import { findSetting, setSetting } from '../../store/repositories/settings.ts';

const quotaSchema = z.object({
  cores: z.number().int().positive().nullable(),
  memoryBytes: z.number().positive().nullable(),
});

const identitySchema = z.object({ id: z.string(), name: z.string(), createdAt: z.number(), quota: quotaSchema });

export type Quota = z.infer<typeof quotaSchema>;
export type WorkspaceIdentity = z.infer<typeof identitySchema>;

export const noQuota: Quota = { cores: null, memoryBytes: null };

const key = 'workspace';

/** The identity in the store; made at first opening. */
export function identify(db: Db, fresh: { readonly name: string; readonly quota: Quota }): WorkspaceIdentity {
  const kept = identitySchema.safeParse(findSetting(db, key));
  if (kept.success) return kept.data;
  const made: WorkspaceIdentity = {
    id: db.ids.next('ws'),
    name: fresh.name,
    createdAt: db.clock.now(),
    quota: fresh.quota,
  };
  setSetting(db, key, asJson(made));
  return made;
}
