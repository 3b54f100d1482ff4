/** Findings counted over all rows of a version, each with the numbers of example rows. */
import type { RawFinding, RowCondition } from '../../ml/findings/quality/types.ts';
import { momentByFormat, momentFromText, numberFromText, strayBlanks, withoutUnit } from '../cleaning/convert.ts';
import { literal, type Session } from '../duck.ts';
import { columnIndex, numberedRelation } from '../relations.ts';
import type { Version } from '../types.ts';

/** A finding with its count and example rows, counted from 0. */
export type Confirmed = { readonly finding: RawFinding; readonly count: number; readonly rows: readonly number[] };

const exampleRows = 20;

const finiteNumber = (value: number): string => `(${String(value)}::DOUBLE)`;

/** SQL that is true in the rows of a condition; window functions are wrapped by the caller. */
function conditionSql(version: Version, condition: RowCondition): string {
  const at = (name: string): number => columnIndex(version, name);
  switch (condition.kind) {
    case 'values': {
      const index = at(condition.column);
      const { type } = version.columns[index];
      if (type === 'text')
        return `c${index} IN (${condition.values.map((value) => literal(String(value))).join(', ')})`;
      if (type === 'date' || type === 'datetime') {
        return `CAST(c${index} AS TIMESTAMP) IN (${condition.values.map((value) => `CAST(${literal(String(value))} AS TIMESTAMP)`).join(', ')})`;
      }
      return `CAST(c${index} AS DOUBLE) IN (${condition.values.map((value) => finiteNumber(Number(value))).join(', ')})`;
    }
    case 'outside': {
      const value = `c${at(condition.column)}`;
      const parts = [
        ...(condition.low === null ? [] : [`${value} < ${finiteNumber(condition.low)}`]),
        ...(condition.high === null ? [] : [`${value} > ${finiteNumber(condition.high)}`]),
      ];
      return `(isfinite(CAST(${value} AS DOUBLE)) AND (${parts.join(' OR ')}))`;
    }
    case 'infinite':
      return `isinf(CAST(c${at(condition.column)} AS DOUBLE))`;
    case 'stray-blanks': {
      const value = `c${at(condition.column)}`;
      return `${value} <> trim(regexp_replace(${value}, '${strayBlanks}+', ' ', 'g'))`;
    }
    case 'not-a-number': {
      const value = `c${at(condition.column)}`;
      return `(${value} IS NOT NULL AND ${numberFromText(value, condition.decimal)} IS NULL)`;
    }
    case 'not-a-date': {
      const value = `c${at(condition.column)}`;
      return `(${value} IS NOT NULL AND ${momentFromText(value, condition.order)} IS NULL)`;
    }
    case 'reads-as-number':
      return `${numberFromText(withoutUnit(`c${at(condition.column)}`, condition.unit ?? undefined), condition.decimal)} IS NOT NULL`;
    case 'written':
      return `${momentByFormat(`c${at(condition.column)}`, condition.format)} IS NOT NULL`;
    case 'after':
      return `CAST(c${at(condition.column)} AS TIMESTAMP) > make_timestamp(${Math.round(condition.timeUs)})`;
    case 'repeated': {
      const keys = condition.columns.map((name) => `c${at(name)}`);
      const known = keys.map((key) => `${key} IS NOT NULL`).join(' AND ');
      return `(${condition.columns.length === version.columns.length ? 'true' : known} AND row_number() OVER (PARTITION BY ${keys.join(', ')} ORDER BY "row") > 1)`;
    }
    case 'rows':
      return `("row" >= ${condition.from} AND "row" < ${condition.to})`;
    case 'before-gap': {
      const value = `epoch_us(CAST(c${at(condition.column)} AS TIMESTAMP))`;
      return `(lead(${value}) OVER (ORDER BY ${value} NULLS LAST) - ${value} > ${Math.round(condition.stepUs)})`;
    }
    case 'differ': {
      const [a, b] = condition.columns.map(at);
      return `c${a} IS DISTINCT FROM c${b}`;
    }
  }
}

/** Findings of a table-wide kind: repeated rows. */
export function repeatedRows(version: Version): RawFinding {
  return {
    kind: 'duplicate-rows',
    column: null,
    severity: 'info',
    message: '{count} repeat another row in every column; training keeps equal rows in one fold.',
    rows: { kind: 'repeated', columns: version.columns.map(({ name }) => name) },
    count: null,
    examples: [],
    fix: { text: 'Keep the first of each', steps: [{ kind: 'drop-duplicates', columns: [] }] },
  };
}

/** Positions of the columns a condition looks at. */
function columnsOf(version: Version, condition: RowCondition): readonly number[] {
  if (condition.kind === 'rows') return [];
  const names = 'columns' in condition ? condition.columns : [condition.column];
  return names.map((name) => columnIndex(version, name));
}

/** Whether a condition compares a row with others: such ones order all rows and have a query of their own. */
const looksAround = ({ kind }: RowCondition): boolean => kind === 'repeated' || kind === 'before-gap';

const conditionsAtOnce = 24;

/** Conditions in the groups that one pass over the rows answers; positions in the list given. */
function passes(conditions: readonly (RowCondition | null)[]): readonly (readonly number[])[] {
  const alone: number[][] = [];
  const together: number[] = [];
  for (const [i, condition] of conditions.entries()) {
    if (condition === null) continue;
    if (looksAround(condition)) alone.push([i]);
    else together.push(i);
  }
  for (let first = 0; first < together.length; first += conditionsAtOnce)
    alone.push(together.slice(first, first + conditionsAtOnce));
  return alone;
}

type Counted = { readonly count: number; readonly rows: readonly number[] };

/** How many rows each condition holds in, and the first of them. */
async function countConditions(
  session: Session,
  workspaceDir: string,
  version: Version,
  conditions: readonly (RowCondition | null)[],
): Promise<readonly Counted[]> {
  const counted = conditions.map((): Counted => ({ count: version.rows, rows: [] }));
  for (const pass of passes(conditions)) {
    const wanted = pass.flatMap((i) => {
      const condition = conditions[i];
      return condition === null ? [] : [{ i, condition }];
    });
    const columns = new Set(wanted.flatMap(({ condition }) => columnsOf(version, condition)));
    const relation = numberedRelation(workspaceDir, version, [...columns]);
    const found = wanted.map(({ i, condition }) => `${conditionSql(version, condition)} AS f${i}`);
    const results = pass.map((i) => `count_if(f${i}), list_sort(min("row", ${exampleRows}) FILTER (WHERE f${i}))`);
    const [row] = await session.rows(
      `SELECT ${results.join(', ')} FROM (SELECT "row", ${found.join(', ')} FROM ${relation})`,
    );
    for (const [k, i] of pass.entries()) {
      const list: unknown = row[2 * k + 1];
      const numbers: unknown = typeof list === 'object' && list !== null && 'items' in list ? list.items : [];
      counted[i] = { count: Number(row[2 * k]), rows: Array.isArray(numbers) ? numbers.map(Number) : [] };
    }
  }
  return counted;
}

/** Counts each finding over the columns it names; those that no row bears out are left out. */
export async function confirmFindings(
  session: Session,
  workspaceDir: string,
  version: Version,
  findings: readonly RawFinding[],
): Promise<readonly Confirmed[]> {
  const conditions = findings.map((finding) => finding.rows);
  const counted = await countConditions(session, workspaceDir, version, conditions);
  return findings.flatMap((finding, i): Confirmed[] => {
    const { count, rows } = counted[i];
    if (finding.rows === null) return [{ finding, count: finding.count ?? version.rows, rows: [] }];
    if (finding.rows.kind === 'differ') return [{ finding, count: version.rows - count, rows }];
    return count === 0 ? [] : [{ finding, count: finding.count ?? count, rows }];
  });
}
