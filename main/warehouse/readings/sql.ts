import { literal } from '../duck.ts';
import { clockForm, secondsExpression } from './clock-shape.ts';
import { dateShapeOf } from './date-shape.ts';
import type { ColumnDecision } from './decide.ts';
import { reads } from './fit.ts';
import { months } from './named-date.ts';
import { bit, wordOf } from './signature.ts';
import { isMissingWord, mixedTexts, mixedWords, words } from './words.ts';

/**
 * The conversion of a text column to its type, in SQL. Evidence over all rows says exactly which shapes occur, so the
 * expression handles those and nothing more; the number of values that come out is checked against the evidence after
 * every part.
 */
const blanks = `' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13)`;
const groupMarks = `' ''' || chr(160) || chr(8201) || chr(8217) || chr(8239)`;

function dateFormats(decision: ColumnDecision): string[] {
  const formats = new Set<string>();
  const order = decision.reading.slice('date-'.length);
  const wanted = decision.reading === 'date-ymd' ? bit.ymd : decision.reading === 'date-dmy' ? bit.dmy : bit.mdy;
  for (const { signature } of decision.evidence) {
    if ((signature & bit.word) !== 0 || (signature & wanted) === 0) continue;
    const { separator, shortYear, time, tee, meridiem } = dateShapeOf(signature);
    const year = shortYear ? '%y' : '%Y';
    const parts = order === 'ymd' ? [year, '%m', '%d'] : order === 'dmy' ? ['%d', '%m', year] : ['%m', '%d', year];
    let format = parts.join(separator);
    if (time !== 'none') {
      format += `${tee ? 'T' : ' '}${meridiem ? '%I' : '%H'}:%M`;
      if (time !== 'minutes') format += ':%S';
      if (time === 'fraction') format += '.%f';
      if (meridiem) format += ' %p';
    }
    formats.add(format);
  }
  // A year of four digits would take two: 24 for the year 24
  return [...formats].sort((a, b) => Number(b.includes('%y')) - Number(a.includes('%y')));
}

/** Whether all dates are ISO's own, which a cast reads several times faster than a format does. */
const isIso = (decision: ColumnDecision): boolean =>
  decision.reading === 'date-ymd' &&
  (decision.readSignatures & (bit.zoned | bit.ymd)) === bit.ymd &&
  decision.evidence.every(({ signature }) => {
    if ((signature & bit.word) !== 0 || (signature & bit.ymd) === 0) return true;
    const { separator, tee, meridiem } = dateShapeOf(signature);
    return separator === '-' && !tee && !meridiem;
  });

function dateExpression(text: string, decision: ColumnDecision): string {
  if (isIso(decision)) return `TRY_CAST(${text} AS ${decision.type === 'date' ? 'DATE' : 'TIMESTAMP'})`;
  const formats = dateFormats(decision);
  if (formats.length === 0) return 'CAST(NULL AS TIMESTAMP)';
  const list = formats.length === 1 ? literal(formats[0]) : `[${formats.map(literal).join(', ')}]`;
  const timed = (decision.readSignatures & bit.time) !== 0;
  const local = (moment: string): string => `try_strptime(${timed ? `replace(${moment}, 't', 'T')` : moment}, ${list})`;
  if ((decision.readSignatures & bit.zoned) === 0) return local(text);
  // A time with a zone is counted in UTC; one without is taken for UTC
  const zone = `regexp_extract(${text}, ':[0-9.]+( ?(?:[Zz]|UTC|GMT|[+-][0-9:]+))$', 1)`;
  const minutes =
    `CASE WHEN NOT regexp_matches(${zone}, '[0-9]') THEN 0 ELSE CAST(ltrim(${zone})[1:3] AS BIGINT) * 60 + ` +
    `CASE WHEN length(ltrim(${zone})) > 3 THEN CAST(ltrim(${zone})[1:1] || right(${zone}, 2) AS BIGINT) ELSE 0 END END`;
  return `(${local(`${text}[1:length(${text}) - length(${zone})]`)} - to_minutes(${minutes}))`;
}

/** Day, month and year of a date with a month's name, put in order and read as one text. */
function namedDateExpression(text: string, timed: boolean): string {
  const names = [...months].map(([name, month]) => `${literal(name)}: '${month}'`).join(', ');
  const word = `lower(regexp_extract(regexp_replace(${text}, '(?i)^([0-9]+)(st|nd|rd|th)', '\\1'), '(?:^|[ 0-9./-])(?:de )?([^0-9 ,./:-]{3,})', 1))`;
  const number = (i: number): string => `regexp_extract_all(${text}, '[0-9]+')[${i}]`;
  const yearFirst = `length(${number(1)}) = 4`;
  const day = `CASE WHEN ${yearFirst} THEN ${number(2)} ELSE ${number(1)} END`;
  const year = `CASE WHEN ${yearFirst} THEN ${number(1)} ELSE ${number(2)} END`;
  const full = `CASE WHEN length(${year}) = 2 THEN (CASE WHEN ${year} < '69' THEN '20' ELSE '19' END) || (${year}) ELSE (${year}) END`;
  const date = `(${full}) || '-' || MAP {${names}}[${word}] || '-' || (${day})`;
  if (!timed) return `try_strptime(${date}, '%Y-%m-%d')`;
  const clock = `upper(replace(replace(regexp_extract(${text}, '[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\\.[0-9]+)?)?(?: ?[AaPp]\\.?[Mm]\\.?)?'), '. ', ' '), ' ', ''))`;
  const formats = ['%H:%M', '%H:%M:%S', '%H:%M:%S.%f', '%I:%M%p', '%I:%M:%S%p'].map((form) => `'%Y-%m-%d ${form}'`);
  return `try_strptime(${date} || ' ' || CASE WHEN ${clock} = '' THEN '00:00' ELSE regexp_replace(${clock}, '\\.?([AP])\\.?M\\.?$', '\\1M') END, [${formats.join(', ')}])`;
}

function numberExpression(text: string, decision: ColumnDecision, target: string): string {
  const seen = decision.readSignatures;
  let digits = text;
  if (decision.reading === 'number-comma') {
    if ((seen & bit.commaGrouped) !== 0) digits = `translate(${digits}, '.' || ${groupMarks}, '')`;
    digits = `replace(${digits}, ',', '.')`;
  } else if ((seen & bit.pointGrouped) !== 0) digits = `translate(${digits}, ',' || ${groupMarks}, '')`;
  const plain = `TRY_CAST(${digits} AS ${target})`;
  if ((seen & bit.adorned) === 0) return plain;
  const bare = `regexp_replace(${text}, '[^0-9.,]', '', 'g')`;
  const figure =
    decision.reading === 'number-comma'
      ? `replace(regexp_replace(replace(${bare}, '.', ''), ',$', ''), ',', '.')`
      : `replace(${bare}, ',', '')`;
  const minus = `CASE WHEN regexp_matches(${text}, '^[^0-9]*[(\\x{2212}-]|[\\x{2212}-]$') THEN '-' ELSE '' END`;
  return `CASE WHEN regexp_full_match(${text}, '[-+]?[0-9][-+0-9.,eE]*[0-9]|[0-9]') THEN ${plain} ELSE TRY_CAST(${minus} || rtrim(${figure}, '.') AS ${target}) END`;
}

/** SQL for the typed value of the VARCHAR column `column` (already quoted); NULL where it is missing. Unreadable cells must have been emptied before. */
export function typedExpression(column: string, decision: ColumnDecision): string {
  if (decision.reading === 'text') {
    const blankWithSpace = decision.evidence.some(
      ({ signature }) => (signature & bit.blank) !== 0 && (signature & bit.padded) !== 0,
    );
    return blankWithSpace
      ? `CASE WHEN trim(${column}, ${blanks}) = '' THEN NULL ELSE ${column} END`
      : `nullif(${column}, '')`;
  }
  const text = (decision.readSignatures & bit.padded) !== 0 ? `trim(${column}, ${blanks})` : column;
  if (decision.reading === 'boolean') {
    if (decision.pair >= mixedWords) {
      const list = (truth: boolean): string => [...mixedTexts(truth), truth ? '1' : '0'].map(literal).join(', ');
      return `CASE WHEN ${text} IN (${list(true)}) THEN true WHEN ${text} IN (${list(false)}) THEN false END`;
    }
    const [no, yes] = decision.words ?? ['false', 'true'];
    return `CASE ${text} WHEN ${literal(yes)} THEN true WHEN ${literal(no)} THEN false END`;
  }
  if (decision.reading === 'seconds') {
    const forms = decision.evidence.reduce(
      (all, { signature }) => (reads(signature, 'seconds', -1) ? all | clockForm(signature) : all),
      0,
    );
    return forms === 0 ? 'CAST(NULL AS DOUBLE)' : secondsExpression(text, forms);
  }
  if (decision.reading === 'epoch-seconds') return `epoch_ms(TRY_CAST(${text} AS BIGINT) * 1000)`;
  if (decision.reading === 'epoch-millis') return `epoch_ms(TRY_CAST(${text} AS BIGINT))`;
  if (decision.reading === 'date-compact') return `CAST(try_strptime(${text}, '%Y%m%d') AS DATE)`;
  if (decision.reading === 'date-named') {
    return `CAST(${namedDateExpression(text, (decision.readSignatures & bit.time) !== 0)} AS ${decision.type === 'date' ? 'DATE' : 'TIMESTAMP'})`;
  }
  if (decision.reading.startsWith('date')) {
    const moment = dateExpression(text, decision);
    return `CAST(${moment} AS ${decision.type === 'date' ? 'DATE' : 'TIMESTAMP'})`;
  }
  const target = decision.type === 'integer' ? 'BIGINT' : 'DOUBLE';
  const plain = numberExpression(text, decision, target);
  // The cast reads the missing words nan and -nan as a number
  const nanWords = new Set<string>();
  for (const { signature } of decision.evidence) {
    const id = wordOf(signature);
    if (isMissingWord(id) && /nan/i.test(words[id].text)) nanWords.add(words[id].text);
  }
  if (nanWords.size === 0 || target === 'BIGINT') return plain;
  return `CASE WHEN trim(${column}, ${blanks}) IN (${[...nanWords].map(literal).join(', ')}) THEN NULL ELSE ${plain} END`;
}
