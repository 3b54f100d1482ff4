import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataProblem } from '../../base/errors.ts';
import { Duck, ident, literal, type Session } from '../duck.ts';
import { moveSealed, plainFile } from '../source-file.ts';
import type { CellKinds, PartChoice, Unfolded, UnfoldRequest } from './types.ts';
import { choosePart } from './xlsx.ts';

/**
 * A table of a DuckDB file as text: the file is attached for reading only to an instance of its own, which may touch that
 * file and the folder the text goes to, loads no extension and cannot be configured, whatever views the file holds.
 */
const numeric = /^(U?(TINY|SMALL|BIG|HUGE)?INT(EGER)?|FLOAT|DOUBLE|DECIMAL.*)$/;

async function listTables(session: Session): Promise<{ parts: PartChoice[]; places: string[] }> {
  const rows = await session.rows(
    `SELECT schema_name, table_name, estimated_size, 0 AS is_view FROM duckdb_tables() WHERE database_name = 'source'
     UNION ALL SELECT schema_name, view_name, NULL, 1 FROM duckdb_views() WHERE database_name = 'source' AND NOT internal
     ORDER BY is_view, schema_name, table_name`,
  );
  const parts = rows.map(([schema, table, size]) => ({
    name: schema === 'main' ? String(table) : `${String(schema)}.${String(table)}`,
    rows: size === null ? null : Number(size),
    hidden: false,
  }));
  return { parts, places: rows.map(([schema, table]) => `source.${ident(String(schema))}.${ident(String(table))}`) };
}

/** Takes a table out of a DuckDB file. */
export async function unfoldDuckdb(request: UnfoldRequest): Promise<Unfolded> {
  const { path, close } = await plainFile(request.path);
  try {
    return await takeOut(path, request);
  } finally {
    await close();
  }
}

async function takeOut(path: string, request: UnfoldRequest): Promise<Unfolded> {
  const { scratchDir } = request;
  await mkdir(scratchDir, { recursive: true });
  const target = join(scratchDir, 'unfolded.csv');
  const written = request.sealed ? `${target}.clear` : target;
  const duck = await Duck.open({
    file: null,
    spillDir: scratchDir,
    folders: [scratchDir],
    files: [path, `${path}.wal`],
    memoryLimitMb: 512,
    threads: 2,
  });
  try {
    return await duck.withSession(async (session) => {
      try {
        await session.run(`ATTACH ${literal(path)} AS source (READ_ONLY)`);
      } catch (error) {
        throw dataProblem(
          'broken-duckdb',
          'The DuckDB database cannot be opened: it is damaged, encrypted or of a newer version.',
          {
            hint: 'Export the table as Parquet or CSV and import that.',
            cause: error,
          },
        );
      }
      const { parts, places } = await listTables(session);
      if (parts.length === 0)
        throw dataProblem('no-tables', 'The database holds no table.', { hint: 'Check the file.' });
      const largest = parts.reduce((best, part, i) => ((part.rows ?? -1) > (parts[best].rows ?? -1) ? i : best), 0);
      const index = request.pick.relation === undefined ? largest : choosePart(parts, request.pick.relation, 'table');
      const described = await session.rows(`DESCRIBE SELECT * FROM ${places[index]}`);
      const columns = described.map(([name, type]) => ({ name: String(name), type: String(type) }));
      const select = columns
        .map(({ name, type }) => {
          const value = ident(name);
          if (type === 'BLOB') return `CAST(NULL AS VARCHAR) AS ${value}`;
          if (type === 'TIMESTAMP WITH TIME ZONE') return `CAST(CAST(${value} AS TIMESTAMP) AS VARCHAR) AS ${value}`;
          return `CAST(${value} AS VARCHAR) AS ${value}`;
        })
        .join(', ');
      const limit = request.rowLimit === null ? '' : ` LIMIT ${request.rowLimit}`;
      // A lone column is quoted, so that an empty value is no blank line
      const quote = columns.length === 1 ? ', FORCE_QUOTE *' : '';
      await session.run(
        `COPY (SELECT ${select} FROM ${places[index]}${limit}) TO ${literal(written)} (FORMAT csv, HEADER true, DELIMITER ',', QUOTE '"', ESCAPE '"'${quote})`,
      );
      if (request.sealed) await moveSealed(written, target);
      const [[rows]] = await session.rows(`SELECT count(*) FROM (SELECT 1 FROM ${places[index]}${limit})`);
      const total = Number(rows);
      const kinds = columns.map(
        ({ type }): CellKinds => ({
          text: type === 'VARCHAR' ? total : 0,
          number: numeric.test(type) ? total : 0,
          other: type === 'VARCHAR' || numeric.test(type) ? 0 : total,
        }),
      );
      const blobs = columns.filter(({ type }) => type === 'BLOB');
      return {
        path: target,
        container: { kind: 'duckdb', part: parts[index].name, range: null },
        shape: 'table',
        names: columns.map(({ name }) => name),
        parts,
        notes: [
          ...(parts.length > 1
            ? [`The database has ${parts.length} tables and views; read is "${parts[index].name}".`]
            : []),
          ...blobs.map(({ name }) => `Column "${name}" holds binary data, read as missing.`),
        ],
        kinds,
      };
    });
  } finally {
    await duck.close();
  }
}
