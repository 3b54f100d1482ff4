/**
 * Erasing versions of data sets for good: their rows, kept copies of files, rejected records, receipts and profiles, the
 * results of jobs over them, files offered for download and copies of the store made before; and, where a person said so, what
 * depends on them: whole data sets, models with their packages, scorings in the ledger. Versions keep their number and shape,
 * so that what is left still says what it was made from. Files that something else has too stay.
 */
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Db } from '../../store/db.ts';
import { eraseBatch } from '../../store/ledger.ts';
import { getLedgerEntry, listLedger } from '../../store/ledger-list.ts';
import { deleteDataset, eachVersion, eraseVersionRow, getDataset } from '../../store/repositories/datasets.ts';
import { deleteFileRow, listFiles } from '../../store/repositories/files.ts';
import { deleteJob, jobsOfDataset, jobsOfModel } from '../../store/repositories/jobs.ts';
import { eraseModel, listModelVersions } from '../../store/repositories/models.ts';
import { deleteReceipt } from '../../store/repositories/receipts.ts';
import { allRows } from '../../store/table.ts';
import { forgetUndoOf } from '../../store/undo.ts';
import { everyModel, filesOf, setsErased, versionsThere } from './dependents.ts';

export type ErasurePlan = {
  readonly versionIds: readonly string[];
  /** Numbers of the data set's own versions. */
  readonly versions: readonly number[];
  /** Relative to the workspace folder. */
  readonly files: readonly string[];
  readonly jobIds: readonly string[];
  /** Data sets, models and ledger entries that go as a whole. */
  readonly datasetIds: readonly string[];
  readonly modelIds: readonly string[];
  readonly ledgerIds: readonly string[];
};

type ErasureRequest = {
  readonly datasetId: string;
  /** Versions that stay: those that masking made, and all that hold nothing in clear. */
  readonly keep: ReadonlySet<string>;
  readonly ownJob: string;
  /** Data sets of which only the versions to keep stay. */
  readonly remade: readonly string[];
  readonly datasetIds: readonly string[];
  readonly modelIds: readonly string[];
  readonly ledgerIds: readonly string[];
};

const ended = ['succeeded', 'failed', 'cancelled'] as const;

/** What erasing would take. Everything that depends and is not named in the request stays. */
export function planErasure(db: Db, request: ErasureRequest): ErasurePlan {
  const { datasetId, keep, ownJob, datasetIds, modelIds, ledgerIds } = request;
  const sets = new Set([datasetId, ...request.remade, ...datasetIds].flatMap((id) => [...setsErased(db, id)]));
  const all = versionsThere(db);
  const isDoomed = (row: (typeof all)[number]): boolean => sets.has(row.datasetId) && !keep.has(row.id);
  const doomed = all.filter(isDoomed);
  const files = new Set(doomed.flatMap((row) => filesOf(db, row)));
  for (const row of all) if (!isDoomed(row)) for (const file of filesOf(db, row)) files.delete(file);
  const jobs = new Map(
    [
      ...[...sets].flatMap((id) => jobsOfDataset(db, id, ended)),
      ...modelIds.flatMap((id) => jobsOfModel(db, id, ended)),
    ].map((job) => [job.id, job]),
  );
  // A training's job says how its model came about and holds no values; it goes with its model
  const gone = new Set(modelIds);
  const jobIds = [...jobs.values()].flatMap(({ id, kind, modelId }) =>
    id === ownJob || (kind === 'train' && !gone.has(modelId ?? '')) ? [] : [id],
  );
  // Rejected rows of scorings lie by their job
  const owners = [...jobIds];
  const models = everyModel(db);
  for (const { model, versions } of models) {
    if (!gone.has(model.id)) continue;
    owners.push(...versions.map(({ id }) => id));
    for (const { packageFile } of versions) files.add(packageFile);
  }
  for (const ownerId of owners)
    for (const { path } of allRows((page) => listFiles(db, { ownerId, ...page }))) files.add(path);
  for (const { model, versions } of models)
    if (!gone.has(model.id)) for (const { packageFile } of versions) files.delete(packageFile);
  const entries = new Set(ledgerIds);
  const segments = allRows((page) => listLedger(db, { kinds: ['batch'], ...page }));
  for (const id of ledgerIds) {
    const { segmentFile } = getLedgerEntry(db, id);
    const isShared = segments.some(
      (row) => row.segmentFile === segmentFile && !entries.has(row.id) && row.erasedAt === null,
    );
    if (segmentFile !== null && !isShared) files.add(segmentFile);
  }
  return {
    versionIds: doomed.map(({ id }) => id),
    versions: doomed.filter((row) => row.datasetId === datasetId).map(({ number }) => number),
    files: [...files],
    jobIds,
    datasetIds,
    modelIds,
    ledgerIds,
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
  for (const id of plan.datasetIds) {
    if (getDataset(db, id, { deleted: true }).deletedAt === null) deleteDataset(db, id);
    sets.add(id);
  }
  for (const id of sets) forgetUndoOf(db, 'datasets', id);
  for (const id of plan.modelIds) {
    for (const version of allRows((page) => listModelVersions(db, id, page)))
      forgetUndoOf(db, 'model_versions', version.id);
    eraseModel(db, id);
    forgetUndoOf(db, 'models', id);
  }
  for (const id of plan.ledgerIds) eraseBatch(db, id);
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
