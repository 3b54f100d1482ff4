import type { DuckDBValue } from '@duckdb/node-api';
import type { ColumnProfile } from '../../contract/datasets.ts';
import type { Session } from '../duck.ts';
import type { Version, VersionColumn } from '../types.ts';

/** Whether a column holds numbers. */
export const isNumeric = ({ type }: VersionColumn): boolean => type === 'integer' || type === 'number';
const isDated = ({ type }: VersionColumn): boolean => type === 'date' || type === 'datetime';
/** Whether a column's values stand on a number line: numbers and times. */
export const hasLine = (column: VersionColumn): boolean => isNumeric(column) || isDated(column);

/** SQL for a column on a number line: itself, or milliseconds since 1970 UTC. */
export const onLine = (column: VersionColumn, index: number): string =>
  isNumeric(column) ? `CAST(c${index} AS DOUBLE)` : `(epoch_us(CAST(c${index} AS TIMESTAMP)) / 1000.0)`;

/** A finite number out of a value of a result, or null. */
export const finite = (value: unknown): number | null => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};

/** Figures of a column's finite values on the number line; all null where it has no line, or no value. */
export type LineFigures = {
  readonly low: number | null;
  readonly high: number | null;
  readonly mean: number | null;
  readonly sd: number | null;
  readonly zeros: number;
  readonly negatives: number;
  readonly infinities: number;
};

/** Figures out of seven values of a result, from `at`. */
export const figuresOf = (row: readonly DuckDBValue[], at: number): LineFigures => ({
  low: finite(row[at]),
  high: finite(row[at + 1]),
  mean: finite(row[at + 2]),
  sd: finite(row[at + 3]),
  zeros: Number(row[at + 4] ?? 0),
  negatives: Number(row[at + 5] ?? 0),
  infinities: Number(row[at + 6] ?? 0),
});

/** What is said of a column before its shape; figures of dates are dates, and have no mean. */
export function describeColumn(
  version: Version,
  index: number,
  counts: { readonly known: number; readonly distinct: number },
  figures: LineFigures | undefined,
): Omit<ColumnProfile, 'histogram' | 'top' | 'quantiles' | 'distinctApproximate'> {
  const column = version.columns[index];
  const numeric = isNumeric(column);
  const shown = (value: number | null | undefined): string | number | null =>
    value === null || value === undefined || numeric
      ? (value ?? null)
      : new Date(value).toISOString().slice(0, column.type === 'date' ? 10 : 19);
  return {
    name: column.name,
    type: column.type,
    rows: version.rows,
    missing: version.rows - counts.known,
    distinct: counts.distinct,
    min: shown(figures?.low),
    max: shown(figures?.high),
    mean: numeric ? (figures?.mean ?? null) : null,
    sd: numeric ? (figures?.sd ?? null) : null,
    zeros: numeric ? (figures?.zeros ?? 0) : null,
    negatives: numeric ? (figures?.negatives ?? 0) : null,
    infinities: numeric ? (figures?.infinities ?? 0) : null,
  };
}

/** Counts and figures of a column of a large table; the distinct values come from a sketch. */
export type Sketch = { readonly known: number; readonly distinct: number; readonly figures: LineFigures | undefined };

/** One query of plain aggregates over some columns, in one pass. */
export async function sketchColumns(
  session: Session,
  relation: string,
  version: Version,
  indexes: readonly number[],
): Promise<Sketch[]> {
  // Plain aggregates over values prepared once: a filter on each aggregate costs several times as much
  const prepared = indexes.flatMap((i) => {
    const column = version.columns[i];
    if (column.type === 'number') return [`c${i}`, `CASE WHEN isfinite(c${i}) THEN c${i} END AS v${i}`];
    return isDated(column) ? [`c${i}`, `${onLine(column, i)} AS v${i}`] : [`c${i}`];
  });
  const selects = indexes.map((i) => {
    const column = version.columns[i];
    const counts = `count(c${i}), approx_count_distinct(c${i})`;
    if (!hasLine(column)) return `${counts}, NULL, NULL, NULL, NULL, NULL, NULL, NULL`;
    const value = column.type === 'integer' ? `c${i}` : `v${i}`;
    const infinite = column.type === 'number' ? `count(c${i}) - count(v${i})` : '0';
    const spread = isNumeric(column)
      ? `avg(${value}), stddev_samp(${value}), countif(c${i} = 0), countif(c${i} < 0), ${infinite}`
      : 'NULL, NULL, NULL, NULL, NULL';
    return `${counts}, min(${value}), max(${value}), ${spread}`;
  });
  const [row] = await session.rows(
    `SELECT ${selects.join(', ')} FROM (SELECT ${prepared.join(', ')} FROM ${relation})`,
  );
  return indexes.map((i, k) => ({
    known: Number(row[9 * k] ?? 0),
    distinct: Number(row[9 * k + 1] ?? 0),
    figures: hasLine(version.columns[i]) ? figuresOf(row, 9 * k + 2) : undefined,
  }));
}
