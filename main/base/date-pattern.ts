/**
 * Patterns of dates and times as people write them: YYYY-MM-DD, DD.MM.YYYY hh:mm, MMM D, YYYY. Letters are tokens, everything
 * else stands for itself; T and text in [brackets] too. A pattern is a regular expression (so that a year of two digits is
 * never taken for one of four) and a format of strptime.
 */

type Token = { readonly shape: string; readonly fixed?: string; readonly strptime: string; readonly most?: number };

const tokens: Readonly<Record<string, Token>> = {
  YYYY: { shape: '[0-9]{4}', strptime: '%Y' },
  YY: { shape: '[0-9]{2}', strptime: '%y' },
  MMMM: { shape: '[A-Za-z]{3,9}', strptime: '%B' },
  MMM: { shape: '[A-Za-z]{3}', strptime: '%b' },
  MM: { shape: '[0-9]{1,2}', fixed: '[0-9]{2}', strptime: '%m', most: 12 },
  M: { shape: '[0-9]{1,2}', fixed: '[0-9]{2}', strptime: '%m', most: 12 },
  DD: { shape: '[0-9]{1,2}', fixed: '[0-9]{2}', strptime: '%d', most: 31 },
  D: { shape: '[0-9]{1,2}', fixed: '[0-9]{2}', strptime: '%d', most: 31 },
  hh: { shape: '[0-9]{1,2}', fixed: '[0-9]{2}', strptime: '%H', most: 23 },
  h: { shape: '[0-9]{1,2}', fixed: '[0-9]{2}', strptime: '%H', most: 23 },
  mm: { shape: '[0-9]{2}', strptime: '%M', most: 59 },
  ss: { shape: '[0-9]{2}', strptime: '%S', most: 59 },
  SSS: { shape: '[0-9]{1,6}', strptime: '%f' },
  a: { shape: '[AaPp][Mm]', strptime: '%p' },
  Z: { shape: '(?:Z|[+-][0-9]{2}:?[0-9]{2})', strptime: '%z' },
};

export type DatePattern = {
  /** A regular expression without anchors; it means the same in JavaScript and in RE2. */
  readonly source: string;
  readonly strptime: string;
  readonly timed: boolean;
  readonly zoned: boolean;
  /** Highest number of each group of `source`; 0 where any will do. */
  readonly most: readonly number[];
};

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Null when it holds a letter that means nothing, or names no year and month. */
export function datePattern(pattern: string): DatePattern | null {
  const parts = pattern.match(/\[[^\]]*\]|YYYY|YY|MMMM|MMM|MM|M|DD|D|hh|h|mm|ss|SSS|a|Z|./gsu) ?? [];
  const seen = new Set(parts);
  const has = (...names: readonly string[]): boolean => names.some((name) => seen.has(name));
  if (!has('YYYY', 'YY') || !has('MMMM', 'MMM', 'MM', 'M')) return null;
  const twelve = has('a');
  const isDigits = (part: string | undefined): boolean =>
    part !== undefined && tokens[part]?.shape.startsWith('[0-9]') === true;
  let source = '';
  let strptime = '';
  const most: number[] = [];
  for (const [i, part] of parts.entries()) {
    const token = tokens[part];
    if (token === undefined) {
      if (/^[A-Za-z]$/.test(part) && part !== 'T') return null;
      const text = part.startsWith('[') && part.length > 1 ? part.slice(1, -1) : part;
      source += text.replace(/[.*+?^${}()|[\]\\/-]/g, '\\$&');
      strptime += text.replaceAll('%', '%%');
      continue;
    }
    const packed = isDigits(parts[i - 1]) || isDigits(parts[i + 1]);
    source += `(${packed ? (token.fixed ?? token.shape) : token.shape})`;
    strptime += twelve && token.strptime === '%H' ? '%I' : token.strptime;
    most.push(token.most ?? 0);
  }
  return { source, strptime, timed: has('hh', 'h'), zoned: has('Z'), most };
}

/** Whether the whole text is written so, with numbers that can be: no month 13. */
export function fitsPattern(pattern: DatePattern, text: string): boolean {
  const found = new RegExp(`^${pattern.source}$`).exec(text);
  if (found === null) return false;
  return pattern.most.every((most, i) => {
    const part = found[i + 1] ?? '';
    if (/^[A-Za-z]{3,}$/.test(part)) return months.includes(part.slice(0, 3).toLowerCase());
    return most === 0 || Number(part) <= most;
  });
}
