/**
 * The time-machine proof: for sampled rows, go back to each row's time T, forget everything that was not known by T, and
 * compute the features anew. They must equal what is stored; so must every column that is passed through, which is missing
 * at T when it is known only after its row. A difference is told apart by a third computation that forgets by event time
 * alone: when that gives the stored value, rows were used that happened in time but arrived late; else future rows were.
 */
import type { Cell } from '../../contract/common.ts';
import type { FeatureDifference } from '../../contract/feature-sets.ts';
import type { Session } from '../duck.ts';
import { cellOf, cellSql } from '../page.ts';
import { columnIndex } from '../relations.ts';
import type { Version, VersionColumn } from '../types.ts';
import { type BoundSet, baseSql, featureColumns, withFeatures } from './feature-set.ts';
import { type BoundTable, isoOf, rowsOf, timesSql } from './tables.ts';

export type ProofRequest = {
  /** The version that holds the base's columns and the features, row by row as the base. */
  readonly stored: Version;
  /** Base columns that are looked at besides the features; columns with a lag among them must be missing. */
  readonly columns: readonly string[];
  /** Moments to go back to, and rows to look at over all of them. */
  readonly moments: number;
  readonly rows: number;
  readonly seed: number;
};

export type ProofOutcome = {
  readonly rows: number;
  readonly moments: number;
  readonly columns: readonly string[];
  readonly differences: readonly FeatureDifference[];
};

type Row = { readonly number: number; readonly at: bigint };

/** Differences reported a column; one is enough to fail. */
const mostPerColumn = 3;

/** Compares sampled rows; without features only passed-through columns are looked at. */
export async function proveSet(
  session: Session,
  workspaceDir: string,
  set: BoundSet,
  request: ProofRequest,
): Promise<ProofOutcome> {
  const found: FeatureDifference[] = [];
  const lagged = laggedColumns(set.base, request.columns);
  for (const name of lagged) {
    const difference = await sameRowLeak(session, workspaceDir, set.base, name);
    if (difference !== null) found.push(difference);
  }
  const features = featureColumns(set);
  const sampled = await sampleRows(session, workspaceDir, set, request);
  const byMoment = new Map<bigint, number[]>();
  for (const row of sampled) byMoment.set(row.at, [...(byMoment.get(row.at) ?? []), row.number]);
  for (const [at, rows] of features.length === 0 ? [] : byMoment) {
    const here = baseSql(workspaceDir, set, `r IN (${rows.join(', ')})`);
    const read = async (by: 'known' | 'event'): Promise<Map<number, readonly Cell[]>> =>
      withFeatures(session, workspaceDir, set, here, { at, by }, (select) =>
        cellsByRow(session, select, features, 'f', 'r'),
      );
    const offset = set.base.version.columns.length;
    const stored = await cellsByRow(
      session,
      `SELECT * FROM ${rowsOf(workspaceDir, { ...set.base, version: request.stored })} WHERE "row" IN (${rows.join(', ')})`,
      features,
      'c',
      'row',
      offset,
    );
    const recomputed = await read('known');
    let byEvent: Map<number, readonly Cell[]> | null = null;
    for (const row of rows) {
      for (const [f, { name }] of features.entries()) {
        const [was, is] = [stored.get(row)?.[f] ?? null, recomputed.get(row)?.[f] ?? null];
        if (sameCell(was, is) || found.filter(({ column }) => column === name).length >= mostPerColumn) continue;
        byEvent ??= await read('event');
        const late = sameCell(was, byEvent.get(row)?.[f] ?? null);
        found.push(describe(name, row, at, was, is, late ? 'late-arrival' : 'future-row'));
      }
    }
  }
  return {
    rows: sampled.length,
    moments: byMoment.size,
    columns: [...features.map(({ name }) => name), ...lagged],
    differences: found,
  };
}

const laggedColumns = ({ table, version }: BoundTable, wanted: readonly string[]): string[] =>
  version.columns.map(({ name }) => name).filter((name) => wanted.includes(name) && (table.lags?.[name] ?? 0) > 0);

/** The first row with a value in a column that is known only after its row. */
async function sameRowLeak(
  session: Session,
  workspaceDir: string,
  base: BoundTable,
  name: string,
): Promise<FeatureDifference | null> {
  const index = columnIndex(base.version, name);
  const { event } = timesSql(base);
  const [row] = await session.rows(
    `SELECT "row", ${event}, ${cellSql(base.version.columns[index], index)} FROM ${rowsOf(workspaceDir, base)} WHERE c${index} IS NOT NULL AND ${event} IS NOT NULL ORDER BY "row" LIMIT 1`,
  );
  if (row === undefined) return null;
  const lag = base.table.lags?.[name] ?? 0;
  const number = Number(row[0]);
  const at = isoOf(BigInt(String(row[1])));
  return {
    column: name,
    row: number + 1,
    at,
    stored: cellOf(row[2]),
    recomputed: null,
    reason: 'same-row',
    message: `“${name}” of row ${number + 1} (${at}) is known only ${lagText(lag)} after its row: at the row’s time it is missing.`,
  };
}

async function sampleRows(
  session: Session,
  workspaceDir: string,
  set: BoundSet,
  { moments, rows, seed }: ProofRequest,
): Promise<Row[]> {
  const base = baseSql(workspaceDir, set, 't IS NOT NULL AND k IS NOT NULL');
  const at = `SELECT t FROM ${base} GROUP BY t ORDER BY hash(t + ${seed}) LIMIT ${moments}`;
  // The last moments have most behind them, the first least: both ends belong to every sample.
  const ends = `SELECT min(t) AS t FROM ${base} UNION SELECT max(t) FROM ${base}`;
  const found = await session.rows(
    `SELECT r, t FROM ${base} WHERE t IN (${at}) OR t IN (${ends}) ORDER BY hash(r + ${seed}) LIMIT ${rows}`,
  );
  return found
    .map(([number, moment]) => ({ number: Number(number), at: BigInt(String(moment)) }))
    .sort((a, b) => a.number - b.number);
}

async function cellsByRow(
  session: Session,
  select: string,
  columns: readonly Omit<VersionColumn, 'missing'>[],
  prefix: string,
  key: string,
  offset = 0,
): Promise<Map<number, readonly Cell[]>> {
  const named = columns.map((_, i) => `${prefix}${offset + i} AS c${i}`).join(', ');
  const cells = columns.map((column, i) => cellSql({ ...column, missing: 0 }, i)).join(', ');
  const found = await session.rows(`SELECT r, ${cells} FROM (SELECT "${key}" AS r, ${named} FROM (${select}))`);
  return new Map(found.map(([row, ...values]) => [Number(row), values.map(cellOf)]));
}

/** Equal, or numbers that differ by rounding alone: sums are not taken in the same order twice. */
function sameCell(a: Cell, b: Cell): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return a === b;
  if (Number.isNaN(a) && Number.isNaN(b)) return true;
  return a === b || Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
}

/** A duration in the largest unit that divides it. */
function lagText(seconds: number): string {
  for (const [unit, size] of [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const) {
    if (seconds % size === 0) return `${seconds / size} ${unit}${seconds === size ? '' : 's'}`;
  }
  return `${seconds} seconds`;
}

function describe(
  column: string,
  row: number,
  moment: bigint,
  stored: Cell,
  recomputed: Cell,
  reason: 'late-arrival' | 'future-row',
): FeatureDifference {
  const at = isoOf(moment);
  const shown = (value: Cell): string => (value === null ? 'missing' : String(value));
  const why =
    reason === 'late-arrival'
      ? 'it uses rows that happened before but arrived after'
      : 'it uses rows from after that moment';
  return {
    column,
    row: row + 1,
    at,
    stored,
    recomputed,
    reason,
    message: `“${column}” of row ${row + 1} is ${shown(stored)}; with what was known at ${at} it is ${shown(recomputed)}: ${why}.`,
  };
}
