/**
 * Tables of a feature set as SQL: rows with their number, event time and the time from which each value is known, both in
 * microseconds. known = the later of event time and arrival, plus the column's availability lag; the time of import counts
 * only where the table says so: then it is an arrival that all rows share. Rows without a key or a time belong to nothing.
 */
import { dataProblem, invalidInput } from '../../base/errors.ts';
import type { FeatureTable } from '../../contract/feature-sets.ts';
import { columnIndex, numberedRelation } from '../relations.ts';
import type { Version, VersionColumn } from '../types.ts';

/** The version that holds a table's rows, and when it was imported, in milliseconds since 1970. */
export type FoundTable = { readonly version: Version; readonly importedAt: number };

/** A table with what holds its rows. */
export type BoundTable = FoundTable & { readonly alias: string; readonly table: FeatureTable };

/** Cuts what was not known at a moment: by arrival and lag, or by event time alone to tell late from future rows. */
export type Cut = { readonly at: bigint; readonly by: 'known' | 'event' } | null;

/** Microseconds since 1970 as ISO text. */
export const isoOf = (time: bigint): string => new Date(Number(time / 1000n)).toISOString().replace('.000Z', 'Z');

const micros = (index: number): string => `epoch_us(CAST(c${index} AS TIMESTAMP))`;

function timeIndex(bound: BoundTable, name: string): number {
  const index = columnIndex(bound.version, name);
  const { type } = bound.version.columns[index];
  if (type === 'date' || type === 'datetime') return index;
  throw invalidInput('time-not-date', `The time column "${name}" of "${bound.alias}" is no date.`, {
    hint: 'Choose a column that holds dates or moments.',
    details: { column: name },
  });
}

/** Text that is equal exactly where all key columns are; NULL where one is missing. */
export function keySql(bound: BoundTable): string {
  const parts = bound.table.key.map((name) => `CAST(c${columnIndex(bound.version, name)} AS VARCHAR)`);
  return parts.length === 0 ? `''` : parts.join(' || chr(31) || ');
}

export const lagMicros = (table: FeatureTable, column: string | null): bigint =>
  BigInt(Math.round(((column === null ? undefined : table.lags?.[column]) ?? table.lags?.['*'] ?? 0) * 1e6));

/** SQL of the moment a row's event was, and of the moment it was there, before lags. */
export function timesSql(bound: BoundTable): { readonly event: string; readonly arrived: string } {
  const { table } = bound;
  if (table.time === null) return { event: '0::BIGINT', arrived: '0::BIGINT' };
  const event = micros(timeIndex(bound, table.time));
  const moments = [event];
  if (table.known !== undefined) moments.push(micros(timeIndex(bound, table.known)));
  if (table.knownAt === 'import') moments.push(`${BigInt(bound.importedAt) * 1000n}::BIGINT`);
  if (moments.length === 1) return { event, arrived: event };
  // Without an arrival a row never arrived: greatest() alone would ignore the missing one.
  const whole = moments.map((moment) => `${moment} IS NOT NULL`).join(' AND ');
  return { event, arrived: `CASE WHEN ${whole} THEN greatest(${moments.join(', ')}) END` };
}

export const rowsOf = (workspaceDir: string, bound: BoundTable): string =>
  numberedRelation(workspaceDir, bound.version);

/** Columns rn, k, ev, ka, v: one value with its key, event time and known time. */
export function valuesSql(workspaceDir: string, bound: BoundTable, column: string | null, cut: Cut): string {
  const { event, arrived } = timesSql(bound);
  const value = column === null ? '1' : `c${columnIndex(bound.version, column)}`;
  // Forgetting by event time alone asks what the value would be had everything been known as it happened
  const known = cut?.by === 'event' ? event : `${arrived} + ${lagMicros(bound.table, column)}`;
  const all = `SELECT "row" AS rn, ${keySql(bound)} AS k, ${event} AS ev, ${known} AS ka, ${value} AS v FROM ${rowsOf(workspaceDir, bound)}`;
  const cutting =
    cut === null || bound.table.time === null ? '' : ` AND ${cut.by === 'known' ? 'ka' : 'ev'} <= ${cut.at}`;
  return `SELECT * FROM (${all}) WHERE k IS NOT NULL AND ev IS NOT NULL AND ka IS NOT NULL${cutting}`;
}

/** Whether rows can arrive in another order than they happened. */
export const arrivesLate = ({ table }: BoundTable): boolean => table.known !== undefined || table.knownAt !== undefined;

/** The catalogue's column. Throws not-found. */
export const columnOf = (bound: BoundTable, name: string): VersionColumn =>
  bound.version.columns[columnIndex(bound.version, name)];

/** Throws when keys of two tables differ in number, a name is used twice, or a table without a time is to be known since its import. */
export function checkDefinition(tables: ReadonlyMap<string, BoundTable>, names: readonly string[]): void {
  const base = tables.get('base');
  for (const bound of tables.values()) {
    if (bound.table.knownAt !== undefined && bound.table.time === null) {
      throw invalidInput('known-without-time', `"${bound.alias}" has no time, so it is always known.`, {
        hint: 'Name its time, or leave knownAt out.',
        details: { table: bound.alias },
      });
    }
    for (const name of [...bound.table.key, ...Object.keys(bound.table.lags ?? {}).filter((key) => key !== '*')])
      columnIndex(bound.version, name);
    if (bound.table.key.length !== (base?.table.key.length ?? 0)) {
      throw invalidInput(
        'feature-key',
        `"${bound.alias}" has ${bound.table.key.length} key columns, the rows have ${base?.table.key.length ?? 0}.`,
        { hint: 'Name the same keys in the same order in every table.', details: { table: bound.alias } },
      );
    }
  }
  const taken = new Set(base?.version.columns.map((column) => column.name));
  for (const name of names) {
    if (taken.has(name)) {
      throw dataProblem('feature-name', `There are two columns called "${name}".`, {
        hint: 'Give the feature another name.',
        details: { column: name },
      });
    }
    taken.add(name);
  }
}
