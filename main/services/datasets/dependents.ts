/**
 * What holds values of versions that are to be erased, beyond the data set itself: data sets with the same file or made from
 * such a version, what was made of those in turn, models trained on any of them, and scorings of them. Nothing here changes
 * anything; the erasing asks what is to be done with each (see mask-job.ts).
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { AuguryError } from '../../base/errors.ts';
import type { Dependent, DependentAction } from '../../contract/masking.ts';
import type { Db } from '../../store/db.ts';
import { listBatchesOf } from '../../store/ledger-list.ts';
import {
  type DatasetVersionRow,
  eachVersion,
  erasedAt,
  getDataset,
  getVersionOf,
  listDatasets,
} from '../../store/repositories/datasets.ts';
import {
  findModel,
  listModels,
  listModelVersions,
  type ModelRow,
  type ModelVersionRow,
} from '../../store/repositories/models.ts';
import { findReceipt } from '../../store/repositories/receipts.ts';
import { allRows } from '../../store/table.ts';
import { catalogueFile, parseVersion } from '../../warehouse/import/version.ts';
import { keptSteps, lastImport } from './recipe.ts';
import { derivationOf } from './remake.ts';

/** A data set that depends, with the versions of it that hold values and the data sets those were made from. */
export type DependentDataset = Dependent & { readonly kind: 'dataset'; readonly sources: ReadonlySet<string> };

export type Dependents = {
  readonly datasets: readonly DependentDataset[];
  readonly models: readonly Dependent[];
  readonly scorings: readonly Dependent[];
};

/** Files of a version, relative to the workspace folder. */
export function filesOf(db: Db, row: DatasetVersionRow): string[] {
  const parts = (row.files as readonly { readonly path: string }[]).map(({ path }) => path);
  const receipt = findReceipt(db, row.id);
  return [...parts, catalogueFile(row.contentHash), receipt?.rawFile, receipt?.rejectsFile].flatMap((path) =>
    path == null ? [] : [path],
  );
}

/** The hashes a derived version was made from; null where its description is lost or damaged and nobody can tell. */
function madeFrom(workspaceDir: string, hash: string): readonly string[] | null {
  const path = join(workspaceDir, catalogueFile(hash));
  if (!existsSync(path)) return null;
  try {
    const { format } = parseVersion(hash, readFileSync(path, 'utf8')).source;
    return format.kind === 'derived' ? format.from : [];
  } catch (error) {
    if (error instanceof AuguryError) return null;
    throw error;
  }
}

/** A version that was itself made by masking holds none of the values. */
const isCovered = (row: DatasetVersionRow): boolean => keptSteps(row).some(({ kind }) => kind === 'mask');

/** The data set and deleted ones of the same name, whose files would come back with an undo. */
export function setsErased(db: Db, datasetId: string): ReadonlySet<string> {
  const { name } = getDataset(db, datasetId, { deleted: true });
  const rows = allRows((page) => listDatasets(db, { deleted: true, search: name, ...page }));
  return new Set([datasetId, ...rows.flatMap((row) => (row.name === name ? [row.id] : []))]);
}

/** All versions that are there, of all data sets. */
export const versionsThere = (db: Db): DatasetVersionRow[] =>
  [...eachVersion(db)].filter((row) => erasedAt(row) === null);

/** Versions that hold values in clear as far as a plan can tell: those that no masking made, on import or since. */
export function holdsClear(db: Db, row: DatasetVersionRow): boolean {
  if (isCovered(row)) return false;
  const first = lastImport(db, row.id);
  const body = first === null ? null : (findReceipt(db, first.id)?.body as { readonly privacy?: unknown } | undefined);
  return body?.privacy === undefined;
}

type Tainted = { readonly rows: Set<string>; why: string; sameFile: boolean; unknown: boolean; sources: Set<string> };

/** Everything that depends on versions to be erased, in turn too. `isDoomed` says which rows of the data set itself go. */
export function listDependents(
  db: Db,
  workspaceDir: string,
  datasetId: string,
  isDoomed: (row: DatasetVersionRow) => boolean,
): Dependents {
  const own = setsErased(db, datasetId);
  const all = versionsThere(db);
  const doomed = all.filter((row) => own.has(row.datasetId) && isDoomed(row));
  const ownerOf = new Map(doomed.map((row) => [row.contentHash, datasetId]));
  const files = new Set(doomed.flatMap((row) => filesOf(db, row)));
  const ids = new Set(doomed.map(({ id }) => id));
  const tainted = new Map<string, Tainted>();
  const others = all.filter((row) => !own.has(row.datasetId) && !isCovered(row));
  for (let grown = ids.size > 0; grown; ) {
    grown = false;
    for (const row of others) {
      if (ids.has(row.id)) continue;
      const from = madeFrom(workspaceDir, row.contentHash);
      const sources = (from ?? []).flatMap((hash) => ownerOf.get(hash) ?? []);
      const sameFile = filesOf(db, row).some((file) => files.has(file));
      if (sources.length === 0 && !sameFile && from !== null) continue;
      grown = true;
      ids.add(row.id);
      ownerOf.set(row.contentHash, row.datasetId);
      for (const file of filesOf(db, row)) files.add(file);
      const made = sources.length > 0;
      const why = made
        ? 'It was made from an erased version.'
        : from === null
          ? 'The description of a version is lost or damaged, so what it was made from is not known.'
          : 'It has the same file.';
      const known = tainted.get(row.datasetId);
      tainted.set(row.datasetId, {
        rows: new Set([...(known?.rows ?? []), row.id]),
        why: made || known === undefined ? why : known.why,
        sameFile: (known?.sameFile ?? false) || sameFile,
        unknown: (known?.unknown ?? false) || from === null,
        sources: new Set([...(known?.sources ?? []), ...sources]),
      });
    }
  }
  return {
    datasets: [...tainted].map(([id, found]) => describeDataset(db, id, found)),
    models: modelsOn(db, ids),
    scorings: listBatchesOf(db, [...ownerOf.keys()]).map(({ id, modelId, segmentRows, decidedAt }) => ({
      kind: 'scoring',
      id,
      name: `${segmentRows ?? 0} rows scored with ${modelId === null ? 'a model' : (findModel(db, modelId)?.name ?? 'a model')} on ${isoTime(decidedAt).slice(0, 10)}`,
      why: 'Its rows in the ledger are predictions for rows of an erased version, with their ids where they were asked for.',
      offers: ['delete', 'keep'],
    })),
  };
}

function describeDataset(db: Db, id: string, { rows, why, sameFile, unknown, sources }: Tainted): DependentDataset {
  const dataset = getDataset(db, id, { deleted: true });
  const current = dataset.deletedAt === null && dataset.currentVersionId !== null ? getVersionOf(db, id) : null;
  // Only a current version can be made anew, and only if nobody has to guess what it was made from
  const open = current !== null && rows.has(current.id) && !unknown;
  const offers: DependentAction[] = [];
  if (open && sources.size > 0 && derivationOf(db, current) !== null) offers.push('again');
  if (open && sources.size === 0 && sameFile) offers.push('mask');
  return { kind: 'dataset', id, name: dataset.name, why, offers: [...offers, 'delete', 'keep'], sources };
}

/** Models that learned from one of these versions, by their run or by those they went on from, and copies of their packages. */
function modelsOn(db: Db, versionIds: ReadonlySet<string>): Dependent[] {
  const learned = ({ datasetVersionId, report }: ModelVersionRow): boolean => {
    if (datasetVersionId !== null && versionIds.has(datasetVersionId)) return true;
    const text = JSON.stringify(report);
    return [...versionIds].some((id) => text.includes(`"${id}"`));
  };
  const models = everyModel(db);
  const packages = new Set(models.flatMap(({ versions }) => versions.filter(learned).map((row) => row.packageSha256)));
  return models.flatMap(({ model, versions }) =>
    versions.some((row) => packages.has(row.packageSha256))
      ? [
          {
            kind: 'model',
            id: model.id,
            name: model.name,
            why: `It was trained on an erased version: its package holds some of its rows${model.deletedAt === null ? '' : ', although it was deleted'}.`,
            offers: ['delete', 'keep'],
          },
        ]
      : [],
  );
}

/** All models that are not erased, deleted ones too, with their versions. An erased one has no report any more. */
export const everyModel = (
  db: Db,
): readonly { readonly model: ModelRow; readonly versions: readonly ModelVersionRow[] }[] =>
  [false, true].flatMap((deleted) =>
    allRows((page) => listModels(db, { deleted, ...page })).flatMap((model) => {
      const versions = allRows((page) => listModelVersions(db, model.id, page)).filter(({ report }) => report !== null);
      return versions.length === 0 ? [] : [{ model, versions }];
    }),
  );
