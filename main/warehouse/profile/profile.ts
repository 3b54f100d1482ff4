import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { ColumnProfile, Profile } from '../../contract/datasets.ts';
import type { Session } from '../duck.ts';
import { readFrameSql } from '../frame-sql.ts';
import { frameColumn } from '../read-frame.ts';
import { numberedRelation, textSql, wholeRelation } from '../relations.ts';
import type { Version, VersionColumn } from '../types.ts';
import { associations, mostLevels } from './association.ts';

/**
 * Statistics of every column, computed by DuckDB out of core. Columns are read once each, in batches small enough that
 * exact quantiles and distinct counts fit the memory granted; beyond `exactRows` rows sketches take over and the profile
 * says so. Infinite values are counted and left out of mean, deviation, quantiles and histogram.
 */
export type ProfileFacts = Omit<Profile, 'findings'>;

const exactRows = 2_000_000;
const batchCells = 8_000_000;
const binCount = 30;
const topCount = 12;
const associationColumns = 50;
const associationRows = 20_000;
const probabilities = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99] as const;

const isNumeric = ({ type }: VersionColumn): boolean => type === 'integer' || type === 'number';
const isDated = ({ type }: VersionColumn): boolean => type === 'date' || type === 'datetime';

/** SQL for a column on a number line: itself, or milliseconds since 1970 UTC. */
const onLine = (column: VersionColumn, index: number): string =>
  isNumeric(column) ? `CAST(c${index} AS DOUBLE)` : `(epoch_us(CAST(c${index} AS TIMESTAMP)) / 1000.0)`;

const finite = (value: unknown): number | null => {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : null;
};
const count = (value: unknown): number => Number(value ?? 0);

type Basic = Omit<ColumnProfile, 'histogram' | 'top'> & { readonly low: number | null; readonly high: number | null };

/** One aggregate query over some columns; ten results a column, plus its quantiles. */
async function basics(
  session: Session,
  relation: string,
  version: Version,
  indexes: readonly number[],
): Promise<Basic[]> {
  const exact = version.rows <= exactRows;
  const selects = indexes.map((i) => {
    const column = version.columns[i];
    const distinct = exact ? `count(DISTINCT c${i})` : `approx_count_distinct(c${i})`;
    if (!isNumeric(column) && !isDated(column)) {
      return `count(c${i}), ${distinct}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`;
    }
    const value = onLine(column, i);
    const usable = `FILTER (WHERE isfinite(${value}))`;
    const quantile = exact ? 'quantile_cont' : 'approx_quantile';
    const spread = isNumeric(column)
      ? `avg(${value}) ${usable}, stddev_samp(${value}) ${usable}, count(*) FILTER (WHERE ${value} = 0), count(*) FILTER (WHERE ${value} < 0), count(*) FILTER (WHERE isinf(${value}))`
      : 'NULL, NULL, NULL, NULL, NULL';
    return `count(c${i}), ${distinct}, min(${value}) ${usable}, max(${value}) ${usable}, ${spread}, ${quantile}(${value}, [${probabilities.join(', ')}]) ${usable}`;
  });
  const [row] = await session.rows(`SELECT ${selects.join(', ')} FROM ${relation}`);
  return indexes.map((i, k) => {
    const column = version.columns[i];
    const at = k * 10;
    const low = finite(row[at + 2]);
    const high = finite(row[at + 3]);
    const quantiles: unknown = row[at + 9];
    const values: readonly unknown[] =
      typeof quantiles === 'object' && quantiles !== null && 'items' in quantiles && Array.isArray(quantiles.items)
        ? quantiles.items
        : [];
    const shown = (value: number | null): string | number | null =>
      value === null || isNumeric(column)
        ? value
        : new Date(value).toISOString().slice(0, column.type === 'date' ? 10 : 19);
    return {
      name: column.name,
      type: column.type,
      rows: version.rows,
      missing: version.rows - count(row[at]),
      distinct: count(row[at + 1]),
      distinctApproximate: !exact,
      min: shown(low),
      max: shown(high),
      mean: finite(row[at + 4]),
      sd: finite(row[at + 5]),
      zeros: isNumeric(column) ? count(row[at + 6]) : null,
      negatives: isNumeric(column) ? count(row[at + 7]) : null,
      infinities: isNumeric(column) ? count(row[at + 8]) : null,
      quantiles: values.flatMap((value, q) => {
        const number = finite(value);
        return number === null ? [] : [{ p: probabilities[q], value: number }];
      }),
      low,
      high,
    };
  });
}

/** Equal-width bins; whole numbers with a small range get a bin each. */
async function histogram(
  session: Session,
  relation: string,
  column: VersionColumn,
  index: number,
  basic: Basic,
): Promise<ColumnProfile['histogram']> {
  const { low, high } = basic;
  if (low === null || high === null) return [];
  const value = onLine(column, index);
  if (low === high) return [{ from: low, to: high, count: basic.rows - basic.missing - (basic.infinities ?? 0) }];
  const whole = column.type === 'integer';
  const span = whole ? high - low + 1 : high - low;
  const width = whole ? Math.max(1, Math.ceil(span / binCount)) : span / binCount;
  const bins = whole ? Math.ceil(span / width) : binCount;
  if (!(width > 0) || !Number.isFinite(width)) return [];
  const counts = new Array<number>(bins).fill(0);
  const rows = await session.rows(
    `SELECT least(${bins - 1}, greatest(0, CAST(floor((${value} - ${low}) / ${width}) AS BIGINT))) AS bin, count(*) FROM ${relation} WHERE isfinite(${value}) GROUP BY bin`,
  );
  for (const [bin, n] of rows) counts[Number(bin)] = count(n);
  return counts.map((n, i) => ({
    from: low + i * width,
    to: i === bins - 1 ? (whole ? low + bins * width : high) : low + (i + 1) * width,
    count: n,
  }));
}

async function topValues(
  session: Session,
  relation: string,
  column: VersionColumn,
  index: number,
  basic: Basic,
): Promise<ColumnProfile['top']> {
  if (basic.distinct === 0) return [];
  // Nearly every value once: a list of the first few says nothing and costs a table of all of them
  if (basic.distinct > 100_000 && basic.distinct > 0.2 * basic.rows) return [];
  const rows = await session.rows(
    `SELECT ${textSql(column, index)}, n FROM (SELECT c${index}, count(*) AS n FROM ${relation} WHERE c${index} IS NOT NULL GROUP BY c${index} ORDER BY n DESC, c${index} LIMIT ${topCount})`,
  );
  return rows.map(([value, n]) => ({ value: String(value).slice(0, 200), count: count(n) }));
}

async function duplicateRows(session: Session, relation: string, version: Version): Promise<number | null> {
  if (version.rows > exactRows) return null;
  const columns = version.columns.map((_, i) => `c${i}`).join(', ');
  const [[n]] = await session.rows(`SELECT count(*) - count(DISTINCT hash(${columns})) FROM ${relation}`);
  return count(n);
}

/** The associations among the first fifty columns, over evenly spaced rows. */
async function sampleAssociations(
  session: Session,
  workspaceDir: string,
  version: Version,
  distinct: readonly number[],
): Promise<Profile['associations']> {
  const step = Math.max(1, Math.ceil(version.rows / associationRows));
  const rowCount = Math.ceil(version.rows / step);
  // Texts of many levels say nothing here and would only cost their dictionary
  const columns = distinct
    .slice(0, associationColumns)
    .flatMap((count, i) =>
      version.columns[i].type === 'text' && count > mostLevels * 2 ? [] : [frameColumn(version, i)],
    );
  const relation = `(SELECT * FROM ${numberedRelation(workspaceDir, version)} WHERE "row" % ${step} = 0 ORDER BY "row")`;
  const frame = await readFrameSql(session, [relation], columns, rowCount, false);
  return associations(frame, 0.1)
    .slice(0, 200)
    .map((item) => ({ ...item }));
}

/** Profiles a version. Errors: cancelled, resource. */
export async function profileVersion(
  session: Session,
  workspaceDir: string,
  version: Version,
  stop: StopSignal,
  progress: (fraction: number) => void,
): Promise<ProfileFacts> {
  const relation = wholeRelation(workspaceDir, version);
  const batch = Math.max(1, Math.min(24, Math.floor(batchCells / Math.max(1, Math.min(version.rows, exactRows)))));
  const columns: ColumnProfile[] = [];
  for (let first = 0; first < version.columns.length; first += batch) {
    throwIfStopped(stop);
    const indexes = version.columns.slice(first, first + batch).map((_, k) => first + k);
    const found = await basics(session, relation, version, indexes);
    for (const [k, i] of indexes.entries()) {
      throwIfStopped(stop);
      const { low: _low, high: _high, ...basic } = found[k];
      columns.push({
        ...basic,
        histogram: await histogram(session, relation, version.columns[i], i, found[k]),
        top: await topValues(session, relation, version.columns[i], i, found[k]),
      });
    }
    progress((0.85 * columns.length) / version.columns.length);
  }
  const duplicates = await duplicateRows(session, relation, version);
  throwIfStopped(stop);
  progress(0.92);
  const found = await sampleAssociations(
    session,
    workspaceDir,
    version,
    columns.map((column) => column.distinct),
  );
  progress(1);
  return { rows: version.rows, duplicateRows: duplicates, bytes: version.bytes, columns, associations: found };
}
