import { defineMessages } from '../../lib/messages.ts';

/** Words of the Explain tab. */
export const explainMessages = defineMessages('models.explain', {
  class: 'Explained class',
  summary: 'What moves the answer',
  summaryEmpty: 'This model uses no column.',
  importance: 'How much each column weighs',
  importanceReading: '{column} moves the answer most: by {amount} {units} on average.',
  importanceReadingNone: 'No column moves the answer.',
  unitsLogOdds: 'log-odds',
  unitsTarget: 'units of the target',
  columns: 'Columns',
  columnsHint: 'choose one to see how the answer moves with it',
  column: 'Column',
  type: 'Type',
  weight: 'Weight',
  direction: 'Larger values',
  directionRaises: 'raise the answer',
  directionLowers: 'lower it',
  directionMixed: 'go both ways',
  directionByLevel: 'depends on the value',
  dependence: 'How the answer moves with {column}',
  additivity:
    'Contributions add up to the answer; the largest gap over {rows, plural, one {# row} other {# rows}} is {error}.',
});
