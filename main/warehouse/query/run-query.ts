/** Queries over stored versions: tables are views of the data sets named, made for the query and gone with its session. */
import { createHash } from 'node:crypto';
import { cancelled, invalidInput } from '../../base/errors.ts';
import type { Cell, ColumnType } from '../../contract/common.ts';
import { type DerivedColumn, deriveVersion } from '../derive.ts';
import { ident, type Session } from '../duck.ts';
import { mapParquetColumn } from '../import/parquet.ts';
import { distinctNames } from '../import/plan.ts';
import { cellOf, cellSql } from '../page.ts';
import { readingOfType } from '../readings/reading-of-type.ts';
import { numberedRelation } from '../relations.ts';
import type { RunHooks, Version } from '../types.ts';
import { checkQuery } from './check-query.ts';

/** Finds the version behind a table's name as the query writes it (case does not matter); null when there is none. */
export type FindTable = (name: string) => Version | null;

export type QueryResult = {
  readonly columns: readonly { readonly name: string; readonly type: ColumnType }[];
  readonly rows: readonly (readonly Cell[])[];
  /** Whether there are more rows than were asked for. */
  readonly more: boolean;
};

type Prepared = {
  readonly select: string;
  readonly columns: readonly DerivedColumn[];
  readonly from: readonly string[];
};

/** Checks the query, makes its views and maps its columns; `select` gives them as c0, c1 … in our types. */
async function prepare(session: Session, workspaceDir: string, sql: string, find: FindTable): Promise<Prepared> {
  const checked = await checkQuery(session, sql);
  const from: string[] = [];
  for (const name of checked.tables) {
    const version = find(name);
    if (version === null) {
      throw invalidInput('query-no-table', `There is no data set called "${name}".`, {
        hint: 'Names with spaces or capitals stand in double quotes; an older version is "name@2".',
        details: { table: name },
      });
    }
    from.push(version.hash);
    const columns = version.columns.map((column, i) => `c${i} AS ${ident(column.name)}`).join(', ');
    await session.run(
      `CREATE OR REPLACE TEMP VIEW ${ident(name)} AS SELECT ${columns} FROM ${numberedRelation(workspaceDir, version)}`,
    );
  }
  // The line break ends a comment in the query's last line
  const body = `(${checked.body}\n)`;
  const described = await failing(
    session.rows(`SELECT column_name, column_type FROM (DESCRIBE SELECT * FROM ${body})`),
  );
  const mapped = described.map(([name, type]) => mapParquetColumn(String(name), String(type)));
  const { names } = distinctNames(mapped.map(({ sourceName }) => sourceName));
  return {
    select: `SELECT ${mapped.map(({ expression }, i) => `${expression} AS c${i}`).join(', ')} FROM ${body}`,
    columns: mapped.map(({ sourceName, type }, i) => ({
      name: names[i],
      sourceName,
      type,
      reading: readingOfType[type],
    })),
    from,
  };
}

/** Turns the database's complaint about a query into one that a person can act on. */
export async function failing<T>(step: Promise<T>): Promise<T> {
  try {
    return await step;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    if (/INTERRUPT/i.test(message)) throw cancelled('The query was cancelled.');
    if (
      /^(Binder|Catalog|Conversion|Invalid Input|Out of Range|Parser|Syntax|Not implemented|Mismatch Type|Invalid type)/.test(
        message,
      )
    ) {
      const [first] = message.split('\n');
      const did = /Did you mean[^\n]*/.exec(message)?.[0];
      throw invalidInput('query-failed', first.replace(/^[\w ]+ Error: /, ''), {
        hint: did ?? 'Check the names and types of the columns; names with spaces or capitals stand in double quotes.',
        cause: error,
      });
    }
    throw error;
  }
}

/** The first `limit` rows of a query. Errors: invalid-input for what it may not do or names wrong, cancelled. */
export async function runQuery(
  session: Session,
  workspaceDir: string,
  request: { readonly sql: string; readonly find: FindTable; readonly limit: number },
): Promise<QueryResult> {
  const { select, columns } = await prepare(session, workspaceDir, request.sql, request.find);
  const shown = columns.map((column, i) => cellSql({ ...column, missing: 0 }, i)).join(', ');
  const rows = await failing(session.rows(`SELECT ${shown} FROM (${select}) LIMIT ${request.limit + 1}`));
  return {
    columns: columns.map(({ name, type }) => ({ name, type })),
    rows: rows.slice(0, request.limit).map((row) => row.map(cellOf)),
    more: rows.length > request.limit,
  };
}

/** Writes the whole result of a query as a version. Errors as runQuery, and data-problem without rows. */
export async function deriveFromQuery(
  session: Session,
  workspaceDir: string,
  request: { readonly sql: string; readonly find: FindTable; readonly sourceName: string },
  hooks: RunHooks,
): Promise<Version> {
  const { select, columns, from } = await prepare(session, workspaceDir, request.sql, request.find);
  const definition = {
    sha256: createHash('sha256').update(request.sql).digest('hex'),
    bytes: Buffer.byteLength(request.sql),
  };
  return failing(
    deriveVersion(session, workspaceDir, { select, columns, sourceName: request.sourceName, from, definition }, hooks),
  );
}
