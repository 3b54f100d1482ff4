import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isoTime } from '../../base/clock.ts';
import { dataProblem } from '../../base/errors.ts';
import type { Db } from '../../store/db.ts';
import {
  type DatasetRow,
  type DatasetVersionRow,
  erasedAt,
  getDataset,
  getVersionOf,
} from '../../store/repositories/datasets.ts';
import { catalogueFile, parseVersion } from '../../warehouse/import/version.ts';
import type { Version } from '../../warehouse/types.ts';

/** A data set version with the catalogue that says how to read it. */
export type CataloguedVersion = {
  readonly dataset: DatasetRow;
  readonly row: DatasetVersionRow;
  readonly version: Version;
};

export type Catalogue = {
  /** The workspace folder, which paths in catalogues are relative to. */
  readonly workspaceDir: string;
  /** Version `number` of a live data set, its current one when undefined. Throws not-found or data-problem. */
  readonly get: (datasetId: string, number?: number) => CataloguedVersion;
};

const keptVersions = 64;

/** Reads catalogues, which never change, and keeps the last few. */
export function createCatalogue(db: Db, workspaceDir: string): Catalogue {
  const kept = new Map<string, Version>();
  const versionOf = (hash: string, name: string): Version => {
    const known = kept.get(hash);
    if (known !== undefined) return known;
    try {
      const version = parseVersion(hash, readFileSync(join(workspaceDir, catalogueFile(hash)), 'utf8'));
      if (kept.size >= keptVersions) kept.clear();
      kept.set(hash, version);
      return version;
    } catch (cause) {
      throw dataProblem('catalogue-unreadable', `The catalogue of "${name}" cannot be read.`, {
        hint: 'augury doctor names the missing or altered file; import the source again to restore it.',
        cause,
      });
    }
  };
  return {
    workspaceDir,
    get: (datasetId, number) => {
      const dataset = getDataset(db, datasetId);
      const row = getVersionOf(db, datasetId, number);
      const at = erasedAt(row);
      if (at !== null) {
        throw dataProblem(
          'version-erased',
          `Version ${row.number} of "${dataset.name}" was erased for good on ${isoTime(at).slice(0, 10)}.`,
          {
            hint: 'Use the current version.',
          },
        );
      }
      return { dataset, row, version: versionOf(row.contentHash, dataset.name) };
    },
  };
}
