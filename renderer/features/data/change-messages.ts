import { defineMessages } from '../../lib/messages.ts';

/** Words of reading a column in another way. */
export const changeMessages = defineMessages('change-column', {
  title: 'Read a column in another way',
  hint: 'What does not fit becomes missing; the preview shows how much.',
  column: 'Column',
  what: 'As',
  number: 'Numbers',
  date: 'Dates',
  datetime: 'Dates with times',
  text: 'Text',
  zone: 'Times of the zone',
  decimal: 'Written like',
  unit: 'Without',
  unitHint: 'such as kg',
  format: 'Written like',
  formatHint:
    'YYYY or YY year, MM month, MMM or MMMM its name, DD day, hh hour, mm minute, ss second, a for AM and PM, Z for an offset; other letters in [brackets].',
  zoneHint: 'A name such as Europe/Berlin follows its summer time; an offset such as +02:00 is the same all year.',
  to: 'Becomes',
  preview: 'Preview…',
});
