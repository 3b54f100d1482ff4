import { describe, expect, it } from 'vitest';
import { accumulatedChart, singleRowsChart, surfaceChart } from '../../../../renderer/charts/builders/effects.ts';
import { intervalBarsChart } from '../../../../renderer/charts/builders/importance-interval.ts';
import { contextOf, seriesOf } from './context.ts';

const context = contextOf();
const points = [
  { value: 1, mean: 0.2, share: 0.3 },
  { value: 2, mean: 0.5, share: 0.5 },
  { value: null, mean: 0.4, share: 0.2 },
];

describe('G3 charts of effects', () => {
  it('G3 draws single rows thin behind their average, and leaves out what has no place', () => {
    const lines = [
      [0.1, 0.4, 0.3],
      [0.3, 0.6, 0.5],
    ];
    const spec = singleRowsChart(context, { column: 'age', points, lines, units: 'probability', centred: false });
    const series = seriesOf(spec);
    expect(series.length).toBe(3);
    expect(series[0].data).toEqual([
      [1, 0.2],
      [2, 0.5],
    ]);
    expect(series[1].silent).toBe(true);
    expect(spec.table.rows).toEqual([
      [1, 0.2, 0.1, 0.3],
      [2, 0.5, 0.4, 0.6],
    ]);
  });

  it('G3 centred rows all start at zero', () => {
    const lines = [[0.1, 0.4, 0.3]];
    const spec = singleRowsChart(context, { column: 'age', points, lines, units: 'target', centred: true });
    for (const { data } of seriesOf(spec)) expect((data as number[][])[0][1]).toBe(0);
  });

  it('G3 levels become places in their order', () => {
    const levels = [
      { value: 'a', mean: -0.1, share: 0.5 },
      { value: 'b', mean: 0.1, share: 0.5 },
    ];
    const spec = accumulatedChart(context, { column: 'plan', points: levels, units: 'probability' });
    expect(seriesOf(spec)[0].data).toEqual([
      [0, -0.1],
      [1, 0.1],
    ]);
    expect(spec.table.rows[0]).toEqual(['a', -0.1, 0.5]);
  });

  it('G3 a surface names every tile in its table, and an effect is tinted around zero', () => {
    const data = { column: 'a', second: 'b', first: [1, 2], other: ['x', 'y'], units: 'target' as const };
    const values = [
      [0, 1],
      [-3, 2],
    ];
    const spec = surfaceChart(context, { ...data, values, diverging: true });
    expect(spec.table.rows).toEqual([
      ['1', 'x', 0],
      ['1', 'y', 1],
      ['2', 'x', -3],
      ['2', 'y', 2],
    ]);
    expect(spec.option.visualMap).toMatchObject({ min: -3, max: 3 });
    expect(surfaceChart(context, { ...data, values, diverging: false }).option.visualMap).toMatchObject({
      min: -3,
      max: 2,
    });
  });

  it('G3 bars carry their intervals', () => {
    const items = [{ label: 'a', value: 0.3, low: 0.2, high: 0.4 }];
    const spec = intervalBarsChart(context, { items, name: 'loss', labelName: 'Column' });
    expect(seriesOf(spec)[1].data).toEqual([[0.2, 0.4, 0]]);
    expect(spec.table.rows).toEqual([['a', 0.3, 0.2, 0.4]]);
  });
});
