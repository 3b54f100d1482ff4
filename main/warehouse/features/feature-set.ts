/** A whole feature set as SQL: the rows with their features as of each row's time, and the same for chosen rows or a cut past. */
import { invalidInput } from '../../base/errors.ts';
import type { FeatureDefinition, FeatureSpec, FeatureTable } from '../../contract/feature-sets.ts';
import type { DerivedColumn } from '../derive.ts';
import { ident, type Session } from '../duck.ts';
import { checkQuery } from '../query/check-query.ts';
import { failing } from '../query/run-query.ts';
import { featureSql, featureType } from './feature-sql.ts';
import {
  type BoundTable,
  type Cut,
  checkDefinition,
  columnOf,
  type FoundTable,
  keySql,
  lagMicros,
  rowsOf,
  timesSql,
} from './tables.ts';

/** What holds the rows of a table. Throws not-found. */
export type FindTable = (table: FeatureTable) => FoundTable;

export type BoundSet = {
  readonly definition: FeatureDefinition;
  readonly tables: ReadonlyMap<string, BoundTable>;
  readonly base: BoundTable;
  /** Bodies of the user's own queries, checked to read base and sources alone. */
  readonly queries: ReadonlyMap<string, string>;
};

/** Checks a definition against the versions it reads. Throws invalid-input, not-found or data-problem. */
export async function bindSet(session: Session, definition: FeatureDefinition, find: FindTable): Promise<BoundSet> {
  const bind = (alias: string, table: FeatureTable): BoundTable => ({ alias, table, ...find(table) });
  const base = bind('base', definition.base);
  const tables = new Map([['base', base]]);
  for (const [alias, table] of Object.entries(definition.sources)) {
    if (alias === 'base') {
      throw invalidInput('feature-source', 'A source cannot be called base: that means the rows themselves.', {
        hint: 'Give it another name.',
      });
    }
    tables.set(alias, bind(alias, table));
  }
  checkDefinition(
    tables,
    definition.features.map(({ name }) => name),
  );
  const queries = new Map<string, string>();
  for (const feature of definition.features) {
    if (feature.kind !== 'query') {
      const bound = tableOf(tables, feature);
      if ('column' in feature && feature.column !== undefined) columnOf(bound, feature.column);
      featureType(feature, bound);
      continue;
    }
    const checked = await checkQuery(session, feature.sql);
    const stray = checked.tables.find((name) => !tables.has(name));
    if (stray !== undefined) {
      throw invalidInput(
        'feature-source',
        `"${feature.name}" reads "${stray}", which is no table of this feature set.`,
        {
          hint: `Its tables are ${[...tables.keys()].join(', ')}.`,
        },
      );
    }
    queries.set(feature.name, checked.body);
  }
  return { definition, tables, base, queries };
}

function tableOf(
  tables: ReadonlyMap<string, BoundTable>,
  feature: Exclude<FeatureSpec, { kind: 'query' }>,
): BoundTable {
  const bound = tables.get(feature.source);
  if (bound !== undefined) return bound;
  throw invalidInput(
    'feature-source',
    `"${feature.name}" reads "${feature.source}", which is no table of this feature set.`,
    {
      hint: `Its tables are ${[...tables.keys()].join(', ')}.`,
    },
  );
}

/** Rows to compute for: r, k, t in microseconds. */
export function baseSql(workspaceDir: string, { base }: BoundSet, where = 'true'): string {
  const { event } = timesSql(base);
  return `(SELECT * FROM (SELECT "row" AS r, ${keySql(base)} AS k, ${event} AS t FROM ${rowsOf(workspaceDir, base)}) WHERE ${where})`;
}

/** A table as a user's query sees it: named columns and "row"; what a cut past did not know is missing. */
function namedTable(workspaceDir: string, bound: BoundTable, cut: Cut): string {
  const { event, arrived } = timesSql(bound);
  const limit = (lag: bigint): string =>
    cut === null || bound.table.time === null
      ? 'true'
      : cut.by === 'event'
        ? `${event} <= ${cut.at}`
        : `${arrived} + ${lag} <= ${cut.at}`;
  const columns = bound.version.columns.map(({ name }, i) => {
    const lag = bound.table.lags?.[name];
    return lag === undefined || cut === null
      ? `c${i} AS ${ident(name)}`
      : `CASE WHEN ${limit(lagMicros(bound.table, name))} THEN c${i} END AS ${ident(name)}`;
  });
  return `SELECT "row", ${columns.join(', ')} FROM ${rowsOf(workspaceDir, bound)} WHERE ${limit(lagMicros(bound.table, null))}`;
}

/** Features computed in one statement: many of them side by side would each hold their rows in memory at once. */
const batchSize = 6;

let madeTables = 0;

/**
 * Computes the features for the rows of `base`, with the past cut at a moment or whole, and hands over a SELECT of
 * r, f0, f1 … that is good while `use` runs.
 */
export async function withFeatures<T>(
  session: Session,
  workspaceDir: string,
  set: BoundSet,
  base: string,
  cut: Cut,
  use: (select: string) => Promise<T>,
): Promise<T> {
  const prefix = `made_features_${++madeTables}`;
  const rows = `${prefix}_rows`;
  const { features } = set.definition;
  const batches: number[][] = [];
  for (let from = 0; from < features.length; from += batchSize) {
    batches.push(features.slice(from, from + batchSize).map((_, i) => from + i));
  }
  const tables = batches.map((_, i) => `${prefix}_${i}`);
  try {
    await session.run(`CREATE TEMP TABLE ${rows} AS SELECT * FROM ${base}`);
    for (const [i, batch] of batches.entries()) {
      await failing(session.run(`CREATE TEMP TABLE ${tables[i]} AS ${batchSql(workspaceDir, set, rows, batch, cut)}`));
    }
    const values = batches.flatMap((batch, i) => batch.map((f) => `${tables[i]}.f${f}`));
    const joins = tables.map((table) => `LEFT JOIN ${table} ON ${table}.r = b.r`).join(' ');
    return await use(`SELECT ${['b.r', ...values].join(', ')} FROM ${rows} b ${joins}`);
  } finally {
    for (const table of [rows, ...tables]) await session.run(`DROP TABLE IF EXISTS ${table}`).catch(() => {});
  }
}

function batchSql(workspaceDir: string, set: BoundSet, rows: string, batch: readonly number[], cut: Cut): string {
  const ctes: string[] = [];
  const chosen = batch.map((index) => ({ index, feature: set.definition.features[index] }));
  if (chosen.some(({ feature }) => feature.kind === 'query')) {
    for (const bound of set.tables.values()) {
      ctes.push(`${ident(bound.alias)} AS (${namedTable(workspaceDir, bound, cut)})`);
    }
  }
  for (const { index, feature } of chosen) {
    const body =
      feature.kind === 'query'
        ? `SELECT b.r, CAST(q.value AS DOUBLE) AS v FROM ${rows} b LEFT JOIN (SELECT "row", any_value(value) AS value FROM (${set.queries.get(feature.name) ?? ''}\n) GROUP BY "row") q ON b.r = q."row"`
        : featureSql(workspaceDir, rows, tableOf(set.tables, feature), feature, cut);
    ctes.push(`feature_${index} AS (${body})`);
  }
  const joins = chosen.map(({ index }) => `LEFT JOIN feature_${index} ON feature_${index}.r = b.r`).join(' ');
  const values = chosen.map(({ index }) => `feature_${index}.v AS f${index}`).join(', ');
  return `WITH ${ctes.join(', ')} SELECT b.r, ${values} FROM ${rows} b ${joins}`;
}

/** Columns of the features as a version holds them. */
export function featureColumns(set: BoundSet): DerivedColumn[] {
  return set.definition.features.map((feature) => {
    const bound = feature.kind === 'query' ? null : tableOf(set.tables, feature);
    if (
      featureType(feature, bound) === 'as-source' &&
      bound !== null &&
      feature.kind !== 'query' &&
      'column' in feature
    ) {
      const { missing: _missing, ...column } = columnOf(bound, feature.column ?? '');
      return { ...column, name: feature.name, sourceName: feature.name };
    }
    return { name: feature.name, sourceName: feature.name, type: 'number', reading: 'number-point' };
  });
}

/** A SELECT of the base's columns and the features as c0, c1 …, in the order of the rows, from what withFeatures made. */
export function wholeSetSql(workspaceDir: string, set: BoundSet, features: string): string {
  const { base } = set;
  const own = base.version.columns.map((_, i) => `b.c${i}`);
  const made = set.definition.features.map((_, i) => `f.f${i} AS c${own.length + i}`);
  return `SELECT ${[...own, ...made].join(', ')} FROM ${rowsOf(workspaceDir, base)} b LEFT JOIN (${features}) f ON f.r = b."row" ORDER BY b."row"`;
}
