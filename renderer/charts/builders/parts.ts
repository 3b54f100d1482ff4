/** Pieces that the option builders share: axes with units, grid lines, bands, reference lines, point tooltips. */
import type { CustomSeriesOption, EChartsOption, LineSeriesOption } from 'echarts';
import { withAlpha } from '../palette.ts';
import type { ChartContext } from '../spec.ts';

type ValueAxisOptions = {
  readonly name: string;
  readonly label?: (value: number) => string;
  readonly min?: number;
  readonly max?: number;
  /** Bars need zero; curves of scores do not. */
  readonly scale?: boolean;
  readonly place: 'x' | 'y';
};

/** A numeric axis with its title. */
export function valueAxis(context: ChartContext, options: ValueAxisOptions) {
  const { palette, format } = context;
  const write = options.label ?? ((value: number) => format.significant(value, 3));
  return {
    type: 'value' as const,
    name: options.name,
    nameLocation: 'middle' as const,
    nameGap: options.place === 'x' ? 26 : 44,
    nameTextStyle: { color: palette.dimmed, fontSize: 11 },
    scale: options.scale === true,
    ...(options.min === undefined ? {} : { min: options.min }),
    ...(options.max === undefined ? {} : { max: options.max }),
    splitNumber: options.place === 'x' ? 5 : 4,
    axisLine: { show: options.place === 'x', lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: { color: palette.dimmed, fontSize: 11, hideOverlap: true, formatter: write },
    splitLine: { show: options.place === 'y', lineStyle: { color: palette.grid } },
    axisPointer: { label: { show: false } },
  };
}

/** A category axis; long names lose their middle. `place` says where it stands. */
export function categoryAxis(
  context: ChartContext,
  names: readonly string[],
  options: {
    readonly place: 'x' | 'y';
    readonly name?: string;
    readonly inverse?: boolean;
    readonly width?: number;
    readonly every?: boolean;
  },
) {
  const { palette } = context;
  const length = options.place === 'y' ? Math.floor((options.width ?? 150) / 6.6) : 14;
  return {
    type: 'category' as const,
    data: [...names],
    inverse: options.inverse === true,
    ...(options.name === undefined
      ? {}
      : {
          name: options.name,
          nameLocation: 'middle' as const,
          nameGap: 26,
          nameTextStyle: { color: palette.dimmed, fontSize: 11 },
        }),
    axisLine: { lineStyle: { color: palette.line } },
    axisTick: { show: false },
    axisLabel: {
      color: options.place === 'y' ? palette.text : palette.dimmed,
      fontSize: options.place === 'y' ? 12 : 11,
      hideOverlap: options.every !== true,
      ...(options.every === true ? { interval: 0 } : {}),
      formatter: (name: string) => shortened(name, length),
    },
    splitLine: { show: false },
  };
}

/** Every level keeps its name: names of more than `most` characters together would not fit side by side and are written aslant. */
export function levelAxis(context: ChartContext, names: readonly string[], column: string, most = 60) {
  const axis = categoryAxis(context, names, { place: 'x', name: column });
  const long = names.reduce((sum, name) => sum + Math.min(14, name.length) + 3, 0) > most;
  const axisLabel = { ...axis.axisLabel, hideOverlap: false, interval: 0, ...(long ? { rotate: 28 } : {}) };
  return { ...axis, axisLabel, ...(long ? { nameGap: 62 } : {}) };
}

/** The text with its middle cut out when longer than `length`. */
export function shortened(text: string, length: number): string {
  if (text.length <= length) return text;
  const tail = Math.floor((length - 1) * 0.4);
  return `${text.slice(0, length - 1 - tail)}…${text.slice(text.length - tail)}`;
}

/** Room around the plot. */
export const plotGrid = (room: { left?: number; right?: number; top?: number; bottom?: number } = {}) => ({
  left: room.left ?? 60,
  right: room.right ?? 24,
  top: room.top ?? 14,
  bottom: room.bottom ?? 42,
});

/** A tooltip that writes its lines from the place of the point. */
export function tooltipOf(
  context: ChartContext,
  trigger: 'axis' | 'item',
  lines: (row: number, seriesIndex: number) => readonly string[],
): EChartsOption['tooltip'] {
  const { palette } = context;
  return {
    trigger,
    backgroundColor: palette.scheme === 'dark' ? '#2a2f36' : '#ffffff',
    borderColor: palette.grid,
    padding: [6, 9],
    textStyle: { color: palette.text, fontSize: 12, fontFamily: "'Inter Variable', system-ui, sans-serif" },
    axisPointer: { type: 'line', lineStyle: { color: palette.line, width: 1, type: 'solid' }, label: { show: false } },
    formatter: (found) => {
      const point = Array.isArray(found) ? found[0] : found;
      return point === undefined ? '' : lines(point.dataIndex, point.seriesIndex ?? 0).join('\n');
    },
  };
}

/** A straight reference (chance, perfect) that neither speaks nor reacts. */
export function referenceLine(
  context: ChartContext,
  name: string,
  data: readonly (readonly number[])[],
): LineSeriesOption {
  return {
    type: 'line',
    name,
    data: data.map((point) => [...point]),
    silent: true,
    symbol: 'none',
    animation: false,
    lineStyle: { color: context.palette.reference, width: 1, type: 'dashed' },
    emphasis: { disabled: true },
    endLabel: { show: false },
    tooltip: { show: false },
    z: 1,
  };
}

/** The two stacked series that draw a band between `low` and `high` over `x`. */
export function bandSeries(
  colour: string,
  points: readonly { readonly x: number | string; readonly low: number; readonly high: number }[],
  name: string,
): LineSeriesOption[] {
  const common: LineSeriesOption = {
    type: 'line',
    stack: `band-${name}`,
    stackStrategy: 'all',
    silent: true,
    symbol: 'none',
    lineStyle: { width: 0, opacity: 0 },
    emphasis: { disabled: true },
    tooltip: { show: false },
    z: 1,
  };
  return [
    { ...common, data: points.map((point) => [point.x, point.low]) },
    {
      ...common,
      data: points.map((point) => [point.x, point.high - point.low]),
      areaStyle: { color: withAlpha(colour, 0.18), opacity: 1 },
    },
  ];
}

/** An interval at a place of the horizontal axis. */
export type Whisker = { readonly x: number; readonly low: number; readonly high: number };

/** Vertical whiskers with small caps; unlike marks they take part in the axis's extent. */
export function whiskerSeries(colour: string, whiskers: readonly Whisker[]): CustomSeriesOption {
  return {
    type: 'custom',
    silent: true,
    dimensions: ['x', 'low', 'high'],
    encode: { x: 0, y: [1, 2] },
    data: whiskers.map((whisker) => [whisker.x, whisker.low, whisker.high]),
    tooltip: { show: false },
    z: 2,
    renderItem: (_params, api) => {
      const [x = 0, bottom = 0] = api.coord([api.value(0), api.value(1)]);
      const [, top = 0] = api.coord([api.value(0), api.value(2)]);
      const style = { stroke: colour, lineWidth: 1.5, opacity: 0.6, fill: 'none' };
      const line = (x1: number, y1: number, x2: number, y2: number) => ({
        type: 'line' as const,
        shape: { x1, y1, x2, y2 },
        style,
      });
      return {
        type: 'group',
        children: [line(x, bottom, x, top), line(x - 3, bottom, x + 3, bottom), line(x - 3, top, x + 3, top)],
      };
    },
  };
}

/** The main line of a chart. */
export function mainLine(
  colour: string,
  data: readonly (readonly (number | string)[])[],
  options: { readonly name: string; readonly points?: boolean; readonly label?: string } = { name: '' },
): LineSeriesOption {
  return {
    type: 'line',
    name: options.name,
    data: data.map((point) => [...point]),
    color: colour,
    lineStyle: { width: 2, color: colour },
    itemStyle: { color: colour },
    symbol: 'circle',
    symbolSize: options.points === true ? 6 : 5,
    showSymbol: options.points === true,
    emphasis: { scale: 1.5, itemStyle: { borderWidth: 0 } },
    z: 3,
    ...(options.label === undefined
      ? {}
      : {
          endLabel: { show: true, formatter: options.label, color: colour, fontSize: 11, distance: 6 },
        }),
  };
}
