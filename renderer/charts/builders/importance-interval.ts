/** Importances with their intervals: bars from zero, whiskers for what other rows might have shown. */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { categoryAxis, plotGrid, shortened, tooltipOf, valueAxis } from './parts.ts';

export type IntervalBar = {
  readonly label: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
};

/** Horizontal bars with whiskers, in the order given. */
export function intervalBarsChart(
  context: ChartContext,
  data: { readonly items: readonly IntervalBar[]; readonly name: string; readonly labelName: string },
): ChartSpec {
  const { palette, format, t } = context;
  const { items } = data;
  const write = (value: number) => format.significant(value, 2);
  return {
    option: {
      grid: plotGrid({ left: 162, right: 24, top: 4, bottom: 40 }),
      xAxis: { ...valueAxis(context, { name: data.name, place: 'x', label: write }), splitLine: { show: false } },
      yAxis: categoryAxis(
        context,
        items.map((item) => item.label),
        { place: 'y', inverse: true, width: 150 },
      ),
      tooltip: tooltipOf(context, 'item', (row) => {
        const item = items[row];
        return item === undefined
          ? []
          : [shortened(item.label, 60), `${data.name} ${write(item.value)} (${write(item.low)} – ${write(item.high)})`];
      }),
      series: [
        {
          type: 'bar',
          name: data.name,
          data: items.map((item) => item.value),
          barMaxWidth: 14,
          itemStyle: { color: palette.categories[0] },
        },
        {
          type: 'custom',
          silent: true,
          dimensions: ['low', 'high', 'row'],
          encode: { x: [0, 1], y: 2 },
          data: items.map((item, row) => [item.low, item.high, row]),
          tooltip: { show: false },
          z: 3,
          renderItem: (_params, api) => {
            const [x1 = 0, y = 0] = api.coord([api.value(0), api.value(2)]);
            const [x2 = 0] = api.coord([api.value(1), api.value(2)]);
            const style = { stroke: palette.text, lineWidth: 1.5, opacity: 0.7, fill: 'none' };
            const line = (a: number, b: number, c: number, d: number) => ({
              type: 'line' as const,
              shape: { x1: a, y1: b, x2: c, y2: d },
              style,
            });
            return {
              type: 'group',
              children: [line(x1, y, x2, y), line(x1, y - 3, x1, y + 3), line(x2, y - 3, x2, y + 3)],
            };
          },
        },
      ],
    },
    table: {
      columns: [
        { label: data.labelName },
        { label: data.name, right: true },
        { label: t('low'), right: true },
        { label: t('high'), right: true },
      ],
      rows: items.map((item) => [item.label, item.value, item.low, item.high]),
    },
    focusSeries: 0,
  };
}
