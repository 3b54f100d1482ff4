/** Which versions a feature set reads, pinned so that what was made can be made and proved again. */
import { isoTime } from '../../base/clock.ts';
import { AuguryError } from '../../base/errors.ts';
import type { FeatureDefinition, FeatureTable } from '../../contract/feature-sets.ts';
import type { Db } from '../../store/db.ts';
import type { DatasetVersionRow } from '../../store/repositories/datasets.ts';
import type { FindTable } from '../../warehouse/features/feature-set.ts';
import type { Catalogue, CataloguedVersion } from '../datasets/catalogue.ts';
import { lastImport } from '../datasets/recipe.ts';

export type SourceUsed = {
  readonly alias: string;
  readonly datasetId: string;
  readonly name: string;
  readonly version: number;
};

/** When a version was imported; one that was cleaned since when its import was, one made from others when it was made. */
const importedAt = (db: Db, row: DatasetVersionRow): number => (lastImport(db, row.id) ?? row).createdAt;

/** Finds the rows of a table. */
export const findTableIn =
  (db: Db, catalogue: Catalogue): FindTable =>
  (table) => {
    const { row, version } = catalogue.get(table.datasetId, table.version);
    return { version, importedAt: importedAt(db, row) };
  };

/** What is to be said of tables whose values count as known from their import on; nothing of those that are gone. */
export function importWarnings(db: Db, catalogue: Catalogue, definition: FeatureDefinition): string[] {
  const tables: [string, FeatureTable][] = [['base', definition.base], ...Object.entries(definition.sources)];
  return tables.flatMap(([alias, table]) => {
    if (table.knownAt !== 'import') return [];
    let found: CataloguedVersion;
    try {
      found = catalogue.get(table.datasetId, table.version);
    } catch (error) {
      if (error instanceof AuguryError) return [];
      throw error;
    }
    const { dataset, row } = found;
    const since = isoTime(importedAt(db, row));
    return [
      `“${alias}” (${dataset.name}, version ${row.number}) counts as known from its import at ${since} on, not from when its rows happened: rows before that moment see nothing of it, and importing it again moves the moment.`,
    ];
  });
}

/** The definition with every table at the version it has now, and those versions. */
export function pinTables(
  catalogue: Catalogue,
  definition: FeatureDefinition,
): { readonly definition: FeatureDefinition; readonly sources: readonly SourceUsed[] } {
  const sources: SourceUsed[] = [];
  const pin = <T extends FeatureTable>(alias: string, table: T): T => {
    const { dataset, row } = catalogue.get(table.datasetId, table.version);
    sources.push({ alias, datasetId: dataset.id, name: dataset.name, version: row.number });
    return { ...table, version: row.number };
  };
  return {
    definition: {
      ...definition,
      base: pin('base', definition.base),
      sources: Object.fromEntries(
        Object.entries(definition.sources).map(([alias, table]) => [alias, pin(alias, table)]),
      ),
    },
    sources,
  };
}
