import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { ColumnProfile, Profile } from '../../contract/datasets.ts';
import type { Session } from '../duck.ts';
import { readFrameSql } from '../frame-sql.ts';
import { frameColumn } from '../read-frame.ts';
import { numberedRelation, textSql, wholeRelation } from '../relations.ts';
import type { Version, VersionColumn } from '../types.ts';
import { associations, mostLevels } from './association.ts';

/**
 * Statistics of every column, computed by DuckDB out of core. Small tables are exact throughout: columns are read in batches
 * small enough that exact quantiles and distinct counts fit the memory granted. Large ones are read in one pass that counts
 * everything exactly but the distinct values, which a sketch counts; what needs an order or a table of values (quantiles,
 * histogram, frequent values) comes from evenly spaced rows, and the profile says from how many. Infinite values are
 * counted and left out of mean, deviation, quantiles and histogram.
 */
export type ProfileFacts = Omit<Profile, 'findings'>;

const exactRows = 2_000_000;
/** Tables of more cells are read in one pass, with quantiles and frequent values from a sample. */
const exactCells = 5_000_000;
/** Tables of more cells are not searched for rows that repeat. */
const duplicateCells = 30_000_000;
/** Nor are tables of more columns: one expression over all of them takes more memory than is granted. */
const duplicateColumns = 2000;
const sampleRows = 20_000;
const batchCells = 8_000_000;
const columnsAtOnce = 24;
/** Of tables with more columns parts are taken out first: every query on the whole would look at all its columns. */
const manyColumns = 200;
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

const quantilesSql = (value: string): string =>
  `quantile_cont(${value}, [${probabilities.join(', ')}]) FILTER (WHERE isfinite(${value}))`;

/** Quantiles out of a list value. */
function quantilesOf(list: unknown): ColumnProfile['quantiles'] {
  const values: readonly unknown[] =
    typeof list === 'object' && list !== null && 'items' in list && Array.isArray(list.items) ? list.items : [];
  return values.flatMap((value, q) => {
    const number = finite(value);
    return number === null ? [] : [{ p: probabilities[q], value: number }];
  });
}

/** One aggregate query over some columns; ten results a column, plus its quantiles. */
async function basics(
  session: Session,
  relation: string,
  version: Version,
  indexes: readonly number[],
  exact: boolean,
): Promise<Basic[]> {
  // Plain aggregates over values prepared once: a filter on each aggregate costs several times as much
  const prepared = indexes.flatMap((i) => {
    const column = version.columns[i];
    if (column.type === 'number') return [`c${i}`, `CASE WHEN isfinite(c${i}) THEN c${i} END AS v${i}`];
    return isDated(column) ? [`c${i}`, `${onLine(column, i)} AS v${i}`] : [`c${i}`];
  });
  const selects = indexes.map((i) => {
    const column = version.columns[i];
    const distinct = exact ? `count(DISTINCT c${i})` : `approx_count_distinct(c${i})`;
    if (!isNumeric(column) && !isDated(column)) {
      return `count(c${i}), ${distinct}, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL`;
    }
    const value = column.type === 'integer' ? `c${i}` : `v${i}`;
    const infinite = column.type === 'number' ? `count(c${i}) - count(v${i})` : '0';
    const spread = isNumeric(column)
      ? `avg(${value}), stddev_samp(${value}), countif(c${i} = 0), countif(c${i} < 0), ${infinite}`
      : 'NULL, NULL, NULL, NULL, NULL';
    const quantiles = exact ? `quantile_cont(CAST(${value} AS DOUBLE), [${probabilities.join(', ')}])` : 'NULL';
    return `count(c${i}), ${distinct}, min(${value}), max(${value}), ${spread}, ${quantiles}`;
  });
  const [row] = await session.rows(
    `SELECT ${selects.join(', ')} FROM (SELECT ${prepared.join(', ')} FROM ${relation})`,
  );
  return indexes.map((i, k) => {
    const column = version.columns[i];
    const at = k * 10;
    const low = finite(row[at + 2]);
    const high = finite(row[at + 3]);
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
      quantiles: quantilesOf(row[at + 9]),
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
  const { length } = version.columns;
  if (version.rows > exactRows || version.rows * length > duplicateCells || length > duplicateColumns) return null;
  const columns = version.columns.map((_, i) => `c${i}`).join(', ');
  const [[n]] = await session.rows(`SELECT count(*) - count(DISTINCT hash(${columns})) FROM ${relation}`);
  return count(n);
}

/** The associations among the first fifty columns, over evenly spaced rows. */
async function sampleAssociations(
  session: Session,
  relation: string,
  version: Version,
  distinct: readonly number[],
  rowCount: number,
): Promise<Profile['associations']> {
  // Texts of many levels say nothing here and would only cost their dictionary
  const columns = distinct
    .slice(0, associationColumns)
    .flatMap((count, i) =>
      version.columns[i].type === 'text' && count > mostLevels * 2 ? [] : [frameColumn(version, i)],
    );
  const frame = await readFrameSql(session, [relation], columns, rowCount, false);
  return associations(frame, 0.1)
    .slice(0, 200)
    .map((item) => ({ ...item }));
}

/** All columns of a large table: one pass over all rows, and evenly spaced rows for what needs them in order. */
async function sketched(
  session: Session,
  workspaceDir: string,
  version: Version,
  stop: StopSignal,
): Promise<{ readonly columns: ColumnProfile[]; readonly sample: string }> {
  const all = version.columns.map((_, i) => i);
  const found = await basics(session, wholeRelation(workspaceDir, version), version, all, false);
  throwIfStopped(stop);
  const step = Math.ceil(version.rows / sampleRows);
  const sample = 'profile_sample';
  await session.run(
    `CREATE OR REPLACE TEMP TABLE ${sample} AS SELECT * FROM ${numberedRelation(workspaceDir, version)} WHERE "row" % ${step} = 0`,
  );
  throwIfStopped(stop);
  const ordered = all.filter((i) => isNumeric(version.columns[i]) || isDated(version.columns[i]));
  const [lists] =
    ordered.length === 0
      ? [[]]
      : await session.rows(
          `SELECT ${ordered.map((i) => quantilesSql(onLine(version.columns[i], i))).join(', ')} FROM ${sample}`,
        );
  const rows = Math.ceil(version.rows / step);
  const columns: ColumnProfile[] = [];
  for (const i of all) {
    throwIfStopped(stop);
    const { low: _low, high: _high, ...basic } = found[i];
    const at = ordered.indexOf(i);
    columns.push({
      ...basic,
      quantiles: at < 0 ? [] : quantilesOf(lists[at]),
      histogram: await histogram(session, sample, version.columns[i], i, found[i]),
      top: await topValues(session, sample, version.columns[i], i, found[i]),
      sampledRows: rows,
    });
  }
  return { columns, sample };
}

const partTable = 'profile_part';

/** Some columns of a relation as a table of their own, which replaces the one before. */
async function takeColumns(session: Session, relation: string, indexes: readonly number[]): Promise<string> {
  const columns = indexes.map((i) => `c${i}`).join(', ');
  await session.run(`CREATE OR REPLACE TEMP TABLE ${partTable} AS SELECT ${columns} FROM ${relation}`);
  return partTable;
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
  if (version.rows * version.columns.length > exactCells) {
    const { columns, sample } = await sketched(session, workspaceDir, version, stop);
    progress(0.9);
    const found = await sampleAssociations(
      session,
      `(SELECT * FROM ${sample} ORDER BY "row")`,
      version,
      columns.map((column) => column.distinct),
      Math.ceil(version.rows / Math.ceil(version.rows / sampleRows)),
    );
    await session.run(`DROP TABLE ${sample}`);
    throwIfStopped(stop);
    const duplicates = await duplicateRows(session, relation, version);
    progress(1);
    return {
      rows: version.rows,
      duplicateRows: duplicates,
      bytes: version.bytes,
      columns,
      associations: found,
      associationRows: columns[0]?.sampledRows ?? null,
    };
  }
  const wide = version.columns.length > manyColumns;
  const batch = Math.max(
    1,
    Math.min(columnsAtOnce, Math.floor(batchCells / Math.max(1, Math.min(version.rows, exactRows)))),
  );
  const columns: ColumnProfile[] = [];
  for (let first = 0; first < version.columns.length; first += batch) {
    throwIfStopped(stop);
    const indexes = version.columns.slice(first, first + batch).map((_, k) => first + k);
    const part = wide ? await takeColumns(session, relation, indexes) : relation;
    const found = await basics(session, part, version, indexes, version.rows <= exactRows);
    for (const [k, i] of indexes.entries()) {
      throwIfStopped(stop);
      const { low: _low, high: _high, ...basic } = found[k];
      columns.push({
        ...basic,
        histogram: await histogram(session, part, version.columns[i], i, found[k]),
        top: await topValues(session, part, version.columns[i], i, found[k]),
      });
    }
    progress((0.85 * columns.length) / version.columns.length);
  }
  if (wide) await session.run(`DROP TABLE IF EXISTS ${partTable}`);
  const duplicates = await duplicateRows(session, relation, version);
  throwIfStopped(stop);
  progress(0.92);
  const step = Math.max(1, Math.ceil(version.rows / associationRows));
  const found = await sampleAssociations(
    session,
    `(SELECT * FROM ${numberedRelation(workspaceDir, version)} WHERE "row" % ${step} = 0 ORDER BY "row")`,
    version,
    columns.map((column) => column.distinct),
    Math.ceil(version.rows / step),
  );
  progress(1);
  return {
    rows: version.rows,
    duplicateRows: duplicates,
    bytes: version.bytes,
    columns,
    associations: found,
    associationRows: step === 1 ? null : Math.ceil(version.rows / step),
  };
}
