/** Terms of additive models: a curve with its error band and the density of the data, levels with whiskers, pairs as tiles. */
import type { LineSeriesOption } from 'echarts';
import { withAlpha } from '../palette.ts';
import type { ChartContext, ChartSpec } from '../spec.ts';
import {
  bandSeries,
  categoryAxis,
  levelAxis,
  mainLine,
  plotGrid,
  tooltipOf,
  valueAxis,
  whiskerSeries,
} from './parts.ts';

/** One axis: cells are parted by `cuts`, or named by `labels`; the last cell is missing. */
export type TermAxis = {
  readonly name: string;
  readonly kind: 'number' | 'category';
  readonly cuts: readonly number[];
  readonly labels: readonly string[];
  readonly low: number | null;
  readonly high: number | null;
};

/** What a term is drawn from; tables are by cell. */
export type TermData = {
  readonly axes: readonly TermAxis[];
  readonly values: readonly number[];
  readonly deviations: readonly number[];
  readonly weights: readonly number[];
  /** Values before edits; null when nothing was edited. */
  readonly before: readonly number[] | null;
  /** Cells chosen, inclusive; null for none. */
  readonly selection: readonly [from: number, to: number] | null;
  readonly units: string;
};

/** Left edges of the value cells of a numeric axis, and the right edge of the last. */
export function cellEdges(axis: TermAxis): readonly number[] {
  const { cuts } = axis;
  const first = cuts[0] ?? 0;
  const last = cuts[cuts.length - 1] ?? 1;
  const pad = Math.max(last - first, Math.abs(last) * 0.05, 1e-9) * 0.04;
  const low = axis.low !== null && axis.low < first ? axis.low : first - pad;
  const high = axis.high !== null && axis.high > last ? axis.high : last + pad;
  return [low, ...cuts, high];
}

/** The value cell that holds a place of the axis: a number, or the index of a level. */
export function cellAt(axis: TermAxis, x: number): number {
  if (axis.kind === 'category') return Math.max(0, Math.min(axis.labels.length, Math.round(x)));
  let cell = 0;
  while (cell < axis.cuts.length && x > (axis.cuts[cell] ?? 0)) cell++;
  return cell;
}

/** One term. */
export function termChart(context: ChartContext, data: TermData): ChartSpec {
  if (data.axes.length === 2) return pairChart(context, data);
  const [axis] = data.axes;
  if (axis === undefined) throw new Error('a term has an axis');
  return axis.kind === 'number' ? curveChart(context, data, axis) : levelsChart(context, data, axis);
}

const signed = (context: ChartContext, value: number): string =>
  `${value > 0 ? '+' : ''}${context.format.significant(value, 3)}`;

function curveChart(context: ChartContext, data: TermData, axis: TermAxis): ChartSpec {
  const { palette, format, t } = context;
  const colour = palette.categories[0];
  const edges = cellEdges(axis);
  const count = axis.cuts.length + 1;
  const place = (cell: number): number => edges[cell] ?? 0;
  /** The last value once more at the right edge, where the step ends. */
  const steps = (pick: (cell: number) => number): [number, number][] =>
    Array.from({ length: count + 1 }, (_, i) => [place(i), pick(Math.min(i, count - 1))]);
  const value = (cell: number): number => data.values[cell] ?? 0;
  const spread = (cell: number): number => data.deviations[cell] ?? 0;
  const range = (cell: number): string =>
    `${format.significant(place(cell), 4)} – ${format.significant(place(cell + 1), 4)}`;
  const width = (cell: number): number => Math.max(1e-12, place(cell + 1) - place(cell));
  const density = (cell: number): number => (data.weights[cell] ?? 0) / width(cell);
  const most = Math.max(...Array.from({ length: count }, (_, cell) => density(cell)), 1e-12);
  const band = bandSeries(
    colour,
    steps(value).map(([x, y], i) => ({
      x,
      low: y - spread(Math.min(i, count - 1)),
      high: y + spread(Math.min(i, count - 1)),
    })),
    'term',
  ).map((series): LineSeriesOption => ({ ...series, step: 'end' }));
  const missing = data.weights[count] ?? 0;
  const drawn = [
    ...Array.from({ length: count }, (_, cell) => [value(cell) - spread(cell), value(cell) + spread(cell)]).flat(),
    ...(missing > 0 ? [value(count)] : []),
  ];
  return {
    option: {
      grid: plotGrid({ left: 66 }),
      xAxis: { ...valueAxis(context, { name: axis.name, scale: true, place: 'x' }), min: place(0), max: place(count) },
      yAxis: [
        {
          ...valueAxis(context, { name: `${t('adds')} (${data.units})`, scale: true, place: 'y' }),
          nameGap: 50,
          boundaryGap: bandRoom,
        },
        { type: 'value', min: 0, max: most * 5, show: false },
      ],
      tooltip: tooltipOf(context, 'axis', (row) => {
        const cell = Math.min(row, count - 1);
        return [
          `${axis.name} ${range(cell)}`,
          `${t('adds')} ${signed(context, value(cell))} ± ${format.significant(spread(cell), 2)}`,
          `${t('rowShare')} ${format.percent(data.weights[cell] ?? 0)}`,
        ];
      }),
      series: [
        {
          ...mainLine(colour, steps(value), { name: t('adds') }),
          step: 'end',
          ...selectionArea(
            context,
            data.selection === null ? null : [place(data.selection[0]), place(Math.min(count, data.selection[1] + 1))],
          ),
          ...(missing > 0 ? { markLine: missingLine(context, value(count)) } : {}),
        },
        ...band,
        roomSeries(place(0), drawn),
        {
          type: 'line',
          yAxisIndex: 1,
          step: 'end',
          silent: true,
          symbol: 'none',
          lineStyle: { width: 0 },
          areaStyle: { color: withAlpha(palette.reference, 0.28) },
          tooltip: { show: false },
          emphasis: { disabled: true },
          data: steps(density),
          z: 0,
        },
        ...(data.before === null
          ? []
          : [
              beforeLine(
                context,
                steps((cell) => data.before?.[cell] ?? 0),
              ),
            ]),
      ],
    },
    table: {
      columns: [
        { label: axis.name },
        { label: t('adds'), right: true },
        { label: t('spread'), right: true },
        { label: t('rowShare'), right: true },
      ],
      rows: [
        ...Array.from({ length: count }, (_, cell) => [
          range(cell),
          value(cell),
          spread(cell),
          data.weights[cell] ?? 0,
        ]),
        [t('missing'), value(count), spread(count), missing],
      ],
    },
    focusSeries: 0,
  };
}

/** Room between the band and the frame, as a share of what is drawn. */
const bandRoom: [string, string] = ['4%', '4%'];

/** Draws nothing, but the axis makes room for it: stacked bands and marks do not always take part in its extent. */
const roomSeries = (x: number, values: readonly number[]): LineSeriesOption => ({
  type: 'line',
  silent: true,
  symbol: 'none',
  lineStyle: { width: 0, opacity: 0 },
  tooltip: { show: false },
  emphasis: { disabled: true },
  data: [
    [x, Math.min(...values)],
    [x, Math.max(...values)],
  ],
});

function beforeLine(context: ChartContext, points: readonly [number, number][]): LineSeriesOption {
  return {
    type: 'line',
    step: 'end',
    silent: true,
    symbol: 'none',
    lineStyle: { color: context.palette.reference, type: 'dashed', width: 1.5 },
    tooltip: { show: false },
    emphasis: { disabled: true },
    data: points.map((point) => [...point]),
    z: 2,
  };
}

const missingLine = (context: ChartContext, y: number) => ({
  silent: true,
  symbol: 'none',
  lineStyle: { color: context.palette.reference, type: 'dotted' as const, width: 1.5 },
  label: {
    formatter: context.t('missing'),
    color: context.palette.dimmed,
    fontSize: 11,
    position: 'insideEndTop' as const,
  },
  data: [{ yAxis: y }],
});

function selectionArea(context: ChartContext, range: readonly [number, number] | null) {
  if (range === null) return {};
  return {
    markArea: {
      silent: true,
      itemStyle: { color: withAlpha(context.palette.categories[1], 0.16) },
      data: [[{ xAxis: range[0] }, { xAxis: range[1] }] as [{ xAxis: number }, { xAxis: number }]],
    },
  };
}

function levelsChart(context: ChartContext, data: TermData, axis: TermAxis): ChartSpec {
  const { palette, format, t } = context;
  const colour = palette.categories[0];
  const names = [...axis.labels, t('missing')];
  const at = (cell: number): number => data.values[cell] ?? 0;
  const spread = (cell: number): number => data.deviations[cell] ?? 0;
  const chosen = (cell: number): boolean =>
    data.selection !== null && cell >= data.selection[0] && cell <= data.selection[1];
  const most = Math.max(...data.weights, 1e-12);
  return {
    option: {
      grid: plotGrid({ left: 66, bottom: 80 }),
      xAxis: levelAxis(context, names, axis.name),
      yAxis: [
        { ...valueAxis(context, { name: `${t('adds')} (${data.units})`, place: 'y' }), nameGap: 50 },
        { type: 'value', min: 0, max: most * 5, show: false },
      ],
      tooltip: tooltipOf(context, 'axis', (cell) => [
        `${axis.name} ${names[cell] ?? ''}`,
        `${t('adds')} ${signed(context, at(cell))} ± ${format.significant(spread(cell), 2)}`,
        `${t('rowShare')} ${format.percent(data.weights[cell] ?? 0)}`,
      ]),
      series: [
        {
          type: 'scatter',
          name: t('adds'),
          symbolSize: 10,
          itemStyle: { color: colour },
          data: names.map((_, cell) => ({
            value: [cell, at(cell)],
            ...(chosen(cell) ? { itemStyle: { color: palette.categories[1] }, symbolSize: 13 } : {}),
          })),
        },
        whiskerSeries(
          colour,
          names.map((_, cell) => ({ x: cell, low: at(cell) - spread(cell), high: at(cell) + spread(cell) })),
        ),
        {
          type: 'bar',
          yAxisIndex: 1,
          silent: true,
          barWidth: '60%',
          itemStyle: { color: withAlpha(palette.reference, 0.28) },
          tooltip: { show: false },
          data: names.map((_, cell) => data.weights[cell] ?? 0),
          z: 0,
        },
        ...(data.before === null
          ? []
          : [
              {
                type: 'scatter' as const,
                silent: true,
                symbolSize: 9,
                itemStyle: { color: 'transparent', borderColor: palette.reference, borderWidth: 1.5 },
                tooltip: { show: false },
                data: names.map((_, cell) => [cell, data.before?.[cell] ?? 0]),
              },
            ]),
      ],
    },
    table: {
      columns: [
        { label: axis.name },
        { label: t('adds'), right: true },
        { label: t('spread'), right: true },
        { label: t('rowShare'), right: true },
      ],
      rows: names.map((name, cell) => [name, at(cell), spread(cell), data.weights[cell] ?? 0]),
    },
    focusSeries: 0,
  };
}

/** Names of all cells of an axis, missing last. */
function cellNames(context: ChartContext, axis: TermAxis): string[] {
  if (axis.kind === 'category') return [...axis.labels, context.t('missing')];
  const write = (value: number): string => context.format.significant(value, 3);
  const { cuts } = axis;
  const names = Array.from({ length: cuts.length + 1 }, (_, cell) =>
    cell === 0
      ? `≤ ${write(cuts[0] ?? 0)}`
      : cell < cuts.length
        ? `… ${write(cuts[cell] ?? 0)}`
        : `> ${write(cuts[cell - 1] ?? 0)}`,
  );
  return [...names, context.t('missing')];
}

function pairChart(context: ChartContext, data: TermData): ChartSpec {
  const { palette, format, t } = context;
  const [first, second] = data.axes;
  if (first === undefined || second === undefined) throw new Error('a pair has two axes');
  const rows = cellNames(context, first);
  const columns = cellNames(context, second);
  const most = Math.max(...data.values.map(Math.abs), 1e-9);
  const tiles = data.values.map((value, cell) => ({
    x: cell % columns.length,
    y: Math.floor(cell / columns.length),
    value,
    share: data.weights[cell] ?? 0,
  }));
  const [low, middle, high] = palette.diverging;
  return {
    option: {
      grid: plotGrid({ left: 120, right: 16, top: 8, bottom: 84 }),
      xAxis:
        columns.length <= 12
          ? levelAxis(context, columns, second.name, 40)
          : categoryAxis(context, columns, { place: 'x', name: second.name }),
      yAxis: categoryAxis(context, rows, { place: 'y', width: 104, name: first.name }),
      visualMap: {
        type: 'continuous',
        min: -most,
        max: most,
        show: false,
        dimension: 2,
        inRange: { color: [low, middle, high] },
      },
      tooltip: tooltipOf(context, 'item', (index) => {
        const tile = tiles[index];
        if (tile === undefined) return [];
        return [
          `${first.name} ${rows[tile.y] ?? ''}`,
          `${second.name} ${columns[tile.x] ?? ''}`,
          `${t('adds')} ${signed(context, tile.value)}`,
          `${t('rowShare')} ${format.percent(tile.share)}`,
        ];
      }),
      series: [
        {
          type: 'heatmap',
          data: tiles.map((tile) => ({
            value: [tile.x, tile.y, tile.value],
            // Cells without rows are guesses: they fade.
            itemStyle: { opacity: tile.share > 0 ? 1 : 0.35 },
          })),
          itemStyle: { borderColor: palette.background, borderWidth: rows.length * columns.length > 600 ? 0 : 1 },
        },
      ],
    },
    table: {
      columns: [
        { label: first.name },
        { label: second.name },
        { label: t('adds'), right: true },
        { label: t('rowShare'), right: true },
      ],
      rows: tiles.map((tile) => [rows[tile.y] ?? '', columns[tile.x] ?? '', tile.value, tile.share]),
    },
    focusSeries: 0,
  };
}
