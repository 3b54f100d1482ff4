/** The step of an import that keeps personal data out of the workspace. */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DialectOptions } from '../../contract/datasets.ts';
import type { PrivacyReceipt } from '../../contract/privacy.ts';
import type { JobContext } from '../../jobs/types.ts';
import type { Db } from '../../store/db.ts';
import { findSetting, setSetting } from '../../store/repositories/settings.ts';
import type { LastAnswers } from '../../warehouse/import/recall.ts';
import { effectivePrivacy } from '../../warehouse/privacy/choose.ts';
import type { MaskedCopy } from '../../warehouse/privacy/land-masked.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Uploads } from '../system/uploads.ts';
import type { ImportJobInput } from './import-job.ts';

const saltKey = 'privacy.salt';

/** The workspace's key for hashes of personal data, made when it is first needed. It is in no export. */
export function saltOf(db: Db): string {
  const kept = findSetting(db, saltKey);
  if (typeof kept === 'string') return kept;
  const salt = randomBytes(32).toString('hex');
  setSetting(db, saltKey, salt);
  return salt;
}

/** Lands the source with its personal data replaced; null when nothing is asked and nothing was done last time. */
export async function landMaskedSource(
  deps: { readonly db: Db; readonly warehouse: Warehouse; readonly uploads: Pick<Uploads, 'remove'> },
  input: ImportJobInput,
  previous: PrivacyReceipt | null,
  last: LastAnswers | null,
  context: JobContext,
): Promise<MaskedCopy | null> {
  const kept = join(context.scratchDir, 'masked.json');
  if (existsSync(kept)) return JSON.parse(readFileSync(kept, 'utf8')) as MaskedCopy;
  const privacy = effectivePrivacy(input.privacy, previous);
  if (privacy === null) return null;
  mkdirSync(context.scratchDir, { recursive: true });
  const copy = await deps.warehouse.landMasked(
    {
      sourcePath: input.path,
      sourceName: input.sourceName,
      options: input.options as DialectOptions,
      privacy: privacy.options,
      previous: privacy.previous,
      last,
      salt: saltOf(deps.db),
    },
    context,
  );
  writeFileSync(`${kept}.tmp`, JSON.stringify(copy));
  renameSync(`${kept}.tmp`, kept);
  // What was sent or pasted goes as soon as its masked copy stands
  if (input.uploadId !== null) deps.uploads.remove(input.uploadId);
  return copy;
}

/** Readings chosen for columns that are still what they were. */
export function readingsLeft(
  readings: Readonly<Record<string, string>>,
  receipt: PrivacyReceipt,
): Readonly<Record<string, string>> {
  const changed = new Set(receipt.columns.flatMap(({ column, action }) => (action === 'keep' ? [] : [column])));
  return Object.fromEntries(Object.entries(readings).filter(([column]) => !changed.has(column)));
}
