/** Rejects of a job that writes a download: beside it they would be in its way, so the workspace keeps them. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '../../store/db.ts';
import { recordFile } from '../../store/repositories/files.ts';
import { hashFile } from '../../warehouse/files.ts';

const relative = (jobId: string): string => `data/${jobId}.rejects.csv`;

/** Where they go. */
export const ownRejectsFile = (workspaceDir: string, jobId: string): string => join(workspaceDir, relative(jobId));

/** Records the file in the manifest once it is there. */
export async function keepRejects(
  deps: { readonly db: Db; readonly workspaceDir: string },
  jobId: string,
): Promise<void> {
  const path = ownRejectsFile(deps.workspaceDir, jobId);
  const sha256 = await hashFile(path);
  const byteSize = statSync(path).size;
  recordFile(deps.db, { path: relative(jobId), kind: 'rejects', sha256, byteSize, ownerId: jobId });
}
