import { invalidInput } from '../../base/errors.ts';
import type { ReadingCode } from '../types.ts';

const readingCodes: readonly string[] = [
  'text',
  'integer',
  'number-point',
  'number-comma',
  'boolean',
  'date-ymd',
  'date-dmy',
  'date-mdy',
  'date-named',
  'seconds',
  'epoch-seconds',
  'epoch-millis',
  'date-compact',
];

export const isReadingCode = (code: string): code is ReadingCode => readingCodes.includes(code);

/** Readings the user asked for, by column position. Errors: invalid-input for an unknown reading or column. */
export function askedReadings(
  names: readonly string[],
  sourceNames: readonly string[],
  readings: Readonly<Record<string, string>>,
): (ReadingCode | null)[] {
  for (const [name, code] of Object.entries(readings)) {
    if (!isReadingCode(code)) {
      throw invalidInput('unknown-reading', `"${code}" is no reading.`, {
        hint: `Use one of ${readingCodes.join(', ')}.`,
        details: { column: name },
      });
    }
    if (!names.includes(name) && !sourceNames.includes(name)) {
      throw invalidInput('unknown-column', `The file has no column "${name}".`, {
        hint: 'Check the spelling.',
        details: { column: name },
      });
    }
  }
  return names.map((name, i) => {
    const code = readings[name] ?? readings[sourceNames[i] ?? name];
    return code !== undefined && isReadingCode(code) ? code : null;
  });
}
