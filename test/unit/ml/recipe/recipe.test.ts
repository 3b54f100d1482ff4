import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../../../main/base/rng.ts';
import type { FittedRecipe } from '../../../../main/ml/model-spec.ts';
import { applyRecipe, countUnseen, encodeRow, featureKinds } from '../../../../main/ml/recipe/apply.ts';
import { datePart } from '../../../../main/ml/recipe/date-parts.ts';
import { fitRecipe } from '../../../../main/ml/recipe/fit.ts';
import { frameOf, inputsOf, numbers, texts, times } from '../../../helpers/frames.ts';

const frame = frameOf(
  numbers('amount', [1.1, null, Number.POSITIVE_INFINITY, 4, 5, 6]),
  texts('plan', ['b', 'a', 'b', 'a', 'rare', null]),
  times('since', ['2024-02-29', '2023-12-31', null, '2024-03-01', '1969-07-20', '2024-01-01']),
  numbers('same', [7, 7, 7, 7, 7, 7]),
  numbers('empty', [null, null, null, null, null, null]),
);

describe('C1 recipe: fitting', () => {
  const recipe = fitRecipe(frame, null, { inputs: inputsOf(frame) });

  it('keeps numbers, orders levels by count then text, turns dates into the parts that vary', () => {
    expect(recipe.features.map((feature) => feature.name)).toEqual([
      'amount',
      'plan',
      'since · year',
      'since · month',
      'since · day',
      'since · weekday',
      'since · elapsed days',
    ]);
    expect(recipe.features[1]).toMatchObject({ kind: 'category', levels: ['a', 'b'] });
  });

  it('leaves out inputs that carry nothing', () => {
    expect(recipe.inputs.map((input) => input.name)).toEqual(['amount', 'plan', 'since']);
  });

  it('sees the given rows alone', () => {
    const part = fitRecipe(frame, Int32Array.of(0, 2, 4, 5), { inputs: inputsOf(frame), minLevelCount: 1 });
    expect(part.features.find((feature) => feature.name === 'plan')).toMatchObject({ levels: ['b', 'rare'] });
  });

  it('says which column is absent or of another type', () => {
    const inputs = inputsOf(frame);
    expect(() => fitRecipe(frameOf(frame.columns[0]), null, { inputs })).toThrow('no column "plan"');
    const changed = frameOf(texts('amount', ['1', '2']));
    expect(() => fitRecipe(changed, null, { inputs: [inputs[0]] })).toThrow('read as string');
  });

  it('caps 100 000 categories at the most frequent 254', () => {
    const rng = createRng(1);
    const values = Array.from({ length: 200_000 }, (_, i) => `v${i % 2 === 0 ? i : rng.int(300)}`);
    const wide = frameOf(texts('wide', values));
    const fitted = fitRecipe(wide, null, { inputs: inputsOf(wide) });
    expect(fitted.features[0]).toMatchObject({ kind: 'category' });
    expect(featureKinds(fitted)[0]).toEqual({ kind: 'category', levelCount: 254 });
    const codes = applyRecipe(fitted, wide).columns[0];
    expect(codes.reduce((most, code) => Math.max(most, code), 0)).toBe(254);
  });
});

describe('C1 recipe: applying', () => {
  const recipe = fitRecipe(frame, null, { inputs: inputsOf(frame) });

  it('codes rare and new levels as other, missing and empty text as NaN', () => {
    const next = frameOf(
      numbers('amount', [1, 2, 3, 4]),
      texts('plan', ['a', 'rare', 'new', '']),
      times('since', [null, null, null, null]),
    );
    expect(Array.from(applyRecipe(recipe, next).columns[1])).toEqual([0, 2, 2, Number.NaN]);
    expect(countUnseen(recipe, next)).toEqual([{ column: 'plan', rows: 2, examples: ['rare', 'new'] }]);
  });

  it('rounds to float32 and keeps infinities', () => {
    const column = applyRecipe(recipe, frame).columns[0];
    expect(column[0]).toBe(Math.fround(1.1));
    expect(column[1]).toBeNaN();
    expect(column[2]).toBe(Number.POSITIVE_INFINITY);
  });

  it('gives a single row the same bits as the whole', () => {
    const matrix = applyRecipe(recipe, frame);
    const row = encodeRow(recipe, { amount: 1.1, plan: 'b', since: Date.parse('2024-02-29') * 1000 });
    expect(Array.from(row)).toEqual(matrix.columns.map((column) => column[0]));
    expect(encodeRow(recipe, {})).toEqual(new Float32Array(matrix.columns.length).fill(Number.NaN));
    expect(() => encodeRow(recipe, { amount: 'much' })).toThrow('"amount" needs a number');
  });

  it('applies to chosen rows in their order', () => {
    const matrix = applyRecipe(recipe, frame, Int32Array.of(4, 0));
    expect(Array.from(matrix.columns[0])).toEqual([5, Math.fround(1.1)]);
  });
});

describe('C1 date parts', () => {
  it('equal the calendar for every day of four centuries around 1970', () => {
    fc.assert(
      fc.property(fc.integer({ min: -6_000_000_000, max: 10_000_000_000 }), (seconds) => {
        const date = new Date(seconds * 1000);
        const micros = seconds * 1e6;
        expect(datePart(micros, 'year')).toBe(date.getUTCFullYear());
        expect(datePart(micros, 'month')).toBe(date.getUTCMonth() + 1);
        expect(datePart(micros, 'day')).toBe(date.getUTCDate());
        expect(datePart(micros, 'hour')).toBe(date.getUTCHours());
        expect(datePart(micros, 'weekday')).toBe((date.getUTCDay() + 6) % 7);
        expect(datePart(micros, 'elapsed_days')).toBe(seconds / 86_400);
      }),
      { numRuns: 2000 },
    );
  });
  it('are missing for missing and infinite times', () => {
    const recipe: FittedRecipe = {
      inputs: [{ name: 't', type: 'timestamp', logicalType: 'datetime' }],
      features: [{ kind: 'date-part', name: 't · year', source: 't', part: 'year' }],
    };
    expect(encodeRow(recipe, { t: null })[0]).toBeNaN();
    expect(datePart(Number.POSITIVE_INFINITY, 'year')).toBeNaN();
  });
});
