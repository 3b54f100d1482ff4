/** Which versions a feature set reads, pinned so that what was made can be made and proved again. */
import type { FeatureDefinition, FeatureTable } from '../../contract/feature-sets.ts';
import type { FindVersion } from '../../warehouse/features/engine.ts';
import type { Catalogue } from '../datasets/catalogue.ts';

export type SourceUsed = {
  readonly alias: string;
  readonly datasetId: string;
  readonly name: string;
  readonly version: number;
};

export const findVersionIn =
  (catalogue: Catalogue): FindVersion =>
  ({ datasetId, version }) =>
    catalogue.get(datasetId, version).version;

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
