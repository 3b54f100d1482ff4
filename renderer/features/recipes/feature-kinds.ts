/** Kinds of features and windows, and what a fresh one of each is. */
import type { FeatureSpec, FeatureWindow } from '../../../main/contract/feature-sets.ts';
import type { SetColumns } from './use-set-columns.ts';

export const featureKinds = ['latest', 'lag', 'window', 'join', 'query'] as const;
export const aggregates = ['count', 'sum', 'mean', 'min', 'max', 'std', 'distinct'] as const;
export const windowKinds = ['all', 'rows', 'sliding', 'tumbling', 'session'] as const;

/** A table features can read: "base" is the rows themselves. */
export type FeatureSource = { readonly alias: string; readonly columns: SetColumns };

/** A feature that reads one column of one table. */
export type ColumnFeature = Exclude<FeatureSpec, { kind: 'query' }>;

/** A window of a kind with a size to start from. */
export const freshWindow = (kind: FeatureWindow['kind']): FeatureWindow =>
  kind === 'all' ? { kind } : kind === 'rows' ? { kind, rows: 10 } : { kind, seconds: 86_400 };

/** The column to start from: the first number, or the first of all. */
export const firstColumn = (columns: SetColumns): string =>
  (columns.find(({ type }) => type === 'integer' || type === 'number') ?? columns[0])?.name ?? '';

/** The feature as one of another kind, with its name and as much of the rest as it can have. */
export function asKind(
  kind: FeatureSpec['kind'],
  feature: FeatureSpec,
  sources: readonly FeatureSource[],
): FeatureSpec {
  const { name } = feature;
  const reads = feature.kind === 'query' ? 'base' : feature.source;
  const table = sources.find(({ alias }) => alias === reads) ?? sources[0];
  const source = table?.alias ?? 'base';
  const column = ('column' in feature ? feature.column : undefined) ?? firstColumn(table?.columns ?? []);
  switch (kind) {
    case 'latest':
    case 'join':
      return { kind, name, source, column };
    case 'lag':
      return { kind, name, source, column, steps: 1 };
    case 'window':
      return { kind, name, source, column, aggregate: 'mean', window: freshWindow('sliding') };
    case 'query':
      return {
        kind,
        name,
        sql: `SELECT "row", "${column.replaceAll('"', '""')}" AS value\nFROM ${source}`,
      };
  }
}
