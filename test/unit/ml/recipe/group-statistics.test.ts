import { describe, expect, test } from 'vitest';
import { fitSteps } from '../../../../main/ml/recipe/fit-steps.ts';
import type { RecipeStep } from '../../../../main/ml/recipe/steps.ts';
import { frameOf, inputsOf, numbers, texts } from '../../../helpers/frames.ts';

const frame = frameOf(numbers('price', [1, 3, 10, null, 100, 7]), texts('shop', ['a', 'a', 'b', 'b', 'c', null]));

/** What the step makes of every row when the first `train` rows are learned from. */
function made(step: RecipeStep, train: number) {
  const { frame: out, visible } = fitSteps({
    frame,
    rows: Int32Array.from({ length: train }, (_, i) => i),
    inputs: inputsOf(frame),
    steps: [step],
    target: null,
    seed: 1,
  });
  const fresh = visible.find(({ from }) => from !== null);
  const column = out.columns.find(({ name }) => name === fresh?.spec.name);
  return { values: column?.type === 'double' ? [...column.values] : [], from: fresh?.from, visible };
}

const spread = Math.sqrt(((1 - 14 / 3) ** 2 + (3 - 14 / 3) ** 2 + (10 - 14 / 3) ** 2) / 3);

describe('C1 statistics of groups', () => {
  test.each([
    ['mean', [2, 2, 10, 10, Math.fround(14 / 3), Math.fround(14 / 3)]],
    ['median', [2, 2, 10, 10, 3, 3]],
    ['min', [1, 1, 10, 10, 1, 1]],
    ['max', [3, 3, 10, 10, 10, 10]],
    ['std', [1, 1, 0, 0, spread, spread]],
    ['count', [2, 2, 1, 1, 0, 0]],
  ] as const)(
    '%s comes from the training rows alone; a group that was not there gets that of all',
    (statistic, expected) => {
      const { values } = made({ kind: 'aggregate', columns: ['price'], by: 'shop', with: statistic }, 4);
      expect(values).toHaveLength(expected.length);
      expected.forEach((value, i) => {
        expect(values[i], `row ${i}`).toBeCloseTo(value, 6);
      });
    },
  );

  test('stands beside its column, and is explained by the group', () => {
    const { visible, from } = made({ kind: 'aggregate', columns: ['price'], by: 'shop', with: 'mean' }, 6);
    expect(visible.map(({ spec }) => spec.name.replace(/ #.*/, ''))).toEqual(['price', 'shop', 'price mean by shop']);
    expect(from).toEqual(['shop']);
  });

  test('refuses groups by a number and statistics of a text', () => {
    expect(() => made({ kind: 'aggregate', columns: ['price'], by: 'price', with: 'mean' }, 4)).toThrow('needs text');
    expect(() => made({ kind: 'aggregate', columns: ['shop'], by: 'shop', with: 'mean' }, 4)).toThrow('needs numbers');
  });
});
