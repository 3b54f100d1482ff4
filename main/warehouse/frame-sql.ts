import type { DuckDBDataChunk } from '@duckdb/node-api';
import { bug } from '../base/errors.ts';
import type { Frame, InputType, RawColumn } from '../ml/frame.ts';
import type { Session } from './duck.ts';

/**
 * Query results as typed columns. Numbers and codes are copied out of DuckDB's vectors as whole arrays; the vectors'
 * `items` are not part of the package's public interface, so their presence is checked here and pinned by a test. A NULL
 * reads as 0 there: missing values are folded to NaN and −1 in SQL before.
 */
export type FrameColumn = {
  readonly name: string;
  readonly type: InputType;
  /** SQL: DOUBLE (missing is NaN) for double and timestamp (µs UTC); VARCHAR for string, unless `levels` are given: then INTEGER codes (missing −1). */
  readonly sql: string;
  readonly levels?: readonly string[];
};

/** The values of a chunk's DOUBLE or INTEGER column as a typed array. */
export function chunkItems(chunk: DuckDBDataChunk, column: number): Float64Array | Int32Array {
  const vector: object = chunk.getColumnVector(column);
  const found: unknown = 'items' in vector ? vector.items : undefined;
  if (found instanceof Float64Array || found instanceof Int32Array) return found;
  throw bug('DuckDB vectors have no typed items: the package changed');
}

let typeCount = 0;

const allocate = {
  float64: (length: number, shared: boolean): Float64Array =>
    shared ? new Float64Array(new SharedArrayBuffer(8 * length)) : new Float64Array(length),
  int32: (length: number, shared: boolean): Int32Array =>
    shared ? new Int32Array(new SharedArrayBuffer(4 * length)) : new Int32Array(length),
};

/** SQL that folds a DOUBLE expression's NULL to NaN. */
export const orNan = (expression: string): string => `coalesce(CAST(${expression} AS DOUBLE), 'nan'::DOUBLE)`;
/** SQL for microseconds since 1970 UTC of a DATE or TIMESTAMP expression. */
export const microseconds = (expression: string): string => orNan(`epoch_us(CAST(${expression} AS TIMESTAMP))`);

/** An ENUM type of the distinct values of an expression, in byte order, and the values; null when there are none. */
async function createLevels(
  session: Session,
  relations: readonly string[],
  sql: string,
): Promise<{ readonly type: string; readonly levels: readonly string[] } | null> {
  typeCount++;
  const type = `levels_${typeCount}`;
  const all = relations.map((relation) => `SELECT ${sql} AS v FROM ${relation}`).join(' UNION ALL ');
  await session.run(`CREATE TEMP TABLE distinct_${type} AS SELECT DISTINCT v FROM (${all}) WHERE v IS NOT NULL`);
  try {
    const levels = (await session.rows(`SELECT v FROM distinct_${type} ORDER BY v`)).map(([v]) => String(v));
    if (levels.length === 0) return null;
    await session.run(`CREATE TEMP TYPE ${type} AS ENUM (SELECT v FROM distinct_${type} ORDER BY v)`);
    return { type, levels };
  } finally {
    await session.run(`DROP TABLE distinct_${type}`);
  }
}

/** Columns of one query; wider ones take more memory than is granted. */
const columnsAtOnce = 1000;

/**
 * Reads `columns` of the relations, one after another, into one frame of `rowCount` rows. Strings are dictionary-coded
 * by DuckDB: their distinct values over all relations become an ENUM type, sorted by bytes.
 */
export async function readFrameSql(
  session: Session,
  relations: readonly string[],
  columns: readonly FrameColumn[],
  rowCount: number,
  shared: boolean,
): Promise<Frame> {
  if (columns.length === 0) return { rowCount, columns: [] };
  const types: string[] = [];
  const expressions: string[] = [];
  const out: RawColumn[] = [];
  try {
    for (const column of columns) {
      if (column.type !== 'string') {
        expressions.push(column.sql);
        out.push({ type: column.type, name: column.name, values: allocate.float64(rowCount, shared) });
        continue;
      }
      const codes = allocate.int32(rowCount, shared);
      if (column.levels !== undefined) {
        expressions.push(column.sql);
        out.push({ type: 'string', name: column.name, codes, levels: column.levels });
        continue;
      }
      const coded = relations.length === 0 ? null : await createLevels(session, relations, column.sql);
      if (coded === null) expressions.push('CAST(-1 AS INTEGER)');
      else {
        types.push(coded.type);
        expressions.push(`coalesce(CAST(enum_code(CAST(${column.sql} AS ${coded.type})) AS INTEGER), -1)`);
      }
      const levels = coded?.levels ?? [];
      out.push({ type: 'string', name: column.name, codes, levels });
    }
    // Rows come in the same order every time; very wide tables are read part by part, as memory is granted for
    for (let first = 0; first < out.length; first += columnsAtOnce) {
      const part = out.slice(first, first + columnsAtOnce);
      const wanted = expressions.slice(first, first + columnsAtOnce).join(', ');
      let at = 0;
      for (const relation of relations) {
        await session.stream(`SELECT ${wanted} FROM ${relation}`, (chunk) => {
          const { rowCount: count } = chunk;
          if (at + count > rowCount) throw bug('a relation has more rows than its catalogue says');
          for (const [i, column] of part.entries()) {
            const values = chunkItems(chunk, i).subarray(0, count);
            if (column.type === 'string') column.codes.set(values, at);
            else column.values.set(values, at);
          }
          at += count;
        });
      }
      if (at !== rowCount) throw bug(`${rowCount} rows expected, ${at} read`);
    }
    return { rowCount, columns: out };
  } finally {
    for (const type of types) await session.run(`DROP TYPE IF EXISTS ${type}`).catch(() => {});
  }
}
