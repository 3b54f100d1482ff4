import { defineMessages } from '../../lib/messages.ts';

/** Words of the strongest interactions of the Explain tab. */
export const pairsMessages = defineMessages('models.pairs', {
  title: 'Interactions in the contributions',
  hint: 'exact interaction values of the trees, beyond what each column does alone',
  chart: 'How much two columns move the answer together',
  pair: '{a} × {b}',
  value: 'mean |interaction|',
  column: 'Pair',
  none: 'No two columns act together.',
  unitsLogOdds: 'log-odds',
  unitsTarget: 'units of the target',
  reference: 'Measured against',
  training: 'Training shares',
  rows: 'Background rows',
  note: 'Mean over {rows, plural, one {# row} other {# rows}}, in {units}. Halved between the two columns, these values are part of their contributions.',
});
