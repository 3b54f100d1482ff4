import { describe, expect, it } from 'vitest';
import { dateLook, dateText } from '../../../../main/warehouse/formats/excel-date.ts';

describe('B1 dates of workbooks', () => {
  it.each([
    [1, 'date', false, '1900-01-01'],
    [59, 'date', false, '1900-02-28'],
    [60, 'date', false, null],
    [61, 'date', false, '1900-03-01'],
    [45_351, 'date', false, '2024-02-29'],
    [43_889, 'date', true, '2024-02-29'],
    [45_351.5, 'datetime', false, '2024-02-29 12:00:00'],
    [45_351.999_999_999, 'datetime', false, '2024-03-01 00:00:00'],
    [0.75, 'time', false, '18:00:00'],
    [1.25, 'duration', false, '30:00:00'],
    [-1, 'date', false, null],
    [3e6, 'date', false, null],
  ] as const)('shows %d as %s (since 1904: %s)', (serial, look, since1904, text) => {
    expect(dateText(serial, look, since1904)).toBe(text);
  });

  it.each([
    [14, null, 'date'],
    [0, null, 'none'],
    [164, 'yyyy-mm-dd', 'date'],
    [165, 'dd/mm/yyyy hh:mm', 'datetime'],
    [166, 'h:mm:ss.000', 'time'],
    [167, '[h]:mm', 'duration'],
    [168, '#,##0.00 "days"', 'none'],
    [169, '[Red]0.0%', 'none'],
    [170, 'General', 'none'],
    [171, 'mmm', 'date'],
    [172, '0.00E+00', 'none'],
    [173, '_-* #,##0.00 [$€-407]', 'none'],
    [174, '[$-409]d\\-mmm\\-yy;@', 'date'],
  ] as const)('knows what format %d %s shows', (id, code, look) => {
    expect(dateLook(id, code)).toBe(look);
  });
});
