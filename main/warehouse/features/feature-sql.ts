/**
 * One feature as SQL over a base of rows (r, k, t): the value known at each row's time. Where rows arrive in the order they
 * happened, what was known last is found by an as-of join over running values, O((n + m) log m); where they may arrive
 * late, or a window has a fixed length, rows are paired with what they could see, O(pairs).
 * Of events at one moment the later row counts as the later one.
 */
import { invalidInput } from '../../base/errors.ts';
import type { FeatureSpec, FeatureWindow } from '../../contract/feature-sets.ts';
import { arrivesLate, type BoundTable, type Cut, columnOf, valuesSql } from './tables.ts';

type Windowed = Extract<FeatureSpec, { kind: 'window' }>;

export const toMicros = (seconds: number): string => `${Math.round(seconds * 1e6)}::BIGINT`;

const aggregates: Record<Windowed['aggregate'], string> = {
  count: 'count(v)',
  sum: 'sum(CAST(v AS DOUBLE))',
  mean: 'avg(CAST(v AS DOUBLE))',
  min: 'min(CAST(v AS DOUBLE))',
  max: 'max(CAST(v AS DOUBLE))',
  std: 'stddev_pop(CAST(v AS DOUBLE))',
  distinct: 'count(DISTINCT v)',
};

/** Numbers of rows are 0 where there are none; other aggregates are missing. */
const finish = (aggregate: Windowed['aggregate'], value: string): string =>
  aggregate === 'count' || aggregate === 'distinct'
    ? `CAST(coalesce(${value}, 0) AS DOUBLE)`
    : `CAST(${value} AS DOUBLE)`;

/** Which values s a row b could see: those known by its time, from the rows themselves only those known before it. */
export const seenSql = (bound: BoundTable, { strict }: { readonly strict?: boolean | undefined }): string =>
  (strict ?? bound.alias === 'base') ? 's.ka < b.t' : 's.ka <= b.t';

/** Which values s are inside a window of fixed length at a row b. */
export function insideSql(window: Extract<FeatureWindow, { kind: 'sliding' | 'tumbling' }>): string {
  const size = toMicros(window.seconds);
  if (window.kind === 'sliding') return `s.ev > b.t - ${size}`;
  const start = `(b.t - ((b.t % ${size}) + ${size}) % ${size})`;
  return window.complete === true ? `s.ev >= ${start} - ${size} AND s.ev < ${start}` : `s.ev >= ${start}`;
}

/** Columns r, v for every row of `base`. */
export function featureSql(
  workspaceDir: string,
  base: string,
  bound: BoundTable,
  feature: Exclude<FeatureSpec, { kind: 'query' }>,
  cut: Cut,
): string {
  const values = valuesSql(workspaceDir, bound, ('column' in feature ? feature.column : undefined) ?? null, cut);
  if (feature.kind === 'join') {
    const one = `SELECT k, arg_max(v, rn) AS v FROM (${values}) GROUP BY k`;
    return `SELECT b.r, s.v FROM ${base} b LEFT JOIN (${one}) s ON b.k = s.k`;
  }
  const seen = seenSql(bound, feature);
  if (feature.kind === 'window') return windowSql(base, bound, feature, values, seen);
  const steps = feature.kind === 'lag' ? feature.steps : 1;
  const fresh = (value: string, ev: string): string =>
    feature.within === undefined ? value : `CASE WHEN b.t - ${ev} <= ${toMicros(feature.within)} THEN ${value} END`;
  if (!arrivesLate(bound)) {
    const back = (of: string): string => `lag(${of}, ${steps - 1}) OVER (PARTITION BY k ORDER BY ev, rn)`;
    const running = `SELECT k, ka, rn, ${back('v')} AS v, ${back('ev')} AS happened FROM (${values})`;
    return asOf(base, lastOfEach(running), seen, fresh('s.v', 's.happened'));
  }
  const pairs =
    `SELECT b.r, ${fresh('s.v', 's.ev')} AS v FROM ${base} b JOIN (${values}) s ON b.k = s.k AND ${seen} ` +
    `QUALIFY row_number() OVER (PARTITION BY b.r ORDER BY s.ev DESC, s.rn DESC) = ${steps}`;
  return `SELECT b.r, p.v FROM ${base} b LEFT JOIN (${pairs}) p ON b.r = p.r`;
}

/** Of running values at one moment of a key, the last. */
const lastOfEach = (running: string): string =>
  `SELECT * FROM (${running}) QUALIFY row_number() OVER (PARTITION BY k, ka ORDER BY rn DESC) = 1`;

const asOf = (base: string, running: string, seen: string, value: string): string =>
  `SELECT b.r, ${value} AS v FROM ${base} b ASOF LEFT JOIN (${running}) s ON b.k = s.k AND ${seen.replace(/^s\.ka (<=?) b\.t$/, (_, sign: string) => `b.t ${sign === '<' ? '>' : '>='} s.ka`)}`;

function windowSql(base: string, bound: BoundTable, feature: Windowed, values: string, seen: string): string {
  const { window, aggregate } = feature;
  const over = (frame: string): string => `${aggregates[aggregate]} OVER (${frame})`;
  const byPairs = (condition: string): string => {
    const pairs = `SELECT b.r, ${aggregates[aggregate]} AS v FROM ${base} b JOIN (${values}) s ON b.k = s.k AND ${seen} AND ${condition} GROUP BY b.r`;
    return `SELECT b.r, ${finish(aggregate, 'p.v')} AS v FROM ${base} b LEFT JOIN (${pairs}) p ON b.r = p.r`;
  };
  switch (window.kind) {
    case 'all': {
      const running = `SELECT k, ka, rn, ${over('PARTITION BY k ORDER BY ka RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW')} AS v FROM (${values})`;
      return asOf(base, lastOfEach(running), seen, finish(aggregate, 's.v'));
    }
    case 'sliding':
    case 'tumbling':
      return byPairs(insideSql(window));
    case 'rows':
      if (!arrivesLate(bound)) {
        const running = `SELECT k, ka, rn, ${over(`PARTITION BY k ORDER BY ev, rn ROWS BETWEEN ${window.rows - 1} PRECEDING AND CURRENT ROW`)} AS v FROM (${values})`;
        return asOf(base, lastOfEach(running), seen, finish(aggregate, 's.v'));
      }
      return fromPairs(
        base,
        aggregate,
        values,
        seen,
        `row_number() OVER (PARTITION BY r ORDER BY ev DESC, rn DESC) <= ${window.rows}`,
      );
    case 'session':
      return sessionSql(base, bound, feature, window, values, seen);
  }
}

/** Aggregates the pairs of each row that `kept` selects; it may look at the other pairs of the row. */
function fromPairs(base: string, aggregate: Windowed['aggregate'], values: string, seen: string, kept: string): string {
  const pairs = `SELECT b.r, b.t, s.ev, s.rn, s.v FROM ${base} b JOIN (${values}) s ON b.k = s.k AND ${seen}`;
  const chosen = `SELECT r, ${aggregates[aggregate]} AS v FROM (SELECT * FROM (${pairs}) QUALIFY ${kept}) GROUP BY r`;
  return `SELECT b.r, ${finish(aggregate, 'p.v')} AS v FROM ${base} b LEFT JOIN (${chosen}) p ON b.r = p.r`;
}

/** Of pairs r, t, ev, rn those in the session that reaches up to t. */
export function inSessionSql(pairs: string, pauseSeconds: number): string {
  const paused = `SELECT *, CASE WHEN coalesce(lead(ev) OVER (PARTITION BY r ORDER BY ev, rn), t) - ev > ${toMicros(pauseSeconds)} THEN 1 ELSE 0 END AS broken FROM (${pairs})`;
  return `SELECT * FROM (${paused}) QUALIFY sum(broken) OVER (PARTITION BY r ORDER BY ev DESC, rn DESC ROWS UNBOUNDED PRECEDING) = 0`;
}

/** The session a row is in: events known by then, back from its time as long as no pause exceeds the limit. */
function sessionSql(
  base: string,
  bound: BoundTable,
  { aggregate }: Windowed,
  window: Extract<FeatureWindow, { kind: 'session' }>,
  values: string,
  seen: string,
): string {
  const pause = toMicros(window.seconds);
  if (arrivesLate(bound)) {
    const pairs = `SELECT b.r, b.t, s.ev, s.rn, s.v FROM ${base} b JOIN (${values}) s ON b.k = s.k AND ${seen}`;
    const summed = `SELECT r, ${aggregates[aggregate]} AS v FROM (${inSessionSql(pairs, window.seconds)}) GROUP BY r`;
    return `SELECT b.r, ${finish(aggregate, 'p.v')} AS v FROM ${base} b LEFT JOIN (${summed}) p ON b.r = p.r`;
  }
  const flagged = `SELECT *, CASE WHEN ev - lag(ev) OVER (PARTITION BY k ORDER BY ev, rn) > ${pause} THEN 1 ELSE 0 END AS starts FROM (${values})`;
  const sessions = `SELECT *, sum(starts) OVER (PARTITION BY k ORDER BY ev, rn ROWS UNBOUNDED PRECEDING) AS session FROM (${flagged})`;
  const running = `SELECT k, ka, ev, rn, ${aggregates[aggregate]} OVER (PARTITION BY k, session ORDER BY ka RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS v FROM (${sessions})`;
  return asOf(base, lastOfEach(running), seen, finish(aggregate, `CASE WHEN b.t - s.ev <= ${pause} THEN s.v END`));
}

/** What a feature's values are. Throws when an aggregate needs numbers and the column has none. */
export function featureType(feature: FeatureSpec, bound: BoundTable | null): 'number' | 'as-source' {
  if (feature.kind === 'query') return 'number';
  if (feature.kind !== 'window') return 'as-source';
  if (feature.column === undefined && feature.aggregate !== 'count') {
    throw invalidInput('feature-column', `"${feature.name}" needs a column to take the ${feature.aggregate} of.`, {
      hint: 'Name the column, or count rows.',
    });
  }
  if (feature.column !== undefined && bound !== null && !['count', 'distinct'].includes(feature.aggregate)) {
    const { type } = columnOf(bound, feature.column);
    if (type !== 'number' && type !== 'integer' && type !== 'boolean') {
      throw invalidInput('feature-column', `"${feature.name}": the column "${feature.column}" holds no numbers.`, {
        hint: 'Count its values instead.',
        details: { column: feature.column },
      });
    }
  }
  return 'number';
}
