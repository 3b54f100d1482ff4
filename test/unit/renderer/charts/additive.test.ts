import * as echarts from 'echarts';
import { describe, expect, it } from 'vitest';
import { termChart } from '../../../../renderer/charts/builders/additive.ts';
import { contextOf } from './context.ts';

describe('D2 curves of additive models', () => {
  it('stand with their whole band and the value of missing rows inside the frame', () => {
    const values = [-1.02, 0.2, 0.9, 2.4];
    const deviations = [0.97, 0.1, 0.6, 0];
    const axis = { name: 'tenure', kind: 'number' as const, cuts: [10, 20], labels: [], low: 0, high: 30 };
    const { option } = termChart(contextOf(), {
      axes: [axis],
      values,
      deviations,
      weights: [0.3, 0.3, 0.3, 0.1],
      before: null,
      selection: null,
      units: 'log-odds',
    });
    const chart = echarts.init(null, null, { renderer: 'svg', ssr: true, width: 600, height: 380 });
    chart.setOption(option);
    const height = (y: number): number => chart.convertToPixel({ yAxisIndex: 0 }, y);
    const [top, bottom] = [2.4, -1.99].map(height);
    chart.dispose();
    // The frame of the plot, by its grid
    expect(top).toBeGreaterThan(14);
    expect(bottom).toBeLessThan(380 - 42);
  });
});
