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

/** Counts each finding; one query a finding, over the columns it names alone. */
export async function confirmFindings(
  session: Session,
  workspaceDir: string,
  version: Version,
  findings: readonly RawFinding[],
): Promise<readonly Confirmed[]> {
  const relation = numberedRelation(workspaceDir, version);
  const confirmed: Confirmed[] = [];
  for (const finding of findings) {
    if (finding.rows === null) {
      confirmed.push({ finding, count: finding.count ?? version.rows, rows: [] });
      continue;
    }
    const source = `(SELECT "row", ${conditionSql(version, finding.rows)} AS found FROM ${relation})`;
    const [[count, rows]] = await session.rows(
      `SELECT count(*), list_sort(min("row", ${exampleRows})) FROM ${source} WHERE found`,
    );
    const numbers: unknown = typeof rows === 'object' && rows !== null && 'items' in rows ? rows.items : [];
    const isCopy = finding.rows.kind === 'differ';
    if (Number(count) === 0 && !isCopy) continue;
    confirmed.push({
      finding,
      count: isCopy ? version.rows - Number(count) : (finding.count ?? Number(count)),
      rows: Array.isArray(numbers) ? numbers.map(Number) : [],
    });
  }
  return confirmed;
}
