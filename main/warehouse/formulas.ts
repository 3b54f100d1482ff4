/**
 * Texts that a spreadsheet would run. A text that begins with = + - @, tab or carriage return gets an apostrophe in front
 * when it is written as CSV, which makes it text there; one that begins with apostrophes before such a sign gets one more, so
 * that taking one away always gives the text back. Numbers written as text, and a lone + or -, run nothing and stay.
 */
const start = "^'*[=+\\-@\\t\\r]";
const number = '[+-]?[0-9]+([.,][0-9]+)*%?|[+-]';

const startsFormula = new RegExp(start);
const isNumber = new RegExp(`^(?:${number})$`);

/** Whether the text is changed by `harmlessText`. */
export const isFormula = (text: string): boolean => startsFormula.test(text) && !isNumber.test(text);

/** The text as it may stand in CSV. */
export const harmlessText = (text: string): string => (isFormula(text) ? `'${text}` : text);

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** SQL for whether a text expression is changed. */
export const isFormulaSql = (value: string): string =>
  `(regexp_matches(${value}, ${sqlText(start)}) AND NOT regexp_full_match(${value}, ${sqlText(number)}))`;

/** SQL for a text expression as it may stand in CSV. */
export const harmlessSql = (value: string): string =>
  `CASE WHEN ${isFormulaSql(value)} THEN '''' || ${value} ELSE ${value} END`;

/** SQL for the text that `harmlessText` was given. */
export const exactSql = (value: string): string =>
  `CASE WHEN regexp_matches(${value}, ${sqlText("^'+[=+\\-@\\t\\r]")}) THEN substr(${value}, 2) ELSE ${value} END`;
