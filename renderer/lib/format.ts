/**
 * Numbers, times and estimates as people read them. All of it follows one locale; an empty locale means the system's.
 */

/** A number with its confidence interval, as the contract sends it. */
export type EstimateLike = { readonly value: number; readonly low: number | null; readonly high: number | null };

/** Formatting bound to one locale. */
export type Format = {
  readonly locale: string;
  readonly integer: (value: number) => string;
  /** At most `digits` decimals, none that say nothing. */
  readonly number: (value: number, digits?: number) => string;
  /** Exactly `digits` decimals, for columns of figures. */
  readonly fixed: (value: number, digits: number) => string;
  /** About four significant digits whatever the magnitude, for axes and profiles. */
  readonly significant: (value: number, digits?: number) => string;
  /** In full and without grouping, as a cell of a data set. */
  readonly plain: (value: number) => string;
  readonly compact: (value: number) => string;
  readonly percent: (share: number, digits?: number) => string;
  readonly signed: (value: number, digits?: number) => string;
  readonly money: (value: number, currency: string, digits?: number) => string;
  readonly bytes: (value: number) => string;
  readonly duration: (seconds: number) => string;
  readonly dateTime: (at: number) => string;
  readonly date: (at: number) => string;
  readonly time: (at: number) => string;
  /** "3 minutes ago"; `now` is given by the caller's clock. */
  readonly relative: (at: number, now: number) => string;
  /** "0.849 ± 0.010": half of the interval's width, as many decimals as the uncertainty deserves. */
  readonly estimate: (estimate: EstimateLike, options?: { readonly percent?: boolean }) => string;
};

/** Decimals that an uncertainty deserves: two significant digits of the half-width, between 0 and 4. */
export function estimateDigits(estimate: EstimateLike): number {
  const { value, low, high } = estimate;
  if (low === null || high === null || !(high > low)) return Math.abs(value) >= 100 ? 1 : 3;
  const half = (high - low) / 2;
  return Math.min(4, Math.max(0, 1 - Math.floor(Math.log10(half) + 1e-9)));
}

const missing = '–';

function checked(write: (value: number) => string): (value: number) => string {
  return (value) => (Number.isFinite(value) ? write(value) : missing);
}

const steps: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
];

/** Builds the formatter of a locale. An unknown locale falls back to the system's. */
export function createFormat(locale: string): Format {
  let chosen: string | undefined;
  try {
    chosen = locale === '' ? undefined : new Intl.NumberFormat(locale).resolvedOptions().locale;
  } catch {
    chosen = undefined;
  }
  const cache = new Map<string, Intl.NumberFormat>();
  const numberFormat = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options);
    const found = cache.get(key) ?? new Intl.NumberFormat(chosen, options);
    cache.set(key, found);
    return found;
  };
  const number = (value: number, digits = 2) =>
    Number.isFinite(value) ? numberFormat({ maximumFractionDigits: digits }).format(value) : missing;
  const fixed = (value: number, digits: number) =>
    Number.isFinite(value)
      ? numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value)
      : missing;
  const significant = (value: number, digits = 4) => {
    if (!Number.isFinite(value)) return missing;
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e9 || size < 1e-4))
      return numberFormat({ notation: 'scientific', maximumSignificantDigits: digits }).format(value);
    return size >= 10 ** digits
      ? numberFormat({ maximumFractionDigits: 0 }).format(value)
      : numberFormat({ maximumSignificantDigits: digits }).format(value);
  };
  const percent = (share: number, digits = 1) =>
    Number.isFinite(share) ? numberFormat({ style: 'percent', maximumFractionDigits: digits }).format(share) : missing;
  const money = (value: number, currency: string, digits = 0) => {
    if (!Number.isFinite(value)) return missing;
    if (!/^[A-Z]{3}$/.test(currency)) return `${fixed(value, digits)} ${currency}`.trim();
    return numberFormat({
      style: 'currency',
      currency,
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    }).format(value);
  };
  const dateTimeFormat = new Intl.DateTimeFormat(chosen, { dateStyle: 'medium', timeStyle: 'short' });
  const dateFormat = new Intl.DateTimeFormat(chosen, { dateStyle: 'medium' });
  const timeFormat = new Intl.DateTimeFormat(chosen, { timeStyle: 'medium' });
  const relativeFormat = new Intl.RelativeTimeFormat(chosen, { numeric: 'auto' });
  const unit = (value: number, name: string, digits: number) =>
    numberFormat({ style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: digits }).format(value);

  return {
    locale: numberFormat({}).resolvedOptions().locale,
    integer: checked((value) => numberFormat({ maximumFractionDigits: 0 }).format(value)),
    number,
    fixed,
    significant,
    plain: (value) =>
      Number.isFinite(value)
        ? numberFormat({ useGrouping: false, maximumSignificantDigits: 15 }).format(value)
        : String(value).replace('Infinity', '∞'),
    compact: checked((value) => numberFormat({ notation: 'compact', maximumFractionDigits: 1 }).format(value)),
    percent,
    signed: (value, digits = 3) =>
      Number.isFinite(value)
        ? numberFormat({
            signDisplay: 'exceptZero',
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
          }).format(value)
        : missing,
    money,
    bytes: checked((value) => {
      if (value < 1000) return `${numberFormat({ maximumFractionDigits: 0 }).format(value)} B`;
      if (value < 1e6) return unit(value / 1e3, 'kilobyte', value < 1e4 ? 1 : 0);
      if (value < 1e9) return unit(value / 1e6, 'megabyte', value < 1e7 ? 1 : 0);
      return unit(value / 1e9, 'gigabyte', value < 1e11 ? 1 : 0);
    }),
    duration: checked((seconds) => {
      if (seconds < 0.9995) return unit(Math.round(seconds * 1000), 'millisecond', 0);
      if (seconds < 60) return unit(seconds, 'second', seconds < 10 ? 1 : 0);
      const whole = Math.round(seconds);
      const both = (high: number, highUnit: string, low: number, lowUnit: string) =>
        low === 0 ? unit(high, highUnit, 0) : `${unit(high, highUnit, 0)} ${unit(low, lowUnit, 0)}`;
      if (whole < 3600) return both(Math.floor(whole / 60), 'minute', whole % 60, 'second');
      return both(Math.floor(whole / 3600), 'hour', Math.floor((whole % 3600) / 60), 'minute');
    }),
    dateTime: checked((at) => dateTimeFormat.format(at)),
    date: checked((at) => dateFormat.format(at)),
    time: checked((at) => timeFormat.format(at)),
    relative: (at, now) => {
      const seconds = (at - now) / 1000;
      for (const [name, size] of steps) {
        if (Math.abs(seconds) >= size) return relativeFormat.format(Math.trunc(seconds / size), name);
      }
      return relativeFormat.format(0, 'second');
    },
    estimate: (estimate, options = {}) => {
      const scale = options.percent === true ? 100 : 1;
      const scaled = {
        value: estimate.value * scale,
        low: estimate.low === null ? null : estimate.low * scale,
        high: estimate.high === null ? null : estimate.high * scale,
      };
      if (!Number.isFinite(scaled.value)) return missing;
      const digits = Math.min(estimateDigits(scaled), options.percent === true ? 2 : 4);
      const suffix = options.percent === true ? ' %' : '';
      if (scaled.low === null || scaled.high === null) return `${fixed(scaled.value, digits)}${suffix}`;
      return `${fixed(scaled.value, digits)} ± ${fixed((scaled.high - scaled.low) / 2, digits)}${suffix}`;
    },
  };
}
