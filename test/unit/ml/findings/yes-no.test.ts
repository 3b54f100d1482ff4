import { describe, expect, it } from 'vitest';
import { yesNoFinding } from '../../../../main/ml/findings/quality/yes-no.ts';

const levels = (...texts: string[]) => texts.map((text) => ({ text, count: 5 }));

describe('B5 texts that say yes and no', () => {
  it('are found where vocabularies mix, with the conversion that mends it', () => {
    expect(yesNoFinding('paid', levels('1', 'true', 'Yes', '0', 'no'))).toMatchObject({
      kind: 'boolean-as-text',
      column: 'paid',
      message: expect.stringContaining('in 3 ways of writing: "1", "true", "Yes" for yes, "0", "no" for no'),
      fix: { steps: [{ kind: 'convert', column: 'paid', type: 'boolean' }] },
    });
  });

  it('are left alone where one vocabulary, letters, one truth or another word stand there', () => {
    for (const texts of [
      ['Yes', 'no'],
      ['t', 'n', 'f', 'y'],
      ['1', 'true', 'yes'],
      ['1', 'true', 'no', 'maybe'],
      ['0', '1', '2', 'yes'],
    ])
      expect(yesNoFinding('paid', levels(...texts))).toBeNull();
  });
});
