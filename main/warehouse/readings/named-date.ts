/**
 * Dates whose month is a word: 12 March 2024, Mar 12, 2024, 12-Mar-24, 2024-Mar-12, 1. März 2024, with an optional time.
 * The month's name says which number is which, so they have one reading only. English, German, French, Spanish, Italian,
 * Portuguese, Dutch, Polish, Swedish and Danish names, whole or cut to three or four letters.
 */
const fullNames = [
  'january february march april may june july august september october november december',
  'januar februar märz april mai juni juli august september oktober november dezember',
  'janvier février mars avril mai juin juillet août septembre octobre novembre décembre',
  'enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre',
  'gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre',
  'janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro',
  'januari februari maart april mei juni juli augustus september oktober november december',
  'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia',
  'januari februari mars april maj juni juli augusti september oktober november december',
].map((line) => line.split(' '));

const extra: Readonly<Record<string, number>> = {
  sept: 9,
  janv: 1,
  févr: 2,
  avr: 4,
  juil: 7,
  jänner: 1,
  mrz: 3,
  mrt: 3,
  set: 9,
};

/** Month number by lower-case name. */
export const months: ReadonlyMap<string, number> = (() => {
  const found = new Map<string, number>();
  const clash = new Set<string>();
  for (const names of fullNames) for (const [i, name] of names.entries()) found.set(name, i + 1);
  for (const names of fullNames) {
    for (const [i, name] of names.entries()) {
      const short = name.slice(0, 3);
      if (found.has(short) && found.get(short) !== i + 1) clash.add(short);
      else found.set(short, i + 1);
    }
  }
  for (const short of clash) found.delete(short);
  for (const [name, month] of Object.entries(extra)) found.set(name, month);
  return found;
})();

const named = 1 << 26;
const timeBit = 1 << 12;

const word = '([\\p{L}]{3,12})\\.?';
const time = '(?:[ T,]+(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:\\.\\d{1,6})?)?( ?[AaPp]\\.?[Mm]\\.?)?)?';
const dayFirst = new RegExp(
  `^(\\d{1,2})(?:st|nd|rd|th)?\\.?[ /-]?(?:de )?${word}[ ,/-]*(?:de )?(\\d{4}|\\d{2})${time}$`,
  'u',
);
const monthFirst = new RegExp(`^${word}[ /-]?(\\d{1,2})(?:st|nd|rd|th)?[ ,/-]+(\\d{4}|\\d{2})${time}$`, 'u');
const yearFirst = new RegExp(`^(\\d{4})[ /-]?${word}[ /-]?(\\d{1,2})${time}$`, 'u');

const lengths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function isDay(yearText: string, month: number, day: number): boolean {
  const short = Number(yearText);
  const year = yearText.length === 4 ? short : short < 69 ? 2000 + short : 1900 + short;
  if (day < 1 || day > lengths[month - 1] || year < 1) return false;
  return month !== 2 || day < 29 || (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
}

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Whether the cell can be such a date: digits and letters of about the right length. */
function worthTrying(bytes: Uint8Array, from: number, to: number): boolean {
  const length = to - from;
  if (length < 6 || length > 40) return false;
  const last = bytes[to - 1];
  if (!isDigit(last) && (last | 32) !== 109 && last !== 46) return false;
  let digits = 0;
  let letters = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (isDigit(byte)) digits++;
    else if ((byte | 32) >= 97) letters++;
    else if (byte !== 32 && (byte < 44 || byte > 47) && byte !== 58) return false;
  }
  return digits >= 3 && letters >= 3;
}

/** Bits of a date with a month's name; 0 when the text is none. */
export function classifyNamedDate(bytes: Uint8Array, from: number, to: number): number {
  if (!worthTrying(bytes, from, to)) return 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
  let match = dayFirst.exec(text);
  let parts = match === null ? null : { day: match[1], name: match[2], year: match[3] };
  if (match === null) {
    match = monthFirst.exec(text);
    if (match !== null) parts = { name: match[1], day: match[2], year: match[3] };
  }
  if (match === null) {
    match = yearFirst.exec(text);
    if (match !== null) parts = { year: match[1], name: match[2], day: match[3] };
  }
  if (match === null || parts === null) return 0;
  const month = months.get(parts.name.toLowerCase());
  if (month === undefined || !isDay(parts.year, month, Number(parts.day))) return 0;
  const [, , , , hour, minute, second, half] = match;
  if (hour === undefined) return named;
  if (Number(minute) > 59 || (second !== undefined && Number(second) > 59)) return 0;
  if (half === undefined ? Number(hour) > 23 : Number(hour) < 1 || Number(hour) > 12) return 0;
  return named | timeBit;
}
