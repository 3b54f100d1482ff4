/**
 * SHAP summary: a dot a row and column, placed by its contribution, stacked where dots meet, tinted by where the value
 * lies in its column. The stacking is a plain histogram of pixels: points of one bin spread evenly around the line.
 */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { categoryAxis, plotGrid, shortened, tooltipOf, valueAxis } from './parts.ts';

/** One dot. `position` is 0…1 within its column; null for missing values and categories. */
export type SwarmPoint = {
  readonly contribution: number;
  readonly position: number | null;
  readonly value: string | number | boolean | null;
};

/** What the summary is drawn from, most important column first. */
export type BeeswarmData = {
  readonly columns: readonly {
    readonly column: string;
    readonly meanAbs: number;
    readonly points: readonly SwarmPoint[];
  }[];
  readonly units: 'log-odds' | 'target' | 'log-target';
  readonly limit?: number;
  readonly labelWidth?: number;
};

/** Offsets (−1…1) that keep points of the same place apart: the k-th of a bin goes to +k/2 or −k/2 steps. */
export function swarmOffsets(values: readonly number[], low: number, high: number, bins = 90): readonly number[] {
  const width = (high - low) / bins || 1;
  const filled = new Map<number, number>();
  const places = values.map((value) => {
    const bin = Math.floor((value - low) / width);
    const place = filled.get(bin) ?? 0;
    filled.set(bin, place + 1);
    return (place % 2 === 0 ? 1 : -1) * Math.ceil(place / 2);
  });
  const widest = Math.max(1, ...places.map(Math.abs));
  return places.map((place) => place / widest);
}

/** The summary as a swarm; colours run from blue (low value) to orange (high value), grey where there is no order. */
export function beeswarmChart(context: ChartContext, data: BeeswarmData): ChartSpec {
  const { palette, format, t } = context;
  const columns = data.columns.slice(0, data.limit ?? 12);
  const all = columns.flatMap((column) => column.points.map((point) => point.contribution));
  const [low, high] = [Math.min(0, ...all), Math.max(0, ...all)];
  const width = data.labelWidth ?? 150;
  const dots = columns.flatMap((column, row) => {
    const offsets = swarmOffsets(
      column.points.map((point) => point.contribution),
      low,
      high,
    );
    return column.points.map((point, index) => ({ point, row, column: column.column, offset: offsets[index] ?? 0 }));
  });
  const [from, middle, to] = palette.diverging;
  const neutral = palette.scheme === 'dark' ? '#8d96a1' : '#a9b0b8';
  return {
    option: {
      grid: plotGrid({ left: width + 12, right: 24, top: 26, bottom: 42 }),
      xAxis: {
        ...valueAxis(context, {
          name: t('contribution', { units: t(data.units === 'target' ? 'unitsTarget' : 'unitsLogOdds') }),
          place: 'x',
        }),
        axisLine: { onZero: false, lineStyle: { color: palette.line } },
        splitLine: { show: false },
      },
      yAxis: [
        categoryAxis(
          context,
          columns.map((column) => column.column),
          { place: 'y', inverse: true, width },
        ),
        { type: 'value', min: -0.5, max: Math.max(0.5, columns.length - 0.5), inverse: true, show: false },
      ],
      visualMap: {
        type: 'continuous',
        min: 0,
        max: 1,
        dimension: 2,
        seriesIndex: 0,
        show: true,
        orient: 'horizontal',
        left: 0,
        top: 0,
        bottom: 'auto',
        itemWidth: 8,
        itemHeight: 70,
        text: [t('valueHigh'), t('valueLow')],
        textStyle: { color: palette.dimmed, fontSize: 11 },
        calculable: false,
        inRange: { color: [from, palette.scheme === 'dark' ? middle : '#b9bec5', to] },
        outOfRange: { color: [neutral] },
      },
      tooltip: tooltipOf(context, 'item', (index, seriesIndex) => {
        const dot = (seriesIndex === 0 ? dots.filter(isOrdered) : dots.filter((each) => !isOrdered(each)))[index];
        if (dot === undefined) return [];
        const { value } = dot.point;
        const shown = typeof value === 'number' ? format.significant(value) : value === null ? '–' : String(value);
        return [
          `${shortened(dot.column, 40)} = ${shortened(shown, 40)}`,
          `${t('contributionPlain')} ${format.signed(dot.point.contribution, 3)}`,
        ];
      }),
      series: [true, false].map((ordered) => ({
        type: 'scatter' as const,
        yAxisIndex: 1,
        symbolSize: 4.5,
        dimensions: ['contribution', 'place', 'position'],
        data: dots
          .filter((dot) => isOrdered(dot) === ordered)
          .map((dot) => [dot.point.contribution, dot.row + dot.offset * 0.36, dot.point.position ?? -1]),
        itemStyle: ordered ? { opacity: 0.85 } : { opacity: 0.7, color: neutral },
        emphasis: { scale: 1.6 },
        ...(ordered
          ? {
              markLine: {
                silent: true,
                symbol: 'none',
                label: { show: false },
                lineStyle: { color: palette.line, width: 1, type: 'solid' as const },
                data: [{ xAxis: 0 }],
              },
            }
          : {}),
      })),
    },
    table: {
      columns: [
        { label: t('column') },
        { label: t('meanAbs'), right: true },
        { label: t('low'), right: true },
        { label: t('high'), right: true },
      ],
      rows: columns.map((column) => {
        const values = column.points.map((point) => point.contribution);
        return [
          column.column,
          column.meanAbs,
          values.length > 0 ? Math.min(...values) : null,
          values.length > 0 ? Math.max(...values) : null,
        ];
      }),
    },
  };
}

const isOrdered = (dot: { readonly point: SwarmPoint }): boolean => dot.point.position !== null;
