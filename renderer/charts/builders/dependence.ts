/** Partial dependence: how the average prediction moves with one column, with the spread of single rows. */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { bandSeries, levelAxis, mainLine, plotGrid, tooltipOf, valueAxis, whiskerSeries } from './parts.ts';

/** A grid point of the column; `share` is the share of training rows there. */
export type DependencePoint = {
  readonly value: string | number | boolean | null;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
  readonly share: number;
};

/** What dependence is drawn from. Numbers become a line with a band, everything else points with whiskers. */
export type DependenceData = {
  readonly column: string;
  readonly points: readonly DependencePoint[];
  readonly units: 'probability' | 'target';
};

const isNumber = (value: DependencePoint['value']): value is number => typeof value === 'number';

/** Rows without a value have no place on the axis: their average is a line across. */
const missingMark = (context: ChartContext, mean: number) => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color: context.palette.reference, type: 'dotted' as const, width: 1.5 },
  label: {
    formatter: context.t('missing'),
    color: context.palette.dimmed,
    fontSize: 11,
    position: 'insideEndTop' as const,
  },
  data: [{ yAxis: mean }],
});

/** Partial dependence of one column. */
export function dependenceChart(context: ChartContext, data: DependenceData): ChartSpec {
  const { palette, format, t } = context;
  const colour = palette.categories[0];
  const valued = data.points.filter((point) => point.value !== null);
  const missing = data.points.find((point) => point.value === null);
  const numeric = valued.length > 0 && valued.every((point) => isNumber(point.value));
  const points = numeric && missing !== undefined ? valued : data.points;
  const write = (value: number) => (data.units === 'probability' ? format.percent(value) : format.significant(value));
  const label = (point: DependencePoint) =>
    isNumber(point.value) ? format.significant(point.value) : point.value === null ? '–' : String(point.value);
  const name = `${t('averagePrediction')} (${t(data.units === 'probability' ? 'unitsProbability' : 'unitsTarget')})`;
  const x = (point: DependencePoint, index: number) => (numeric && isNumber(point.value) ? point.value : index);
  const y = {
    ...valueAxis(context, {
      name,
      scale: true,
      place: 'y',
      label: data.units === 'probability' ? (value) => format.percent(value, 0) : format.compact,
    }),
    nameGap: 50,
  };
  return {
    option: {
      grid: plotGrid({ left: 66, bottom: numeric ? 42 : 80 }),
      xAxis: numeric
        ? valueAxis(context, { name: data.column, scale: true, place: 'x' })
        : levelAxis(context, points.map(label), data.column),
      yAxis: y,
      tooltip: tooltipOf(context, 'axis', (row) => {
        const point = points[row];
        if (point === undefined) return [];
        return [
          `${data.column} ${label(point)}`,
          `${t('averagePrediction')} ${write(point.mean)} (${write(point.low)} – ${write(point.high)})`,
          `${t('rowShare')} ${format.percent(point.share)}`,
        ];
      }),
      series: numeric
        ? [
            {
              ...mainLine(
                colour,
                points.map((point, index) => [x(point, index), point.mean]),
                { name },
              ),
              ...(missing === undefined ? {} : { markLine: missingMark(context, missing.mean) }),
            },
            ...bandSeries(
              colour,
              points.map((point, index) => ({ x: x(point, index), low: point.low, high: point.high })),
              'dependence',
            ),
          ]
        : [
            {
              type: 'scatter',
              name,
              data: points.map((point, index) => [index, point.mean]),
              symbolSize: 10,
              itemStyle: { color: colour },
            },
            whiskerSeries(
              colour,
              points.map((point, index) => ({ x: index, low: point.low, high: point.high })),
            ),
          ],
    },
    table: {
      columns: [
        { label: data.column, right: numeric },
        { label: t('averagePrediction'), right: true },
        { label: t('low'), right: true },
        { label: t('high'), right: true },
        { label: t('rowShare'), right: true },
      ],
      rows: (numeric && missing !== undefined ? [...points, missing] : points).map((point) => [
        isNumber(point.value) ? point.value : label(point),
        point.mean,
        point.low,
        point.high,
        point.share,
      ]),
    },
    focusSeries: 0,
  };
}
