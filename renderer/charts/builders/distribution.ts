/** Distributions: histogram of a column, of residuals, and the most frequent values. */
import type { EChartsOption } from 'echarts';
import type { ChartContext, ChartSpec } from '../spec.ts';
import { categoryAxis, plotGrid, shortened, tooltipOf, valueAxis } from './parts.ts';

/** A bin of a histogram, half open: from ≤ value < to. */
export type Bin = { readonly from: number; readonly to: number; readonly count: number };

type HistogramData = {
  readonly bins: readonly Bin[];
  /** Title of the value axis, with its unit. */
  readonly name: string;
  /** Draws a line at zero (residuals). */
  readonly zero?: boolean;
};

/** A histogram with true bin edges; bars start at zero. */
export function histogramChart(context: ChartContext, data: HistogramData): ChartSpec {
  const { palette, format, t } = context;
  const { bins } = data;
  const colour = palette.categories[0];
  const first = bins[0]?.from ?? 0;
  const last = bins.at(-1)?.to ?? 1;
  return {
    option: {
      grid: plotGrid(),
      xAxis: valueAxis(context, { name: data.name, min: first, max: last > first ? last : first + 1, place: 'x' }),
      yAxis: valueAxis(context, { name: t('rows'), place: 'y', label: format.compact }),
      tooltip: tooltipOf(context, 'item', (row) => {
        const bin = bins[row];
        if (bin === undefined) return [];
        return [
          `${format.significant(bin.from)} – ${format.significant(bin.to)}`,
          `${t('rows')} ${format.integer(bin.count)}`,
        ];
      }),
      series: [
        {
          type: 'custom',
          name: t('rows'),
          dimensions: ['from', 'to', 'count'],
          encode: { x: [0, 1], y: 2 },
          data: bins.map((bin) => [bin.from, bin.to, bin.count]),
          itemStyle: { color: colour },
          renderItem: (_params, api) => {
            const start = api.coord([api.value(0), api.value(2)]);
            const end = api.coord([api.value(1), 0]);
            const [x, y, right, bottom] = [start[0] ?? 0, start[1] ?? 0, end[0] ?? 0, end[1] ?? 0];
            return {
              type: 'rect',
              shape: { x: x + 0.5, y, width: Math.max(1, right - x - 1), height: Math.max(0, bottom - y) },
              style: { fill: colour },
              emphasis: { style: { fill: palette.categories[1] } },
            };
          },
          ...(data.zero === true
            ? {
                markLine: {
                  silent: true,
                  symbol: 'none',
                  label: { show: false },
                  lineStyle: { color: palette.text, width: 1, type: 'solid' as const },
                  data: [{ xAxis: 0 }],
                },
              }
            : {}),
        },
      ],
    },
    table: {
      columns: [
        { label: t('from'), right: true },
        { label: t('to'), right: true },
        { label: t('rows'), right: true },
      ],
      rows: bins.map((bin) => [bin.from, bin.to, bin.count]),
    },
    focusSeries: 0,
  };
}

/** How far predictions miss: histogram of actual minus predicted, zero marked. */
export function residualHistogram(
  context: ChartContext,
  data: { readonly bins: readonly Bin[]; readonly unit?: string },
): ChartSpec {
  const name = context.t('residual');
  return histogramChart(context, {
    bins: data.bins,
    zero: true,
    name: data.unit === undefined ? name : `${name} (${data.unit})`,
  });
}

type BarsData = {
  readonly items: readonly { readonly label: string; readonly value: number }[];
  /** Title of the value axis. */
  readonly name: string;
  /** Title of the label column in the table. */
  readonly labelName: string;
  readonly format?: (value: number) => string;
  /** Pixels kept for the labels. */
  readonly labelWidth?: number;
};

/** Horizontal bars, longest first, values written at their ends. */
export function barsChart(context: ChartContext, data: BarsData): ChartSpec {
  const { palette, format } = context;
  const write = data.format ?? ((value: number) => format.significant(value, 3));
  const width = data.labelWidth ?? 150;
  const { items } = data;
  const option: EChartsOption = {
    grid: plotGrid({ left: width + 12, right: 64, top: 4, bottom: 36 }),
    xAxis: { ...valueAxis(context, { name: data.name, min: 0, place: 'x', label: write }), splitLine: { show: false } },
    yAxis: categoryAxis(
      context,
      items.map((item) => item.label),
      { place: 'y', inverse: true, width },
    ),
    tooltip: tooltipOf(context, 'item', (row) => {
      const item = items[row];
      return item === undefined ? [] : [shortened(item.label, 60), `${data.name} ${write(item.value)}`];
    }),
    series: [
      {
        type: 'bar',
        name: data.name,
        data: items.map((item) => item.value),
        barMaxWidth: 16,
        itemStyle: { color: palette.categories[0] },
        label: {
          show: true,
          position: 'right',
          color: palette.dimmed,
          fontSize: 11,
          formatter: (point) => write(typeof point.value === 'number' ? point.value : 0),
        },
      },
    ],
  };
  return {
    option,
    table: {
      columns: [{ label: data.labelName }, { label: data.name, right: true }],
      rows: items.map((item) => [item.label, item.value]),
    },
    focusSeries: 0,
  };
}

/** Which columns matter most: mean size of the contribution, at most `limit` bars, the rest summed. */
export function importanceChart(
  context: ChartContext,
  data: {
    readonly columns: readonly { readonly column: string; readonly meanAbs: number }[];
    readonly units: string;
    readonly limit?: number;
  },
): ChartSpec {
  const { t } = context;
  const sorted = [...data.columns].sort((a, b) => b.meanAbs - a.meanAbs);
  const limit = data.limit ?? 15;
  const shown = sorted.slice(0, limit).map((item) => ({ label: item.column, value: item.meanAbs }));
  const rest = sorted.slice(limit);
  if (rest.length > 0) {
    const value = rest.reduce((sum, item) => sum + item.meanAbs, 0);
    shown.push({ label: t('other', { count: rest.length }), value });
  }
  return barsChart(context, { items: shown, name: `${t('meanAbs')} (${data.units})`, labelName: t('column') });
}
