/**
 * Texts that a spreadsheet would run. A text that begins with = + - @, tab or carriage return gets an apostrophe in front
 * when it is written as CSV, which makes it text there; one that begins with apostrophes before such a sign gets one more, so
 * that taking one away always gives the text back. Numbers written as text, and a lone + or -, run nothing and stay.
 */

/** How texts begin that are changed, unless the whole text is one of `harmlessNumber`; regular expressions, for SQL too. */
export const formulaStart = "^'*[=+\\-@\\t\\r]";
export const harmlessNumber = '[+-]?[0-9]+([.,][0-9]+)*%?|[+-]';

const startsFormula = new RegExp(formulaStart);
const isNumber = new RegExp(`^(?:${harmlessNumber})$`);

/** Whether the text is changed by `harmlessText`. */
export const isFormula = (text: string): boolean => startsFormula.test(text) && !isNumber.test(text);

/** The text as it may stand in CSV. */
export const harmlessText = (text: string): string => (isFormula(text) ? `'${text}` : text);
