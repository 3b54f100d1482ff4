import { describe, expect, it } from 'vitest';
import { placeQuantiles } from '../../../../../renderer/features/predict/quantile-places.ts';

describe('D1 quantiles of one prediction on a line', () => {
  it('places them by value, in the order of their levels, and marks the one nearest to a half', () => {
    const places = placeQuantiles([
      { level: 0.9, value: 30 },
      { level: 0.1, value: 10 },
      { level: 0.5, value: 15 },
    ]);
    expect(places.map(({ level, at, middle }) => [level, at, middle])).toEqual([
      [0.1, 0, false],
      [0.5, 0.25, true],
      [0.9, 1, false],
    ]);
  });

  it('draws nothing for none or one, and puts equal values in the middle', () => {
    expect(placeQuantiles(undefined)).toEqual([]);
    expect(placeQuantiles([{ level: 0.5, value: 1 }])).toEqual([]);
    const same = placeQuantiles([
      { level: 0.1, value: 2 },
      { level: 0.9, value: 2 },
    ]);
    expect(same.map(({ at }) => at)).toEqual([0.5, 0.5]);
  });
});
