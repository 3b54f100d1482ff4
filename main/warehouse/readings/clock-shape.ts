/**
 * Times of day and durations, which a column may be read as on request, in seconds: 18:30, 18:30:05.5, 6:30 pm, 18.30.05,
 * 102:15:00, 1h 30m, 90 s, PT1H30M, P1DT2H. The form goes into bits 16–17: 0 colons, 1 points, 2 units.
 */
const clock = 1 << 27;

const colons = /^(\d{1,3}):[0-5]\d(?::[0-5]\d(?:[.,]\d{1,6})?)?( ?[AaPp]\.?[Mm]\.?)?$/;
const points = /^([01]?\d|2[0-3])\.[0-5]\d\.[0-5]\d$/;
const spans = /^P?(?=[\dT])(?:\d+ ?[dD])? ?T?(?:\d+ ?[hH])? ?(?:\d+ ?(?:min|m|M))? ?(?:\d+(?:\.\d+)? ?[sS])?$/;

const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57;

/** Bits of a time or duration; 0 when the text is none. */
export function classifyClock(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length < 2 || length > 24) return 0;
  const first = bytes[from];
  if (!isDigit(first) && first !== 80) return 0;
  const last = bytes[to - 1];
  if (!isDigit(last) && last !== 46 && (last | 32) < 97) return 0;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset + from, length).toString('latin1');
  const match = colons.exec(text);
  if (match !== null) {
    const hour = Number(match[1]);
    return match[2] !== undefined && (hour < 1 || hour > 12) ? 0 : clock;
  }
  if (points.test(text)) return clock | (1 << 16);
  return /[dhmsDHMSn]$/.test(text) && /\d/.test(text) && spans.test(text) ? clock | (2 << 16) : 0;
}

/** SQL for the seconds in the VARCHAR expression `text`, which holds a time or duration of the forms in `forms` (bit per form). */
export function secondsExpression(text: string, forms: number): string {
  const number = (pattern: string): string =>
    `coalesce(TRY_CAST(nullif(regexp_extract(${text}, '${pattern}', 1), '') AS DOUBLE), 0)`;
  const parts = `string_split_regex(regexp_replace(replace(${text}, ',', '.'), '[^0-9:.]', '', 'g'), ':')`;
  const hour = `TRY_CAST(${parts}[1] AS DOUBLE)`;
  const half = `CASE WHEN regexp_matches(${text}, '[Pp]\\.?[Mm]') THEN ${hour} % 12 + 12 WHEN regexp_matches(${text}, '[Aa]\\.?[Mm]') THEN ${hour} % 12 ELSE ${hour} END`;
  const bySigns = `(${half}) * 3600 + TRY_CAST(${parts}[2] AS DOUBLE) * 60 + coalesce(TRY_CAST(rtrim(${parts}[3], '.') AS DOUBLE), 0)`;
  const byPoints = `TRY_CAST(string_split(${text}, '.')[1] AS DOUBLE) * 3600 + TRY_CAST(string_split(${text}, '.')[2] AS DOUBLE) * 60 + TRY_CAST(string_split(${text}, '.')[3] AS DOUBLE)`;
  const byUnits = `CASE WHEN regexp_matches(${text}, '[0-9]') THEN ${number('([0-9]+) ?[dD]')} * 86400 + ${number('([0-9]+) ?[hH]')} * 3600 + ${number('([0-9]+) ?(?:min|m|M)')} * 60 + ${number('([0-9.]+) ?[sS]')} END`;
  const cases: string[] = [];
  if ((forms & 1) !== 0) cases.push(`WHEN contains(${text}, ':') THEN ${bySigns}`);
  if ((forms & 4) !== 0) cases.push(`WHEN regexp_matches(${text}, '[A-Za-z]') THEN ${byUnits}`);
  if ((forms & 2) !== 0) cases.push(`WHEN contains(${text}, '.') THEN ${byPoints}`);
  return `CASE ${cases.join(' ')} END`;
}

/** Form of a clock signature, as its bit in `forms`. */
export const clockForm = (signature: number): number => 1 << ((signature >> 16) & 3);
