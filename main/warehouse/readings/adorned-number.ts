import { classifyNumber } from './number-shape.ts';

/**
 * Numbers written with something around them: a percent sign, a currency as symbol or code before or behind, brackets for
 * a negative as accountants write it, a minus behind the digits, the typographic minus. The unit's index goes into bits
 * 16–20 of the signature; the value is that of the digits (12 % is 12), the unit is told with the column.
 */
export const units = [
  '',
  '%',
  '‰',
  '$',
  '€',
  '£',
  '¥',
  '₹',
  'CHF',
  '₽',
  '₩',
  '₺',
  'zł',
  'Kč',
  'kr',
  'R$',
  'CA$',
  'A$',
  'Ft',
  '₪',
] as const;

const spellings: Readonly<Record<string, string>> = {
  USD: '$',
  US$: '$',
  EUR: '€',
  GBP: '£',
  JPY: '¥',
  CNY: '¥',
  INR: '₹',
  Rs: '₹',
  'Rs.': '₹',
  'Fr.': 'CHF',
  RUB: '₽',
  KRW: '₩',
  TRY: '₺',
  PLN: 'zł',
  CZK: 'Kč',
  SEK: 'kr',
  NOK: 'kr',
  DKK: 'kr',
  BRL: 'R$',
  CAD: 'CA$',
  C$: 'CA$',
  AUD: 'A$',
  HUF: 'Ft',
  ILS: '₪',
};

const indexOf = new Map<string, number>(units.map((unit, i) => [unit as string, i]));
for (const [spelling, unit] of Object.entries(spellings)) indexOf.set(spelling, indexOf.get(unit) ?? 0);

const symbols = [...indexOf.keys()]
  .filter((key) => key !== '')
  .sort((a, b) => b.length - a.length)
  .map((key) => key.replace(/[.$]/g, '\\$&'))
  .join('|');
const space = '[ \\u00a0\\u2009\\u202f]?';
const pattern = new RegExp(
  `^(\\()?([-+\\u2212])?${space}(${symbols})?${space}([-+\\u2212])?` +
    `((?:[0-9]|[.,](?=[0-9]))(?:[0-9.,'\\u2019 \\u00a0\\u2009\\u202f]*[0-9.,])?)${space}(${symbols})?([-\\u2212])?(\\))?$`,
);

/** Number bits without the plain-integer bit, with the unit in bits 16–20; 0 when the text is no such number. */
const plainInteger = 1;
const codeBit = 1 << 14;
const adorned = 1 << 25;
const encoder = new TextEncoder();

const longest = 32;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Whether the text can be one: cheap, and false for nearly every label. */
function worthTrying(bytes: Uint8Array, from: number, to: number): boolean {
  if (to - from > longest || to - from < 2) return false;
  const first = bytes[from];
  const last = bytes[to - 1];
  // ( $ + - and the first bytes of symbols, digits, or a code in capitals
  const opens =
    isDigit(first) || first === 40 || first === 36 || first === 43 || first === 45 || first === 0xe2 || first === 0xc2;
  const capital = first >= 65 && first <= 90 && !isDigit(bytes[from + 1]);
  if (!opens && !capital && first !== 107) return false; // k of kr
  if (isDigit(first)) {
    return last === 37 || last === 45 || last >= 0x80 || (last | 32) >= 97 || last === 36 || last === 46;
  }
  if (last !== 41 && last !== 37 && last !== 46 && last !== 45 && !isDigit(last) && last < 0x80 && first !== 45)
    return false;
  for (let i = from; i < to; i++) if (isDigit(bytes[i])) return true;
  return false;
}

/** Bits of an adorned number; 0 when the text is none, or is a number without anything around it. */
export function classifyAdorned(bytes: Uint8Array, from: number, to: number): number {
  if (!worthTrying(bytes, from, to)) return 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
  const match = pattern.exec(text);
  if (match === null) return 0;
  const [, open, sign, before, inner, core, after, trailing, close] = match;
  if ((open === undefined) !== (close === undefined)) return 0;
  const signs = [open, sign, inner, trailing].filter((mark) => mark !== undefined).length;
  if (signs > 1 || (before !== undefined && after !== undefined)) return 0;
  const bare = open === undefined && before === undefined && after === undefined && trailing === undefined;
  if (bare && sign !== '\u2212' && inner !== '\u2212') return 0;
  const digits = encoder.encode(core);
  const bits = classifyNumber(digits, 0, digits.length);
  if (bits === 0 || (bits & codeBit) !== 0) return 0;
  return (bits & ~plainInteger) | adorned | ((indexOf.get(before ?? after ?? '') ?? 0) << 16);
}

/** Unit of an adorned number's signature, '' for none. */
export const unitOf = (signature: number): string =>
  (signature & adorned) === 0 ? '' : (units[(signature >> 16) & 31] ?? '');
