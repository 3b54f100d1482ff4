import { describe, expect, it } from 'vitest';
import { AuguryError } from '../../../../main/base/errors.ts';
import { detectTask, encodeTarget } from '../../../../main/ml/findings/target.ts';
import { numbers, texts, times } from '../../../helpers/frames.ts';

const repeat = <T>(values: readonly T[], times = 20): T[] => Array.from({ length: times }, () => values).flat();

function codeOf(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof AuguryError) return error.code;
    throw error;
  }
  return 'none';
}

describe('D1 task detection', () => {
  it.each([
    ['Churn', repeat(['Yes', 'No', 'No']), 'Yes'],
    ['income', repeat(['<=50K', '>50K', '<=50K']), '>50K'],
    ['state', repeat(['left', 'stayed', 'stayed']), 'left'],
    ['result', repeat(['good', 'bad', 'good']), 'bad'],
    ['churned', repeat(['churned', 'here']), 'churned'],
    ['diagnosis', repeat(['B', 'M', 'B']), 'M'],
  ])('takes %s for binary and chooses the positive class', (name, values, positive) => {
    const proposal = detectTask(texts(name, values), 'text');
    expect(proposal).toMatchObject({ task: 'binary', positive });
    expect(proposal.classes[1].value).toBe(positive);
    expect(proposal.positiveReason).not.toBe('');
  });

  it.each([
    ['loan_status', [0, 1, 1], 'integer', 'binary', '1'],
    ['credit', [1, 2, 1], 'integer', 'binary', '2'],
    ['quality', [3, 4, 5, 6, 7, 8, 9], 'integer', 'regression', null],
    ['Cover_Type', [1, 2, 3, 4, 5, 6, 7], 'integer', 'multiclass', null],
    ['target', [0, 1, 2], 'integer', 'multiclass', null],
    ['bedrooms', [1, 2, 3, 4, 5, 6, 7, 8], 'integer', 'regression', null],
    ['price', [1.5, 2.5, 4, 8], 'number', 'regression', null],
    ['active', [0, 1], 'boolean', 'binary', 'true'],
  ] as const)('reads the numbers of %s', (name, values, type, task, positive) => {
    const proposal = detectTask(numbers(name, repeat(values)), type);
    expect(proposal.task).toBe(task);
    expect(proposal.positive).toBe(positive);
    expect(proposal.reason).toContain(name);
  });

  it('takes text with several values for classes', () => {
    const proposal = detectTask(texts('species', repeat(['b', 'a', 'c'])), 'text');
    expect(proposal).toMatchObject({ task: 'multiclass', positive: null });
    expect(proposal.classes.map((entry) => entry.value)).toEqual(['a', 'b', 'c']);
  });

  it('honours the task and the positive class asked for, and refuses what does not fit', () => {
    const quality = numbers('quality', repeat([3, 4, 5]));
    expect(detectTask(quality, 'integer', { task: 'multiclass' }).classes).toHaveLength(3);
    const churn = texts('Churn', repeat(['Yes', 'No']));
    expect(detectTask(churn, 'text', { positive: 'No' }).positive).toBe('No');
    expect(codeOf(() => detectTask(churn, 'text', { positive: 'Maybe' }))).toBe('positive-class');
    expect(codeOf(() => detectTask(churn, 'text', { task: 'regression' }))).toBe('not-numeric');
    expect(codeOf(() => detectTask(quality, 'integer', { task: 'binary' }))).toBe('not-binary');
  });
});

describe('bad targets are refused with a reason', () => {
  it.each([
    ['a date', () => detectTask(times('when', repeat(['2024-01-01', '2024-01-02'])), 'date'), 'target-date'],
    ['no values', () => detectTask(numbers('y', repeat([null])), 'number'), 'target-missing'],
    ['one value', () => detectTask(texts('y', repeat(['a'])), 'text'), 'target-constant'],
    ['too few rows', () => detectTask(numbers('y', [1, 2, 3, null]), 'number'), 'too-few-rows'],
    ['a class of one row', () => detectTask(texts('y', [...repeat(['a']), 'b']), 'text'), 'class-too-small'],
    [
      'free text',
      () =>
        detectTask(
          texts(
            'y',
            Array.from({ length: 300 }, (_, i) => `t${i}`),
          ),
          'text',
        ),
      'target-text',
    ],
    [
      'an id',
      () =>
        detectTask(
          numbers(
            'y',
            Array.from({ length: 300 }, (_, i) => i + 1),
          ),
          'integer',
        ),
      'target-id',
    ],
    [
      '100 000 categories',
      () =>
        detectTask(
          texts(
            'y',
            Array.from({ length: 100_000 }, (_, i) => `t${i}`),
          ),
          'text',
        ),
      'target-text',
    ],
    [
      'values beyond float32',
      () =>
        detectTask(
          numbers(
            'y',
            Array.from({ length: 300 }, (_, i) => (i === 5 ? 1e36 : i / 7)),
          ),
          'number',
        ),
      'target-range',
    ],
    [
      'infinities',
      () =>
        detectTask(
          numbers(
            'y',
            Array.from({ length: 300 }, (_, i) => (i === 5 ? Number.POSITIVE_INFINITY : i / 7)),
          ),
          'number',
        ),
      'target-infinite',
    ],
  ])('%s', (_name, run, code) => {
    expect(codeOf(run)).toBe(code);
  });
});

describe('target encoding', () => {
  it('numbers the classes and counts rows without one', () => {
    const column = texts('y', ['No', 'Yes', null, 'Maybe', 'Yes']);
    const { label, rows, missing } = encodeTarget(column, 'text', 'binary', ['No', 'Yes']);
    expect(Array.from(label)).toEqual([0, 1, Number.NaN, Number.NaN, 1]);
    expect(Array.from(rows)).toEqual([0, 1, 4]);
    expect(missing).toBe(2);
  });
  it('reads booleans held as numbers', () => {
    const { label } = encodeTarget(numbers('y', [0, 1, null]), 'boolean', 'binary', ['false', 'true']);
    expect(Array.from(label)).toEqual([0, 1, Number.NaN]);
  });
  it('leaves out infinite values of a regression', () => {
    expect(encodeTarget(numbers('y', [1, Number.POSITIVE_INFINITY]), 'number', 'regression', []).missing).toBe(1);
  });
});
