/**
 * Where a feature's value of a row comes from: how many rows of its table were used and when the newest of them became
 * known. Rows are paired with all they could see, O(rows asked × rows of their key), so it is asked for few rows.
 */
import type { FeatureSpec } from '../../contract/feature-sets.ts';
import type { Session } from '../duck.ts';
import { inSessionSql, insideSql, seenSql, toMicros } from './feature-sql.ts';
import { type BoundTable, isoOf, valuesSql } from './tables.ts';

export type Provenance = { readonly knownAt: string | null; readonly rows: number };

type Traced = Exclude<FeatureSpec, { kind: 'query' }>;

const newestFirst = 'row_number() OVER (PARTITION BY r ORDER BY ev DESC, rn DESC)';

/** A SELECT of the pairs (r, ka) that the value of each row of `base` is made of. */
function usedSql(workspaceDir: string, base: string, bound: BoundTable, feature: Traced): string {
  const values = valuesSql(workspaceDir, bound, ('column' in feature ? feature.column : undefined) ?? null, null);
  const pairs = (seen: string): string =>
    `SELECT b.r, b.t, s.ev, s.ka, s.rn FROM ${base} b JOIN (${values}) s ON b.k = s.k AND ${seen}`;
  if (feature.kind === 'join') {
    return `SELECT * FROM (${pairs('true')}) QUALIFY row_number() OVER (PARTITION BY r ORDER BY rn DESC) = 1`;
  }
  const seen = pairs(seenSql(bound, feature));
  if (feature.kind !== 'window') {
    const chosen = `SELECT * FROM (${seen}) QUALIFY ${newestFirst} = ${feature.kind === 'lag' ? feature.steps : 1}`;
    return feature.within === undefined
      ? chosen
      : `SELECT * FROM (${chosen}) WHERE t - ev <= ${toMicros(feature.within)}`;
  }
  const { window } = feature;
  switch (window.kind) {
    case 'all':
      return seen;
    case 'rows':
      return `SELECT * FROM (${seen}) QUALIFY ${newestFirst} <= ${window.rows}`;
    case 'sliding':
    case 'tumbling':
      return pairs(`${seenSql(bound, feature)} AND ${insideSql(window)}`);
    case 'session':
      return inSessionSql(seen, window.seconds);
  }
}

/** For each row of `base` that used any. */
export async function provenanceOf(
  session: Session,
  workspaceDir: string,
  base: string,
  bound: BoundTable,
  feature: Traced,
): Promise<ReadonlyMap<number, Provenance>> {
  const used = usedSql(workspaceDir, base, bound, feature);
  const found = await session.rows(`SELECT r, max(ka), count(*) FROM (${used}) GROUP BY r`);
  return new Map(
    found.map(([row, known, rows]) => [
      Number(row),
      { knownAt: bound.table.time === null ? null : isoOf(BigInt(String(known))), rows: Number(rows) },
    ]),
  );
}
