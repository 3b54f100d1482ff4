/**
 * Dates in workbooks are numbers of days with a format that shows them as dates. Day 1 is 1 January 1900 in one system,
 * where a 29 February 1900 that never was counts as day 60, and day 0 is 1 January 1904 in the other.
 */
export type DateLook = 'none' | 'date' | 'time' | 'datetime' | 'duration';

const builtin: Readonly<Record<number, DateLook>> = {
  14: 'date',
  15: 'date',
  16: 'date',
  17: 'date',
  18: 'time',
  19: 'time',
  20: 'time',
  21: 'time',
  22: 'datetime',
  27: 'date',
  28: 'date',
  29: 'date',
  30: 'date',
  31: 'date',
  32: 'time',
  33: 'time',
  34: 'time',
  35: 'time',
  36: 'date',
  45: 'time',
  46: 'duration',
  47: 'time',
  50: 'date',
  51: 'date',
  52: 'date',
  53: 'date',
  54: 'date',
  55: 'date',
  56: 'date',
  57: 'date',
  58: 'date',
};

/** What a number format shows numbers as; `code` is null for formats that are built in. */
export function dateLook(id: number, code: string | null): DateLook {
  if (code === null) return builtin[id] ?? 'none';
  const first = code.split(';')[0];
  const duration = /\[(h+|m+|s+)\]/i.test(first);
  const bare = first
    .replace(/"[^"]*"|\\.|_.|\*./g, '')
    .replace(/\[[^\]]*\]/g, '')
    .replace(/general/gi, '')
    .toLowerCase();
  if (duration) return 'duration';
  const clock = /[hs]|am\/pm/.test(bare);
  const day = /[dy]/.test(bare) || (!clock && /m/.test(bare));
  if (/[0#?]/.test(bare.replace(/s\.0+/g, '')) && !day && !clock) return 'none';
  return day ? (clock ? 'datetime' : 'date') : clock ? 'time' : 'none';
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Text of a date number, ISO; null when it is out of range. */
export function dateText(serial: number, look: DateLook, since1904: boolean): string | null {
  if (!Number.isFinite(serial) || serial < 0 || serial >= 2_958_466) return null;
  const milliseconds = Math.round(serial * 86_400_000);
  const part = milliseconds % 86_400_000;
  const seconds = Math.floor(part / 1000);
  const fraction = part % 1000;
  const rest = fraction === 0 ? '' : `.${String(fraction).padStart(3, '0')}`;
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${rest}`;
  const days = Math.floor(milliseconds / 86_400_000);
  if (look === 'duration') return `${two(days * 24 + Math.floor(seconds / 3600))}${clock.slice(clock.indexOf(':'))}`;
  if (look === 'time' && days === 0) return clock;
  if (!since1904 && days === 60) return null;
  const epoch = since1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30);
  const date = new Date(epoch + days * 86_400_000).toISOString().slice(0, 10);
  return look === 'date' && part === 0 ? date : `${date} ${clock}`;
}
