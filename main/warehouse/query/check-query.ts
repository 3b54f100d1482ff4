/**
 * What a query may do, decided from the parser's own tree and not from its text: one SELECT over the tables of the
 * workspace. Writes, other statements, files, settings and functions that reach outside are refused with the place in
 * the text, so that a query is a pure function of the data sets it names.
 */
import { invalidInput } from '../../base/errors.ts';
import { literal, type Session } from '../duck.ts';

/** Table functions that only make rows. */
const tableFunctions = new Set([
  'unnest',
  'range',
  'generate_series',
  'generate_subscripts',
  'repeat',
  'repeat_row',
  'json_each',
  'json_tree',
]);

/** Scalar functions that read files, the environment, settings or other queries by name. */
const refusedFunctions =
  /^(getenv|current_setting|getvariable|query|query_table|glob|nextval|currval|set_config|write_log|parse_duckdb_log_message|txid_current|pg_.*|duckdb_.*|read_.*|parquet_.*|sniff_csv|sql_auto_complete|which_secret|from_substrait.*|get_substrait.*|json_execute_serialized_sql|json_serialize_plan)$/;

type Tree = { readonly [key: string]: unknown };

const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null;

/** Line and column, from 1, of a place in the text. */
function placeOf(sql: string, offset: number): { readonly line: number; readonly column: number } {
  const before = sql.slice(0, offset).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function refuse(sql: string, node: Tree, message: string, hint: string): never {
  const offset = Number(node.query_location ?? Number.NaN);
  const place = Number.isFinite(offset) ? placeOf(sql, offset) : null;
  const where = place === null ? '' : ` (line ${place.line}, column ${place.column})`;
  throw invalidInput('query-refused', `${message}${where}.`, { hint, details: place ?? {} });
}

export type CheckedQuery = {
  /** Names of the tables it reads, without its own WITH parts. */
  readonly tables: readonly string[];
  /** The query without its closing semicolon, so that it can stand inside another. */
  readonly body: string;
};

const closing = /;(?:\s|--[^\n]*(?:\n|$)|\/\*[\s\S]*?\*\/)*$/;

/** Cuts the closing semicolon and what follows it, unless that was no end but part of a text. */
async function withoutClosing(session: Session, sql: string): Promise<string> {
  const cut = sql.replace(closing, '');
  if (cut === sql) return sql;
  const [[error]] = await session.rows(`SELECT json_serialize_sql(${literal(cut)}) ->> 'error'`);
  return error === 'false' ? cut : sql;
}

/** Checks a query; throws invalid-input for everything it may not do. */
export async function checkQuery(session: Session, sql: string): Promise<CheckedQuery> {
  const trimmed = sql.trim();
  if (trimmed === '') throw invalidInput('query-empty', 'The query is empty.', { hint: 'Write a SELECT.' });
  const [[text]] = await session.rows(
    `SELECT json_serialize_sql(${literal(sql)}, skip_null := true, skip_empty := true, skip_default := true)`,
  );
  const parsed = JSON.parse(String(text)) as {
    readonly error: boolean;
    readonly error_type?: string;
    readonly error_message?: string;
    readonly position?: string;
    readonly statements?: readonly unknown[];
  };
  if (parsed.error) {
    if (parsed.error_type === 'not implemented') {
      throw invalidInput('query-not-select', 'Only SELECT queries run here: this statement is of another kind.', {
        hint: 'Write a SELECT (WITH, JOIN, GROUP BY, UNION and window functions work); data sets are changed by their own steps.',
      });
    }
    const place = placeOf(sql, Number(parsed.position ?? 0));
    throw invalidInput(
      'query-syntax',
      `${(parsed.error_message ?? 'The query cannot be read').replace(/\.$/, '')} (line ${place.line}, column ${place.column}).`,
      { hint: 'Names with spaces or capitals stand in double quotes, texts in single quotes.', details: place },
    );
  }
  const statements = parsed.statements ?? [];
  if (statements.length !== 1) {
    throw invalidInput('query-several', `There are ${statements.length} statements; one runs at a time.`, {
      hint: 'Select the one to run, or join them in one query.',
    });
  }
  const tables = new Set<string>();
  const defined = new Set<string>();
  visit(sql, statements[0], tables, defined);
  return {
    tables: [...tables].filter((name) => !defined.has(name.toLowerCase())),
    body: await withoutClosing(session, sql),
  };
}

function visit(sql: string, value: unknown, tables: Set<string>, defined: Set<string>): void {
  if (Array.isArray(value)) {
    for (const item of value) visit(sql, item, tables, defined);
    return;
  }
  if (!isTree(value)) return;
  if (isTree(value.cte_map) && Array.isArray(value.cte_map.map)) {
    for (const entry of value.cte_map.map) if (isTree(entry)) defined.add(String(entry.key).toLowerCase());
  }
  if (value.type === 'RECURSIVE_CTE_NODE' || value.type === 'CTE_NODE')
    defined.add(String(value.cte_name).toLowerCase());
  if (value.type === 'BASE_TABLE') {
    if (value.schema_name !== undefined || value.catalog_name !== undefined) {
      refuse(sql, value, `The table "${String(value.table_name)}" is named with a schema`, 'Name data sets alone.');
    }
    tables.add(String(value.table_name));
  }
  if (value.type === 'SHOW_REF' && value.query === undefined && value.table_name === undefined) {
    refuse(sql, value, 'Lists of tables are not queries', 'The panel beside the query lists data sets and columns.');
  }
  if (value.type === 'TABLE_FUNCTION' && isTree(value.function)) {
    const name = String(value.function.function_name).toLowerCase();
    if (!tableFunctions.has(name)) {
      refuse(
        sql,
        value,
        `${name}() is not allowed in a query`,
        'Queries read the data sets of the workspace; import a file first.',
      );
    }
  }
  if (value.class === 'FUNCTION' && refusedFunctions.test(String(value.function_name).toLowerCase())) {
    refuse(
      sql,
      value,
      `${String(value.function_name)}() is not allowed in a query`,
      'Queries read the data sets of the workspace and nothing else.',
    );
  }
  for (const child of Object.values(value)) visit(sql, child, tables, defined);
}
