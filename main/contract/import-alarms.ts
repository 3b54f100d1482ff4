import * as z from 'zod';

/** A change since the last import of the same data set that a person should look at. */
export const importAlarm = z.object({
  kind: z.enum([
    'column-gone',
    'column-new',
    'type-changed',
    'reading-changed',
    'part-changed',
    'format-changed',
    'dialect-changed',
    'answer-unfit',
  ]),
  column: z
    .string()
    .nullable()
    .describe('for a changed dialect or an answer of last time that does not fit: what of it, such as delimiter'),
  was: z.string().nullable(),
  is: z.string().nullable(),
});
export type ImportAlarm = z.infer<typeof importAlarm>;

/** The alarm as a sentence. */
export function alarmText({ kind, column, was, is }: ImportAlarm): string {
  switch (kind) {
    case 'column-gone':
      return `Column "${column}" (${was}) is gone.`;
    case 'column-new':
      return `Column "${column}" (${is}) is new.`;
    case 'type-changed':
      return `Column "${column}" was ${was} and is ${is}.`;
    case 'reading-changed':
      return `Column "${column}" was read as ${was} and is read as ${is}.`;
    case 'part-changed':
      return `"${was ?? ''}" was read, now it is "${is ?? ''}".`;
    case 'format-changed':
      return `The file was ${was} and is ${is}.`;
    case 'answer-unfit':
      return `The ${column} ${was} was asked for last time and does not fit this file: ${is} is read.`;
    case 'dialect-changed':
      return `The ${column} was ${was} and is ${is}.`;
  }
}
