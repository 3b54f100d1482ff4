import type { ColumnProfile } from '../../contract/datasets.ts';
import type { Session } from '../duck.ts';
import { textSql } from '../relations.ts';
import type { Version, VersionColumn } from '../types.ts';
import { figuresOf, finite, hasLine, type LineFigures, onLine } from './column-basics.ts';

/**
 * Exact figures of many columns by few queries: their values are laid under one another with the column's number beside
 * them, and one grouping counts for all. A grouping for each column, or a list of aggregates for each, costs megabytes and
 * more time than the counting where columns are many. The caller bounds the cells of a relation.
 */
type Values = { readonly at: number; readonly sql: string };

const topCount = 12;
const binCount = 30;
const probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

/** SQL for the known values `v` of columns with the column's number `k`. */
const stacked = (relation: string, columns: readonly Values[]): string =>
  `(SELECT unnest([${columns.map(({ at }) => at).join(', ')}]) AS k, ` +
  `unnest([${columns.map(({ sql }) => sql).join(', ')}]) AS v FROM ${relation})`;

const listed = (value: unknown): readonly unknown[] =>
  typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items) ? value.items : [];

/** How many values a column has, how many different ones, and the most frequent. */
export type ValueCounts = {
  readonly known: number;
  readonly distinct: number;
  readonly top: ColumnProfile['top'];
};

const none: ValueCounts = { known: 0, distinct: 0, top: [] };

/** The values of columns `indexes`, counted; equal counts stand in the order of the values. */
export async function countValues(
  session: Session,
  relation: string,
  version: Version,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, ValueCounts>> {
  const found = new Map<number, ValueCounts>(indexes.map((at) => [at, none]));
  for (const [type, some] of Map.groupBy(indexes, (at) => version.columns[at].type)) {
    const words = type === 'boolean';
    const values = some.map((at) => ({ at, sql: words ? textSql(version.columns[at], at) : `c${at}` }));
    const column: VersionColumn = { ...version.columns[some[0]], type: words ? 'text' : type };
    const rows = await session.rows(
      `SELECT k, known, distinct_values, ${textSql(column, 0)}, n FROM (SELECT k, known, distinct_values, -best.n AS n, best.v AS c0 ` +
        `FROM (SELECT k, sum(n) AS known, count(*) AS distinct_values, unnest(list_sort(min({n: -n, v: v}, ${topCount}))) AS best ` +
        `FROM (SELECT k, v, count(*) AS n FROM ${stacked(relation, values)} WHERE v IS NOT NULL GROUP BY k, v) GROUP BY k))`,
    );
    for (const [at, known, distinct, value, n] of rows) {
      const { top } = found.get(Number(at)) ?? none;
      const next = { value: String(value).slice(0, 200), count: Number(n) };
      found.set(Number(at), { known: Number(known), distinct: Number(distinct), top: [...top, next] });
    }
  }
  return found;
}

const quantilesOf = (list: unknown): ColumnProfile['quantiles'] =>
  listed(list).flatMap((value, q) => {
    const number = finite(value);
    return number === null ? [] : [{ p: probabilities[q], value: number }];
  });

/** Figures and quantiles of a column on the number line. */
export type Line = { readonly figures: LineFigures; readonly quantiles: ColumnProfile['quantiles'] };

/** Figures and quantiles of those columns that have a number line and a finite value. */
export async function lineFigures(
  session: Session,
  relation: string,
  version: Version,
  indexes: readonly number[],
): Promise<ReadonlyMap<number, Line>> {
  const values = indexes.flatMap((at) =>
    hasLine(version.columns[at]) ? [{ at, sql: onLine(version.columns[at], at) }] : [],
  );
  if (values.length === 0) return new Map();
  const rows = await session.rows(
    `SELECT k, min(f), max(f), avg(f), stddev_samp(f), countif(v = 0), countif(v < 0), count(v) - count(f), ` +
      `quantile_cont(f, [${probabilities.join(', ')}]) ` +
      `FROM (SELECT k, v, CASE WHEN isfinite(v) THEN v END AS f FROM ${stacked(relation, values)}) GROUP BY k`,
  );
  return new Map(rows.map((row) => [Number(row[0]), { figures: figuresOf(row, 1), quantiles: quantilesOf(row[8]) }]));
}

/** Bins of equal width; whole numbers with a small range get a bin each. */
type Bins = { readonly low: number; readonly high: number; readonly width: number; readonly bins: number };

const double = (value: number): string => `'${value}'::DOUBLE`;

function binsOf(column: VersionColumn, { low, high }: LineFigures): Bins | null {
  if (low === null || high === null || low === high) return null;
  const whole = column.type === 'integer';
  const span = whole ? high - low + 1 : high - low;
  const width = whole ? Math.max(1, Math.ceil(span / binCount)) : span / binCount;
  const bins = whole ? Math.ceil(span / width) : binCount;
  if (!(width > 0) || !Number.isFinite(width)) return null;
  return { low, high: whole ? low + bins * width : high, width, bins };
}

const filled = ({ low, high, width, bins }: Bins, counts: ReadonlyMap<number, number>): ColumnProfile['histogram'] =>
  Array.from({ length: bins }, (_, i) => ({
    from: low + i * width,
    to: i === bins - 1 ? high : low + (i + 1) * width,
    count: counts.get(i) ?? 0,
  }));

/** Histograms between the lowest and the highest value that `figures` say; none for columns that are not among them. */
export async function histograms(
  session: Session,
  relation: string,
  version: Version,
  figures: ReadonlyMap<number, LineFigures & { readonly known: number }>,
): Promise<ReadonlyMap<number, ColumnProfile['histogram']>> {
  const found = new Map<number, ColumnProfile['histogram']>();
  const binned = new Map<number, Bins>();
  for (const [at, { low, high, known, infinities, ...rest }] of figures) {
    const bins = binsOf(version.columns[at], { low, high, infinities, ...rest });
    if (bins !== null) binned.set(at, bins);
    else if (low !== null && low === high) found.set(at, [{ from: low, to: low, count: known - infinities }]);
  }
  if (binned.size === 0) return found;
  const values = [...binned.keys()].map((at) => ({ at, sql: onLine(version.columns[at], at) }));
  const edges = [...binned].map(
    ([at, { low, width, bins }]) => `(${at}, ${double(low)}, ${double(width)}, ${bins - 1})`,
  );
  const rows = await session.rows(
    `SELECT k, least(last_bin, greatest(0, CAST(floor((v - low) / width) AS BIGINT))) AS bin, count(*) ` +
      `FROM ${stacked(relation, values)} JOIN (VALUES ${edges.join(', ')}) AS edges(k, low, width, last_bin) USING (k) ` +
      `WHERE isfinite(v) GROUP BY k, bin`,
  );
  const counts = new Map<number, Map<number, number>>([...binned.keys()].map((at) => [at, new Map()]));
  for (const [at, bin, n] of rows) counts.get(Number(at))?.set(Number(bin), Number(n));
  for (const [at, bins] of binned) found.set(at, filled(bins, counts.get(at) ?? new Map()));
  return found;
}
