/** Features of few rows, computed now, each with where it comes from: of one key as of a moment, or of sampled rows. */
import { invalidInput } from '../../base/errors.ts';
import type { Cell } from '../../contract/common.ts';
import type { FeatureDefinition, FeaturePreview, TracedValue } from '../../contract/feature-sets.ts';
import { literal, type Session } from '../duck.ts';
import { cellOf, cellSql } from '../page.ts';
import { columnIndex } from '../relations.ts';
import { type BoundSet, baseSql, featureColumns, withFeatures } from './feature-set.ts';
import { type Provenance, provenanceOf } from './provenance.ts';
import { type BoundTable, isoOf, rowsOf, valuesSql } from './tables.ts';

export type ValuesAt = {
  readonly values: readonly (TracedValue & { readonly name: string; readonly source: string | null })[];
  /** Alias of each table and the newest row of it that was known at the moment. */
  readonly knownUntil: ReadonlyMap<string, string | null>;
};

const sourceOf = (feature: FeatureDefinition['features'][number]): string | null =>
  feature.kind === 'query' ? null : feature.source;

/** The moment in ISO text or a date, as UTC where no zone is said. Throws invalid-input. */
function momentOf(at: string): bigint {
  const text = at.trim().replace(' ', 'T');
  const moment = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(text) || !text.includes('T') ? text : `${text}Z`);
  if (!Number.isNaN(moment)) return BigInt(moment) * 1000n;
  throw invalidInput('feature-time', `"${at}" is no moment.`, { hint: 'Write 2024-05-01T12:00:00.' });
}

/** Values by row of a base that holds few rows. */
async function tracedRows(
  session: Session,
  workspaceDir: string,
  set: BoundSet,
  base: string,
): Promise<ReadonlyMap<number, readonly TracedValue[]>> {
  const { features } = set.definition;
  const columns = featureColumns(set);
  const cells = columns.map((column, i) => cellSql({ ...column, missing: 0 }, i)).join(', ');
  const named = columns.map((_, i) => `f${i} AS c${i}`).join(', ');
  const found = await withFeatures(session, workspaceDir, set, base, null, (select) =>
    session.rows(`SELECT r, ${cells} FROM (SELECT r, ${named} FROM (${select}))`),
  );
  const traces: (ReadonlyMap<number, Provenance> | null)[] = [];
  for (const feature of features) {
    const bound = feature.kind === 'query' ? undefined : set.tables.get(feature.source);
    traces.push(
      bound === undefined || feature.kind === 'query'
        ? null
        : await provenanceOf(session, workspaceDir, base, bound, feature),
    );
  }
  return new Map(
    found.map(([r, ...values]) => {
      const row = Number(r);
      return [
        row,
        values.map((value, f) => {
          const trace = traces[f];
          const used = trace?.get(row);
          return {
            value: cellOf(value),
            knownAt: used?.knownAt ?? null,
            rows: trace === null ? null : (used?.rows ?? 0),
          };
        }),
      ];
    }),
  );
}

/** When the newest row of a table that was known at the moment became known. */
async function newestKnown(
  session: Session,
  workspaceDir: string,
  bound: BoundTable,
  at: bigint,
): Promise<string | null> {
  if (bound.table.time === null) return null;
  const [[newest]] = await session.rows(
    `SELECT max(ka) FROM (${valuesSql(workspaceDir, bound, null, { at, by: 'known' })})`,
  );
  return newest === null ? null : isoOf(BigInt(String(newest)));
}

/** Features of one key as of a moment. Throws invalid-input for a moment or key that cannot be. */
export async function valuesAt(
  session: Session,
  workspaceDir: string,
  set: BoundSet,
  request: { readonly key: readonly string[]; readonly at: string },
): Promise<ValuesAt> {
  const { key } = request;
  const at = momentOf(request.at);
  const wanted = set.definition.base.key;
  if (key.length !== wanted.length) {
    throw invalidInput('feature-key', `The key has ${wanted.length} parts, ${key.length} are given.`, {
      hint: `Give ${wanted.join(', ') || 'no key'}.`,
    });
  }
  const k = key.length === 0 ? `''` : key.map(literal).join(' || chr(31) || ');
  const base = `(SELECT -1::BIGINT AS r, ${k} AS k, ${at}::BIGINT AS t)`;
  const [values] = [...(await tracedRows(session, workspaceDir, set, base)).values()];
  const knownUntil = new Map<string, string | null>();
  for (const bound of set.tables.values()) {
    knownUntil.set(bound.alias, await newestKnown(session, workspaceDir, bound, at));
  }
  const { features } = set.definition;
  return {
    values: values.map((value, i) => ({ name: features[i].name, source: sourceOf(features[i]), ...value })),
    knownUntil,
  };
}

/** Rows drawn with a seed, in the order of their times, with their features. */
export async function previewRows(
  session: Session,
  workspaceDir: string,
  set: BoundSet,
  request: { readonly rows: number; readonly seed: number },
): Promise<FeaturePreview> {
  const { base, definition } = set;
  const drawn = await session.rows(
    `SELECT r, t FROM ${baseSql(workspaceDir, set, 't IS NOT NULL AND k IS NOT NULL')} ORDER BY hash(r + ${request.seed}) LIMIT ${request.rows}`,
  );
  const rows = drawn
    .map(([row, t]) => ({ row: Number(row), t: BigInt(String(t)) }))
    .sort((a, b) => (a.t === b.t ? a.row - b.row : a.t < b.t ? -1 : 1));
  const features = featureColumns(set).map(({ name, type }, i) => ({
    name,
    type,
    source: sourceOf(definition.features[i]),
  }));
  if (rows.length === 0) return { features, rows: [] };
  const numbers = rows.map(({ row }) => row).join(', ');
  const keys = definition.base.key.map((name) => columnIndex(base.version, name));
  const keyCells = keys.map((index) => cellSql(base.version.columns[index], index));
  const named = await session.rows(
    `SELECT ${['"row"', ...keyCells].join(', ')} FROM ${rowsOf(workspaceDir, base)} WHERE "row" IN (${numbers})`,
  );
  const keyOf = new Map<number, Cell[]>(named.map(([row, ...key]) => [Number(row), key.map(cellOf)]));
  const traced = await tracedRows(session, workspaceDir, set, baseSql(workspaceDir, set, `r IN (${numbers})`));
  return {
    features,
    rows: rows.map(({ row, t }) => ({
      row,
      key: keyOf.get(row) ?? [],
      at: isoOf(t),
      values: [...(traced.get(row) ?? [])],
    })),
  };
}
