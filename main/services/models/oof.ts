import { join } from 'node:path';
import { unsupported } from '../../base/errors.ts';
import type { Db } from '../../store/db.ts';
import { listFiles } from '../../store/repositories/files.ts';
import type { ModelVersionRow } from '../../store/repositories/models.ts';
import { type OutOfFold, readOutOfFold } from '../training/oof-file.ts';

/** The out-of-fold predictions of a version, or null for an imported model. */
export function findOutOfFold(db: Db, workspaceDir: string, version: ModelVersionRow): OutOfFold | null {
  const file = listFiles(db, { ownerId: version.id, kind: 'model', limit: 10 }).rows.find((row) =>
    row.path.endsWith('.oof'),
  );
  return file === undefined ? null : readOutOfFold(join(workspaceDir, file.path));
}

/** As findOutOfFold; throws unsupported for an imported model. */
export function getOutOfFold(db: Db, workspaceDir: string, version: ModelVersionRow): OutOfFold {
  const found = findOutOfFold(db, workspaceDir, version);
  if (found !== null) return found;
  throw unsupported(
    'no-out-of-fold',
    'This model was imported, so there are no out-of-fold predictions to judge it by.',
    {
      hint: 'Evaluate it on labelled data instead.',
    },
  );
}
