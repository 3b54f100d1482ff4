import { describe, expect, test } from 'vitest';
import { datePattern, fitsPattern } from '../../../main/base/date-pattern.ts';

const fits = (format: string, text: string): boolean => {
  const pattern = datePattern(format);
  return pattern !== null && fitsPattern(pattern, text);
};

describe('B5 patterns of dates', () => {
  test.each([
    ['DD.MM.YYYY', '3.4.2024', true],
    ['DD.MM.YYYY', '03.14.2024', false],
    ['DD.MM.YYYY', '03.04.24', false],
    ['YYYYMMDD', '20240131', true],
    ['YYYYMMDD', '202413', false],
    ['MMM DD, YYYY', 'Mar 5, 2024', true],
    ['MMM DD, YYYY', 'Foo 5, 2024', false],
    ['DD/MMM/YYYY:hh:mm:ss Z', '24/Mar/2023:13:00:01 +0200', true],
    ['YYYY-MM-DDThh:mm:ssZ', '2024-05-01T12:00:00Z', true],
    ['h:mm a, MM/DD/YY', '1:05 PM, 12/31/24', true],
    ['[on] DD.MM.YYYY', 'on 1.2.2024', true],
  ])('%s and "%s": %s', (format, text, expected) => {
    expect(fits(format, text)).toBe(expected);
  });

  test('that name no day to count from, or hold letters that mean nothing, are none', () => {
    for (const format of ['hh:mm', 'DD.MM', 'YYYY', 'DD.MM.YYYY at hh', 'yyyy-mm-dd', '']) {
      expect(datePattern(format), format).toBeNull();
    }
  });

  test('say how strptime reads them', () => {
    expect(datePattern('DD/MM/YYYY hh:mm')).toMatchObject({ strptime: '%d/%m/%Y %H:%M', timed: true, zoned: false });
    expect(datePattern('h:mm a MM/DD/YY Z')).toMatchObject({ strptime: '%I:%M %p %m/%d/%y %z', zoned: true });
    expect(datePattern('100% MM YYYY')?.strptime).toBe('100%% %m %Y');
  });
});
