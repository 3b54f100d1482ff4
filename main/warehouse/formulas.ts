/** The rules of main/base/formula-text.ts as SQL. */
import { formulaStart, harmlessNumber } from '../base/formula-text.ts';

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SQL for whether a text expression is changed. */
export const isFormulaSql = (value: string): string =>
  `(regexp_matches(${value}, ${sqlText(formulaStart)}) AND NOT regexp_full_match(${value}, ${sqlText(harmlessNumber)}))`;

/** SQL for a text expression as it may stand in CSV. */
export const harmlessSql = (value: string): string =>
  `CASE WHEN ${isFormulaSql(value)} THEN '''' || ${value} ELSE ${value} END`;

/** SQL for the text that `harmlessText` was given. */
export const exactSql = (value: string): string =>
  `CASE WHEN regexp_matches(${value}, ${sqlText("^'+[=+\\-@\\t\\r]")}) THEN substr(${value}, 2) ELSE ${value} END`;
