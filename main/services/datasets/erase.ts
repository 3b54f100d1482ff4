/**
 * Erasing versions of a data set for good: their rows, kept copies of files, rejected records, receipts and profiles, the
 * results of jobs over them, files offered for download and copies of the store made before. Versions keep their number
 * and shape, so that models still say what they were trained on. Files that another version has too stay, and are named.
 */
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { AuguryError } from '../../base/errors.ts';
import type { HeldElsewhere } from '../../contract/masking.ts';
import type { Db } from '../../store/db.ts';
import {
  type DatasetVersionRow,
  eachVersion,
  erasedAt,
  eraseVersionRow,
  getDataset,
  listDatasets,
} from '../../store/repositories/datasets.ts';
import { deleteFileRow } from '../../store/repositories/files.ts';
import { deleteJob, jobsOfDataset } from '../../store/repositories/jobs.ts';
import { listModels, listModelVersions } from '../../store/repositories/models.ts';
import { deleteReceipt, findReceipt } from '../../store/repositories/receipts.ts';
import { forgetUndoOf } from '../../store/undo.ts';
import { catalogueFile, parseVersion } from '../../warehouse/import/version.ts';
import { keptSteps } from './recipe.ts';

export type ErasurePlan = {
  readonly versionIds: readonly string[];
  /** Numbers of the data set's own versions. */
  readonly versions: readonly number[];
  /** Relative to the workspace folder. */
  readonly files: readonly string[];
  readonly jobIds: readonly string[];
  readonly elsewhere: readonly HeldElsewhere[];
};

/** Files of a version, relative to the workspace folder. */
function filesOf(db: Db, row: DatasetVersionRow): string[] {
  const parts = (row.files as readonly { readonly path: string }[]).map(({ path }) => path);
  const receipt = findReceipt(db, row.id);
  return [...parts, catalogueFile(row.contentHash), receipt?.rawFile, receipt?.rejectsFile].flatMap((path) =>
    path == null ? [] : [path],
  );
}

/** The hashes a derived version was made from; null where its description is lost or damaged and nobody can tell. */
function madeFrom(workspaceDir: string, hash: string): readonly string[] | null {
  let text: string;
  try {
    text = readFileSync(join(workspaceDir, catalogueFile(hash)), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    const { format } = parseVersion(hash, text).source;
    return format.kind === 'derived' ? format.from : [];
  } catch (error) {
    if (error instanceof AuguryError) return null;
    throw error;
  }
}

/** A version that was itself made by masking holds none of the values. */
const isCovered = (row: DatasetVersionRow): boolean => keptSteps(row).some(({ kind }) => kind === 'mask');

/** Deleted data sets of the same name: their files would come back with an undo. */
function namesakes(db: Db, name: string): readonly string[] {
  return listDatasets(db, { deleted: true, search: name, limit: 1000 }).rows.flatMap((row) =>
    row.name === name ? [row.id] : [],
  );
}

/** What erasing all versions of a data set but those to keep would take, and what would still hold their values. */
export function planErasure(
  db: Db,
  workspaceDir: string,
  datasetId: string,
  keep: ReadonlySet<string>,
  ownJob: string,
): ErasurePlan {
  const { name } = getDataset(db, datasetId);
  const doomedSets = new Set([datasetId, ...namesakes(db, name)]);
  const all = [...eachVersion(db)].filter((row) => erasedAt(row) === null);
  const isDoomed = (row: DatasetVersionRow): boolean => doomedSets.has(row.datasetId) && !keep.has(row.id);
  const doomed = all.filter(isDoomed);
  const hashes = new Set(doomed.map(({ contentHash }) => contentHash));
  const doomedFiles = new Set(doomed.flatMap((row) => filesOf(db, row)));
  const elsewhere = new Map<string, HeldElsewhere>();
  const others = all.filter((row) => !isDoomed(row));
  for (const row of others) {
    const shared = filesOf(db, row).filter((file) => doomedFiles.delete(file));
    if (row.datasetId === datasetId) continue;
    const from = isCovered(row) ? [] : madeFrom(workspaceDir, row.contentHash);
    const made = from?.some((hash) => hashes.has(hash)) ?? false;
    if (shared.length === 0 && !made && from !== null) continue;
    const dataset = getDataset(db, row.datasetId, { deleted: true });
    elsewhere.set(dataset.id, {
      kind: 'dataset',
      id: dataset.id,
      name: dataset.name,
      why: made
        ? 'It was made from an erased version.'
        : from === null
          ? 'The description of a version is lost or damaged, so what it was made from is not known.'
          : 'It has the same file.',
    });
  }
  const ids = new Set(doomed.map(({ id }) => id));
  for (const model of [true, false].flatMap((deleted) => listModels(db, { deleted, limit: 1000 }).rows)) {
    const trained = listModelVersions(db, model.id, { limit: 1000 }).rows.some((row) =>
      ids.has(row.datasetVersionId ?? ''),
    );
    if (!trained) continue;
    const why = 'It was trained on an erased version: its package holds some of its rows.';
    elsewhere.set(model.id, { kind: 'model', id: model.id, name: model.name, why });
  }
  const ended = [...doomedSets].flatMap((id) => jobsOfDataset(db, id, ['succeeded', 'failed', 'cancelled']));
  return {
    versionIds: doomed.map(({ id }) => id),
    versions: doomed.filter((row) => row.datasetId === datasetId).map(({ number }) => number),
    files: [...doomedFiles],
    // A training's job says how its model came about and holds no values
    jobIds: ended.filter(({ id, kind }) => id !== ownJob && kind !== 'train').map(({ id }) => id),
    elsewhere: [...elsewhere.values()],
  };
}

/** Takes what the plan names out of the store. Call it inside a transaction; `eraseFiles` comes after its commit. */
export function eraseRows(db: Db, plan: ErasurePlan): void {
  const doomed = new Set(plan.versionIds);
  const sets = new Set<string>();
  for (const row of [...eachVersion(db)]) {
    if (!doomed.has(row.id)) continue;
    sets.add(row.datasetId);
    deleteReceipt(db, row.id);
    eraseVersionRow(db, row);
  }
  for (const id of sets) forgetUndoOf(db, 'datasets', id);
  for (const file of plan.files) deleteFileRow(db, file);
  for (const id of plan.jobIds) deleteJob(db, id);
}

/** Removes the files that the plan names; again is harmless. Returns how many bytes of them were still there. */
export function eraseFiles(
  folders: { readonly workspace: string; readonly downloads: string; readonly backups: string },
  plan: Pick<ErasurePlan, 'files' | 'jobIds'>,
): { readonly bytes: number; readonly backups: number } {
  let bytes = 0;
  const remove = (path: string): void => {
    if (!existsSync(path)) return;
    bytes += statSync(path).isFile() ? statSync(path).size : 0;
    rmSync(path, { recursive: true, force: true });
  };
  for (const file of plan.files) remove(join(folders.workspace, file));
  for (const id of plan.jobIds) remove(join(folders.downloads, id));
  const copies = existsSync(folders.backups) ? readdirSync(folders.backups) : [];
  for (const name of copies) remove(join(folders.backups, name));
  return { bytes, backups: copies.filter((name) => name.endsWith('.db')).length };
}
