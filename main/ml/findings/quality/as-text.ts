/**
 * Text columns that are numbers or dates throughout, in a way of writing that was not taken for one: numbers with a unit, dates
 * in a form of logs, columns whose words were set missing. Codes stay texts: digits alone, with zeros before them or with
 * letters before them. A date that could be read with day or month first is left to its reader.
 */
import { type DatePattern, datePattern, fitsPattern } from '../../../base/date-pattern.ts';
import type { Level } from './spellings.ts';
import type { RawFinding } from './types.ts';

const days = [
  'YYYY-MM-DD',
  'YYYY/MM/DD',
  'YYYY.MM.DD',
  'DD.MM.YYYY',
  'DD/MM/YYYY',
  'DD-MM-YYYY',
  'MM/DD/YYYY',
  'MM-DD-YYYY',
];
const named = ['DD MMM YYYY', 'DD-MMM-YYYY', 'DD MMMM YYYY', 'MMM DD, YYYY', 'MMMM DD, YYYY', 'DD-MMM-YY', 'DD.MM.YY'];
const clocks = ['', ' hh:mm', ' hh:mm:ss', 'Thh:mm:ss', 'Thh:mm:ssZ', ' hh:mm:ss Z', ', hh:mm', ' h:mm a'];
const others = [
  'DD/MMM/YYYY:hh:mm:ss',
  'DD/MMM/YYYY:hh:mm:ss Z',
  'hh:mm DD.MM.YYYY',
  'hh:mm DD/MM/YYYY',
  'YYYYMMDDThhmmss',
  'YYYYMMDD hh:mm',
  'MMM YYYY',
  'MMMM YYYY',
  'MM/YYYY',
  'MM.YYYY',
  'YYYY-MM',
];

const candidates: readonly { readonly format: string; readonly pattern: DatePattern }[] = [
  ...[...days, ...named].flatMap((day) => clocks.map((clock) => `${day}${clock}`)),
  ...others,
].flatMap((format) => {
  const pattern = datePattern(format);
  return pattern === null ? [] : [{ format, pattern }];
});

const number = /^[-+−(]?\s?[€$£¥]?\s?(?:\d+|\d{1,3}(?:[,'’ .]\d{3})+)(?:[.,]\d+)?(?:[eE][-+]?\d+)?\)?(.*)$/;
const unitWord = /^\s?(?:%|[A-Za-zµ°²³/]{1,10})$/;
const comma = /,\d{1,2}(?!\d)/;

const quoted = (levels: readonly Level[]): string =>
  levels
    .slice(0, 2)
    .map(({ text }) => `"${text}"`)
    .join(', ');

/** Null for a column that is text, or holds too little to tell. */
export function asTextFinding(name: string, levels: readonly Level[]): RawFinding | null {
  const texts = levels.map(({ text }) => text.trim());
  if (levels.length < 8) return null;
  return dateFinding(name, levels, texts) ?? numberFinding(name, levels, texts);
}

function dateFinding(name: string, levels: readonly Level[], texts: readonly string[]): RawFinding | null {
  const fitting = candidates.filter(({ pattern }) => texts.every((text) => fitsPattern(pattern, text)));
  const [first] = fitting;
  if (first === undefined) return null;
  const order = ({ format }: { readonly format: string }): string =>
    format.replace(/[^YMD]/g, '').replace(/(.)\1+/g, '$1');
  if (fitting.some((each) => order(each) !== order(first))) return null;
  const { format, pattern } = first;
  return {
    kind: 'date-as-text',
    column: name,
    severity: 'info',
    message: `Text, but {count} read as ${pattern.timed ? 'times' : 'dates'} written ${format}, such as ${quoted(levels)}.`,
    rows: { kind: 'written', column: name, format },
    count: null,
    examples: texts.slice(0, 6),
    fix: {
      text: `Read as ${pattern.timed ? 'times' : 'dates'} written ${format}`,
      steps: [
        {
          kind: 'convert',
          column: name,
          type: pattern.timed ? 'datetime' : 'date',
          decimal: '.',
          dateOrder: 'ymd',
          format,
        },
      ],
    },
  };
}

function numberFinding(name: string, levels: readonly Level[], texts: readonly string[]): RawFinding | null {
  const rests = new Set<string>();
  for (const text of texts) {
    const rest = number.exec(text)?.[1];
    if (rest === undefined || /^[-+−(]?\s?0\d/.test(text)) return null;
    rests.add(rest.trim());
  }
  const [unit = ''] = rests;
  if (rests.size > 1 || (unit !== '' && !unitWord.test(unit))) return null;
  // Whole numbers alone may well be codes; a fraction, a sign of currency or grouping says that they are amounts
  const amounts = texts.filter((text) => /[€$£¥%]|\d[.,'’ ]\d/.test(text)).length;
  if (unit === '' && amounts < 0.2 * texts.length) return null;
  const decimal = texts.filter((text) => comma.test(text)).length > 0.05 * texts.length ? ',' : '.';
  const known = unit === '' || unit === '%';
  return {
    kind: 'number-as-text',
    column: name,
    severity: 'info',
    message: `Text, but {count} read as numbers, such as ${quoted(levels)}.`,
    rows: { kind: 'reads-as-number', column: name, decimal, unit: known ? null : unit },
    count: null,
    examples: texts.slice(0, 6),
    fix: {
      text: known ? 'Read as numbers' : `Read as numbers without "${unit}"`,
      steps: [
        {
          kind: 'convert',
          column: name,
          type: 'number',
          decimal,
          dateOrder: 'ymd',
          ...(known ? {} : { unit }),
        },
      ],
    },
  };
}
