import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { RawColumn } from '../../ml/frame.ts';
import type { Session } from '../duck.ts';
import { chunkItems } from '../frame-sql.ts';
import type { Version } from '../types.ts';

type CodedTexts = Extract<RawColumn, { type: 'string' }>;

const levelTable = 'coded_levels';

/**
 * Text columns of a table as codes on shared memory, levels in byte order. All of them are coded by two statements, their
 * values under one another: a dictionary of its own for each costs four statements a column.
 */
export async function readCodedTexts(
  session: Session,
  table: string,
  version: Version,
  indexes: readonly number[],
  rowCount: number,
): Promise<ReadonlyMap<number, CodedTexts>> {
  const coded = new Map(
    indexes.map((at) => {
      const codes = new Int32Array(new SharedArrayBuffer(4 * rowCount)).fill(-1);
      const levels: string[] = [];
      return [at, { type: 'string' as const, name: version.columns[at].name, codes, levels }];
    }),
  );
  if (indexes.length === 0) return coded;
  const stacked =
    `(SELECT unnest([${indexes.join(', ')}]) AS k, unnest([${indexes.map((at) => `c${at}`).join(', ')}]) AS v, ` +
    `CAST(rowid AS INTEGER) AS r FROM ${table})`;
  await session.run(
    `CREATE OR REPLACE TEMP TABLE ${levelTable} AS SELECT k, v, CAST(row_number() OVER (PARTITION BY k ORDER BY v) - 1 AS INTEGER) AS code ` +
      `FROM (SELECT DISTINCT k, v FROM ${stacked} WHERE v IS NOT NULL)`,
  );
  for (const [at, text] of await session.rows(`SELECT k, v FROM ${levelTable} ORDER BY k, code`))
    coded.get(Number(at))?.levels.push(String(text));
  await session.stream(
    `SELECT CAST(k AS INTEGER), r, code FROM ${stacked} JOIN ${levelTable} USING (k, v)`,
    (chunk: DuckDBDataChunk) => {
      const [columns, rows, codes] = [0, 1, 2].map((i) => chunkItems(chunk, i));
      for (let i = 0; i < chunk.rowCount; i++) {
        const column = coded.get(columns[i]);
        if (column !== undefined) column.codes[rows[i]] = codes[i];
      }
    },
  );
  await session.run(`DROP TABLE ${levelTable}`);
  return coded;
}
