import { describe, expect, it } from 'vitest';
import { createFormat, estimateDigits } from '../../../../renderer/lib/format.ts';

const en = createFormat('en-GB');
const de = createFormat('de-DE');

describe('P2 numbers as people read them', () => {
  it('writes an estimate with as many decimals as its uncertainty deserves', () => {
    expect(en.estimate({ value: 0.8489, low: 0.839, high: 0.859 })).toBe('0.849 ± 0.010');
    expect(en.estimate({ value: 45812.3, low: 45012, high: 46612 })).toBe('45,812 ± 800');
    expect(de.estimate({ value: 0.8489, low: 0.839, high: 0.859 })).toBe('0,849 ± 0,010');
    expect(en.estimate({ value: 0.8489, low: null, high: null })).toBe('0.849');
    expect(en.estimate({ value: 0.8061, low: 0.796, high: 0.816 }, { percent: true })).toBe('80.6 ± 1.0 %');
    expect(en.estimate({ value: Number.NaN, low: 0, high: 1 })).toBe('–');
  });

  it('keeps between none and four decimals whatever the interval', () => {
    expect(estimateDigits({ value: 1, low: 0.9999999, high: 1.0000001 })).toBe(4);
    expect(estimateDigits({ value: 1e6, low: 9e5, high: 1.1e6 })).toBe(0);
    expect(estimateDigits({ value: 1, low: 1, high: 1 })).toBe(3);
  });

  it('follows the locale in decimals, thousands and percent', () => {
    expect(de.number(1234.5, 2)).toBe('1.234,5');
    expect(en.integer(7043)).toBe('7,043');
    expect(en.percent(0.2654)).toBe('26.5%');
    expect(en.plain(1234567.25)).toBe('1234567.25');
    expect(de.plain(0.1 + 0.2)).toBe('0,3');
    expect(en.signed(0.25)).toBe('+0.250');
    expect(en.money(1849.5, 'EUR')).toBe('€1,850');
    expect(en.money(12, 'points')).toBe('12 points');
  });

  it('writes sizes and durations with the unit that fits', () => {
    expect(en.bytes(999)).toBe('999 B');
    expect(en.bytes(134_000)).toBe('134 kB');
    expect(en.bytes(4.21e9)).toBe('4.2 GB');
    expect(en.duration(0.0412)).toBe('41 ms');
    expect(en.duration(8.25)).toBe('8.3 secs');
    expect(en.duration(61)).toBe('1 min 1 sec');
    expect(en.duration(7300)).toBe('2 hrs 1 min');
  });

  it('tells times relative to a given now', () => {
    const now = Date.UTC(2026, 0, 10);
    expect(en.relative(now - 3 * 60_000, now)).toBe('3 minutes ago');
    expect(en.relative(now - 26 * 3_600_000, now)).toBe('yesterday');
    expect(en.relative(now, now)).toBe('now');
  });

  it('falls back to the system for a locale that does not exist', () => {
    expect(createFormat('not a locale').integer(5)).toBe(createFormat('').integer(5));
  });

  it('writes a dash where there is no number', () => {
    for (const write of [en.integer, en.compact, en.bytes, en.duration, en.dateTime])
      expect(write(Number.NaN)).toBe('–');
    expect(en.significant(Number.NaN)).toBe('–');
  });
});
