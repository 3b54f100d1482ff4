/** Effects of columns: single rows' curves, accumulated effects, and the joint effect of two columns as tiles. */
import type { LineSeriesOption } from 'echarts';
import type { ChartContext, ChartSpec } from '../spec.ts';
import { levelAxis, mainLine, plotGrid, referenceLine, shortened, tooltipOf, valueAxis } from './parts.ts';

type Value = string | number | boolean | null;

/** Curves of single rows over the grid of a column, with their average. */
export type SingleRowsData = {
  readonly column: string;
  readonly points: readonly { readonly value: Value; readonly mean: number }[];
  readonly lines: readonly (readonly number[])[];
  readonly units: 'probability' | 'target';
  /** Every curve starts at zero, so that only its shape shows. */
  readonly centred: boolean;
};

const writer = (context: ChartContext, units: 'probability' | 'target') => (value: number) =>
  units === 'probability' ? context.format.percent(value, 1) : context.format.significant(value);
const axisWriter = (context: ChartContext, units: 'probability' | 'target') =>
  units === 'probability' ? (value: number) => context.format.percent(value, 0) : context.format.compact;

const isNumber = (value: Value): value is number => typeof value === 'number';

/** Individual conditional expectation: one thin line a row. */
export function singleRowsChart(context: ChartContext, data: SingleRowsData): ChartSpec {
  const { palette, format, t } = context;
  const kept = data.points.map((point, at) => ({ point, at })).filter(({ point }) => point.value !== null);
  const numeric = kept.length > 0 && kept.every(({ point }) => isNumber(point.value));
  const label = (value: Value) => (isNumber(value) ? format.significant(value) : String(value));
  const place = (value: Value, index: number) => (numeric && isNumber(value) ? value : index);
  const curve = (values: readonly number[]) => {
    const start = data.centred ? (values[kept[0]?.at ?? 0] ?? 0) : 0;
    return kept.map(({ point, at }, index) => [place(point.value, index), (values[at] ?? 0) - start]);
  };
  const averages = curve(data.points.map((point) => point.mean));
  const write = writer(context, data.units);
  const units = t(data.units === 'probability' ? 'unitsProbability' : 'unitsTarget');
  const name = `${t(data.centred ? 'effect' : 'averagePrediction')} (${units})`;
  const thin = data.lines.map(
    (line): LineSeriesOption => ({
      type: 'line',
      data: curve(line),
      silent: true,
      symbol: 'none',
      animation: false,
      lineStyle: { color: palette.reference, width: 1, opacity: 0.45 },
      emphasis: { disabled: true },
      tooltip: { show: false },
      z: 1,
    }),
  );
  return {
    option: {
      grid: plotGrid({ left: 66, bottom: numeric ? 42 : 80 }),
      xAxis: numeric
        ? valueAxis(context, { name: data.column, scale: true, place: 'x' })
        : levelAxis(
            context,
            kept.map(({ point }) => label(point.value)),
            data.column,
          ),
      yAxis: {
        ...valueAxis(context, { name, scale: true, place: 'y', label: axisWriter(context, data.units) }),
        nameGap: 50,
      },
      tooltip: tooltipOf(context, 'axis', (row) => {
        const entry = kept[row];
        const y = averages[row]?.[1];
        return entry === undefined || y === undefined
          ? []
          : [`${data.column} ${label(entry.point.value)}`, `${t('averageLine')} ${write(y)}`];
      }),
      series: [mainLine(palette.categories[0], averages, { name: t('averageLine'), points: !numeric }), ...thin],
    },
    table: {
      columns: [
        { label: data.column, right: numeric },
        { label: t('averageLine'), right: true },
        ...data.lines.map((_, i) => ({ label: `${t('singleRows')} ${i + 1}`, right: true })),
      ],
      rows: kept.map(({ point }, index) => [
        isNumber(point.value) ? point.value : label(point.value),
        averages[index]?.[1] ?? null,
        ...data.lines.map((line) => curve(line)[index]?.[1] ?? null),
      ]),
    },
    focusSeries: 0,
  };
}

/** Accumulated local effect of one column: what a value counts against the average. */
export function accumulatedChart(
  context: ChartContext,
  data: {
    readonly column: string;
    readonly points: readonly { readonly value: Value; readonly mean: number; readonly share: number }[];
    readonly units: 'probability' | 'target';
  },
): ChartSpec {
  const { palette, format, t } = context;
  const { points } = data;
  const numeric = points.length > 0 && points.every((point) => isNumber(point.value));
  const label = (value: Value) => (isNumber(value) ? format.significant(value) : String(value));
  const write = writer(context, data.units);
  const name = `${t('effect')} (${t(data.units === 'probability' ? 'unitsProbability' : 'unitsTarget')})`;
  const at = (value: Value, index: number) => (numeric && isNumber(value) ? value : index);
  const ends = [points[0], points.at(-1)].flatMap((point, i) =>
    point === undefined ? [] : [[at(point.value, i === 0 ? 0 : points.length - 1), 0]],
  );
  return {
    option: {
      grid: plotGrid({ left: 66, bottom: numeric ? 42 : 80 }),
      xAxis: numeric
        ? valueAxis(context, { name: data.column, scale: true, place: 'x' })
        : levelAxis(
            context,
            points.map((point) => label(point.value)),
            data.column,
          ),
      yAxis: {
        ...valueAxis(context, { name, scale: true, place: 'y', label: axisWriter(context, data.units) }),
        nameGap: 50,
      },
      tooltip: tooltipOf(context, 'axis', (row) => {
        const point = points[row];
        return point === undefined
          ? []
          : [
              `${data.column} ${label(point.value)}`,
              `${t('effect')} ${write(point.mean)}`,
              `${t('rowShare')} ${format.percent(point.share)}`,
            ];
      }),
      series: [
        mainLine(
          palette.categories[0],
          points.map((point, index) => [at(point.value, index), point.mean]),
          { name, points: !numeric },
        ),
        referenceLine(context, '', ends),
      ],
    },
    table: {
      columns: [
        { label: data.column, right: numeric },
        { label: t('effect'), right: true },
        { label: t('rowShare'), right: true },
      ],
      rows: points.map((point) => [isNumber(point.value) ? point.value : label(point.value), point.mean, point.share]),
    },
    focusSeries: 0,
  };
}

/** Two columns together, one tile a pair of values; `diverging` for effects around zero. */
export function surfaceChart(
  context: ChartContext,
  data: {
    readonly column: string;
    readonly second: string;
    readonly first: readonly Value[];
    readonly other: readonly Value[];
    /** [first][other]. */
    readonly values: readonly (readonly number[])[];
    readonly units: 'probability' | 'target';
    readonly diverging: boolean;
  },
): ChartSpec {
  const { palette, format, t } = context;
  const label = (value: Value) => (isNumber(value) ? format.significant(value, 3) : String(value));
  const write = writer(context, data.units);
  const cells = data.values.flatMap((row, x) => row.map((value, y) => ({ x, y, value })));
  const all = cells.map((cell) => cell.value);
  const most = Math.max(...all.map(Math.abs), 1e-12);
  const range = data.diverging
    ? { min: -most, max: most, inRange: { color: [...palette.diverging] } }
    : {
        min: Math.min(...all),
        max: Math.max(...all, Math.min(...all) + 1e-12),
        inRange: { color: [...palette.sequential] },
      };
  return {
    option: {
      grid: plotGrid({ left: 124, right: 66, top: 4, bottom: 84 }),
      xAxis: levelAxis(context, data.first.map(label), data.column, 40),
      yAxis: {
        type: 'category',
        data: data.other.map(label),
        name: data.second,
        nameLocation: 'middle',
        nameGap: 16 + 6.4 * Math.min(14, Math.max(...data.other.map((value) => label(value).length), 1)),
        nameTextStyle: { color: palette.dimmed, fontSize: 11 },
        axisLine: { lineStyle: { color: palette.line } },
        axisTick: { show: false },
        axisLabel: {
          color: palette.text,
          fontSize: 11,
          interval: 0,
          formatter: (name: string) => shortened(name, 14),
        },
      },
      visualMap: {
        type: 'continuous',
        ...range,
        dimension: 2,
        right: 0,
        top: 'middle',
        itemHeight: 120,
        itemWidth: 10,
        calculable: false,
        text: [axisWriter(context, data.units)(range.max), axisWriter(context, data.units)(range.min)],
        textStyle: { color: palette.dimmed, fontSize: 11 },
      },
      tooltip: tooltipOf(context, 'item', (index) => {
        const cell = cells[index];
        return cell === undefined
          ? []
          : [
              `${data.column} ${label(data.first[cell.x] ?? null)}`,
              `${data.second} ${label(data.other[cell.y] ?? null)}`,
              write(cell.value),
            ];
      }),
      series: [
        {
          type: 'heatmap',
          data: cells.map((cell) => [cell.x, cell.y, cell.value]),
          itemStyle: { borderColor: palette.background, borderWidth: 1 },
        },
      ],
    },
    table: {
      columns: [
        { label: data.column },
        { label: data.second },
        { label: t(data.diverging ? 'together' : 'averagePrediction'), right: true },
      ],
      rows: cells.map((cell) => [label(data.first[cell.x] ?? null), label(data.other[cell.y] ?? null), cell.value]),
    },
    focusSeries: 0,
  };
}
