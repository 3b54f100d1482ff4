import * as z from 'zod';
import type { InputSpec } from '../../ml/model-spec.ts';
import type { VersionColumn } from '../../warehouse/types.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { DescribeDataset, ReadDataset } from '../training/types.ts';
import type { Catalogue } from './catalogue.ts';

/** How a stored column enters a model: yes/no words and text as string, dates as timestamp, numbers as double. */
export const inputSpecOf = (column: Pick<VersionColumn, 'name' | 'type'>): InputSpec => ({
  name: column.name,
  logicalType: column.type,
  type:
    column.type === 'text' || column.type === 'boolean'
      ? 'string'
      : column.type === 'date' || column.type === 'datetime'
        ? 'timestamp'
        : 'double',
});

/** Reads columns of stored versions onto shared memory, each call on a connection of its own. */
export function createReadDataset(warehouse: Warehouse, catalogue: Catalogue): ReadDataset {
  return async (datasetId, number, names) => {
    const { dataset, row, version } = catalogue.get(datasetId, number);
    const columns = names ?? version.columns.map((column) => column.name);
    const frame = await warehouse.readFrame(version, { columns, shared: true });
    const specs = columns.map((name) =>
      inputSpecOf(version.columns.find((column) => column.name === name) ?? { name, type: 'text' }),
    );
    return {
      frame,
      specs,
      dataset: {
        id: dataset.id,
        versionId: row.id,
        name: dataset.name,
        number: row.number,
        hash: version.hash,
        rows: version.rows,
        columns: version.columns.length,
        sourceSha256: version.source.sha256,
      },
    };
  };
}

/** Row and column counts from the catalogue alone. */
export function createDescribeDataset(catalogue: Catalogue): DescribeDataset {
  return (datasetId, number) => {
    const { dataset, row, version } = catalogue.get(datasetId, number);
    const counted = distinctCounts(row.profile);
    const columns = version.columns.map((column) => ({ ...column, distinct: counted.get(column.name) ?? null }));
    return { rows: version.rows, columns, name: dataset.name, number: row.number };
  };
}

/** Different values of each column as the kept profile counted them; empty without a profile. */
function distinctCounts(profile: unknown): ReadonlyMap<string, number> {
  const kept = z.object({ columns: z.array(z.object({ name: z.string(), distinct: z.number() })) }).safeParse(profile);
  return new Map(kept.success ? kept.data.columns.map(({ name, distinct }) => [name, distinct]) : []);
}
