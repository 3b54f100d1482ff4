import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  describePrediction,
  rankContributions,
  reasonText,
  type WordsContribution,
} from '../../../../main/ml/explain/words.ts';

const contribution = fc.record({
  column: fc.constantFrom('tenure', 'Contract', 'MonthlyCharges', 'gender', 'Partner', 'age', 'city'),
  value: fc.oneof(
    fc.constantFrom('Month-to-month', 'No', null),
    fc.double({ min: -1e6, max: 1e6, noNaN: true }),
    fc.integer(),
  ),
  contribution: fc.oneof(fc.double({ min: -5, max: 5, noNaN: true }), fc.constantFrom(0, 1e-9, -1e-9, 0.0004, -0.0004)),
});
const contributions = fc.uniqueArray(contribution, { selector: (entry) => entry.column, maxLength: 7 });

describe('G5 words never contradict the numbers', () => {
  it('key factors: falling size, sign word and sign agree', () => {
    fc.assert(
      fc.property(contributions, fc.double({ min: 0, max: 1, noNaN: true }), (entries, p) => {
        const words = describePrediction({
          task: 'binary',
          target: 'Churn',
          explainedClass: 'Yes',
          prediction: p,
          base: 0.27,
          contributions: entries,
        });
        const ranked = rankContributions(entries);
        expect(words.keyFactors).toHaveLength(Math.min(5, entries.filter((entry) => entry.contribution !== 0).length));
        words.keyFactors.forEach((factor, i) => {
          const entry: WordsContribution = ranked[i];
          if (i > 0) expect(Math.abs(entry.contribution)).toBeLessThanOrEqual(Math.abs(ranked[i - 1].contribution));
          expect(factor).toContain(entry.column);
          expect(factor.includes(': raises it (+')).toBe(entry.contribution > 0);
          expect(factor.includes(': lowers it (-')).toBe(entry.contribution < 0);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('the sentence: raising and lowering columns stand on their own side', () => {
    fc.assert(
      fc.property(contributions, (entries) => {
        const words = describePrediction({
          task: 'regression',
          target: 'price',
          explainedClass: null,
          prediction: 5,
          base: 4,
          contributions: entries,
        });
        const clauses = words.sentence
          .replace(/\.$/, '')
          .split(/; |, while /)
          .slice(1);
        const top = rankContributions(entries).slice(0, 3);
        for (const entry of top) {
          const clause = clauses.find(
            (text) => text.includes(`${entry.column} = `) || text.includes(`${entry.column} missing`),
          );
          expect(clause).toMatch(entry.contribution > 0 ? /raises? it$/ : /lowers? it$/);
        }
        expect(clauses.length).toBe(new Set(top.map((entry) => Math.sign(entry.contribution))).size);
      }),
      { numRuns: 500 },
    );
  });

  it('the comparison with the average fits the figures shown', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (p, base) => {
        const { sentence } = describePrediction({
          task: 'binary',
          target: 'y',
          explainedClass: '1',
          prediction: p,
          base,
          contributions: [],
        });
        const [shown, average] = [...sentence.matchAll(/([\d.]+) %/g)].map((match) => Number(match[1]));
        expect(sentence.includes('above')).toBe(shown > average);
        expect(sentence.includes('below')).toBe(shown < average);
        expect(sentence.includes('the same as')).toBe(shown === average);
      }),
    );
  });

  it('reads like a sentence', () => {
    const { sentence, keyFactors } = describePrediction({
      task: 'binary',
      target: 'Churn',
      explainedClass: 'Yes',
      prediction: 0.734,
      base: 0.266,
      contributions: [
        { column: 'OnlineSecurity', value: 'Yes', contribution: -0.4 },
        { column: 'Contract', value: 'Month-to-month', contribution: 0.81 },
        { column: 'tenure', value: 2, contribution: 0.62 },
        { column: 'gender', value: null, contribution: 0 },
      ],
    });
    expect(sentence).toBe(
      'Churn = Yes has a probability of 73 %, above the average of 27 %; Contract = Month-to-month and tenure = 2 raise it, while OnlineSecurity = Yes lowers it.',
    );
    expect(keyFactors[0]).toBe('Contract = Month-to-month: raises it (+0.810)');
  });
});

describe('F4 reasons in scored files', () => {
  it('have the form column=value (+0.123)', () => {
    expect(reasonText('tenure', 2, 0.1234)).toBe('tenure=2 (+0.123)');
    expect(reasonText('Contract', 'Two year', -1.5)).toBe('Contract=Two year (-1.500)');
    expect(reasonText('age', null, 0.00001)).toBe('age= (+1.0e-5)');
  });
});
