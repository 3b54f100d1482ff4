/** Conversions of a column to another type, in SQL; what does not fit becomes NULL. */
import { type DatePattern, datePattern } from '../../base/date-pattern.ts';
import { invalidInput } from '../../base/errors.ts';
import type { CleaningStep } from '../../contract/cleaning.ts';
import { literal } from '../duck.ts';
import { textSql } from '../relations.ts';
import type { VersionColumn } from '../types.ts';

type Convert = Extract<CleaningStep, { kind: 'convert' }>;

/** Blank and invisible characters that stand around or within texts, as a character class. */
export const strayBlanks = '[\\s\\x{00A0}\\x{2000}-\\x{200B}\\x{202F}\\x{3000}\\x{FEFF}]';

const yesWords = ['true', 'yes', 'y', 't', '1', 'on', 'ja', 'oui', 'si'];
const noWords = ['false', 'no', 'n', 'f', '0', 'off', 'nein', 'non'];
const list = (words: readonly string[]): string => words.map(literal).join(', ');

const datePatterns: Readonly<Record<Convert['dateOrder'], readonly string[]>> = {
  ymd: ['%Y-%m-%d', '%Y/%m/%d', '%Y.%m.%d', '%Y%m%d'],
  dmy: ['%d.%m.%Y', '%d/%m/%Y', '%d-%m-%Y', '%d %B %Y', '%d %b %Y', '%d-%b-%Y'],
  mdy: ['%m/%d/%Y', '%m-%d-%Y', '%m.%d.%Y', '%B %d, %Y', '%b %d, %Y'],
};
const times = ['', ' %H:%M', ' %H:%M:%S', 'T%H:%M:%S', 'T%H:%M'];

/** SQL: the DOUBLE in a text with signs of currency, percent and grouping around it; accounting brackets are a minus. */
export function numberFromText(text: string, decimal: Convert['decimal']): string {
  const bare = `regexp_replace(${text}, '${strayBlanks}|[''’€$£¥%]', '', 'g')`;
  const digits = decimal === ',' ? `replace(replace(${bare}, '.', ''), ',', '.')` : `replace(${bare}, ',', '')`;
  const signed = `regexp_replace(${digits}, '^\\((.*)\\)$', '-\\1')`;
  const value = `TRY_CAST(nullif(${signed}, '') AS DOUBLE)`;
  return `(CASE WHEN isnan(${value}) THEN NULL ELSE ${value} END)`;
}

/** SQL: the TIMESTAMP in a text written in the given order of day, month and year, or as ISO. */
export function momentFromText(text: string, order: Convert['dateOrder']): string {
  const orders = order === 'ymd' ? datePatterns.ymd : [...datePatterns[order], ...datePatterns.ymd];
  const formats = orders.flatMap((date) => times.map((time) => `${date}${time}`));
  return `try_strptime(regexp_replace(${text}, '^${strayBlanks}+|${strayBlanks}+$', '', 'g'), [${formats.map(literal).join(', ')}])`;
}

/** SQL: the TIMESTAMP in a text written by a pattern; with an offset it is counted in UTC. Throws invalid-input. */
export function momentByFormat(text: string, format: string): string {
  const { source, strptime, zoned } = patternOf(format);
  const bare = `regexp_replace(${text}, '^${strayBlanks}+|${strayBlanks}+$', '', 'g')`;
  const written = zoned ? `regexp_replace(${bare}, 'Z$', '+00:00')` : bare;
  const moment = `try_strptime(${written}, ${literal(strptime)})`;
  const utc = zoned ? `timezone('UTC', ${moment})` : moment;
  return `(CASE WHEN regexp_full_match(${bare}, ${literal(source)}) THEN ${utc} END)`;
}

function patternOf(format: string): DatePattern {
  const pattern = datePattern(format);
  if (pattern !== null) return pattern;
  throw invalidInput('step-format', `"${format}" is no way to write a date.`, {
    hint: 'Write it like DD.MM.YYYY hh:mm:ss: YYYY or YY, MM, MMM or MMMM, DD, hh, mm, ss, SSS, a for AM and PM, Z for an offset; other letters in [brackets].',
    details: { format },
  });
}

/** SQL: a text without the unit around its number. */
export const withoutUnit = (text: string, unit: string | undefined): string =>
  unit === undefined ? text : `replace(${text}, ${literal(unit)}, '')`;

/** SQL for column `c<index>` in the wanted type. */
export function convertSql(column: Omit<VersionColumn, 'missing'>, index: number, step: Convert): string {
  const name = `c${index}`;
  const shown = textSql(column, index);
  const isText = column.type === 'text';
  switch (step.type) {
    case 'text':
      return shown;
    case 'number':
      if (isText) return numberFromText(withoutUnit(name, step.unit), step.decimal);
      return column.type === 'integer' || column.type === 'boolean'
        ? `CAST(${name} AS DOUBLE)`
        : `epoch(CAST(${name} AS TIMESTAMP))`;
    case 'integer': {
      const number = isText
        ? numberFromText(withoutUnit(name, step.unit), step.decimal)
        : column.type === 'number'
          ? name
          : null;
      if (number === null)
        return column.type === 'boolean' ? `CAST(${name} AS BIGINT)` : `epoch_ms(CAST(${name} AS TIMESTAMP))`;
      return `(CASE WHEN ${number} = floor(${number}) THEN TRY_CAST(${number} AS BIGINT) END)`;
    }
    case 'boolean': {
      const word = `lower(trim(${isText ? name : `regexp_replace(${shown}, '\\.0$', '')`}))`;
      return `(CASE WHEN ${word} IN (${list(yesWords)}) THEN true WHEN ${word} IN (${list(noWords)}) THEN false END)`;
    }
    case 'date':
    case 'datetime': {
      const target = step.type === 'date' ? 'DATE' : 'TIMESTAMP';
      if (column.type === 'date' || column.type === 'datetime') return `CAST(${name} AS ${target})`;
      const text = isText ? name : `regexp_replace(${shown}, '\\.0$', '')`;
      const moment =
        step.format === undefined ? momentFromText(text, step.dateOrder) : momentByFormat(text, step.format);
      return `CAST(${moment} AS ${target})`;
    }
  }
}
