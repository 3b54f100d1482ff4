/**
 * The waterfall of one prediction: from the base value, contribution by contribution, to the output. Exact in the margin:
 * base + Σ contributions = output; whatever is not shown as a bar of its own is summed into one.
 */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { categoryAxis, plotGrid, tooltipOf, valueAxis } from './parts.ts';

/** What a waterfall is drawn from. `label` of a step carries the column and its value. */
export type WaterfallData = {
  readonly base: number;
  readonly steps: readonly { readonly label: string; readonly contribution: number }[];
  readonly units: 'log-odds' | 'target' | 'log-target' | 'probability';
  /** Bars beside the base, the rest and the output. */
  readonly limit?: number;
  readonly labelWidth?: number;
  readonly format?: (value: number) => string;
};

/** One bar of the waterfall with where it begins and ends. */
export type WaterfallBar = {
  readonly label: string;
  readonly from: number;
  readonly to: number;
  readonly kind: 'base' | 'step' | 'rest' | 'output';
};

/** Orders the steps by size, sums the small ones, and runs the total through them. */
export function waterfallBars(
  data: WaterfallData,
  words: { base: string; rest: (count: number) => string; output: string },
) {
  const limit = data.limit ?? 8;
  const sorted = [...data.steps].sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
  const shown = sorted.slice(0, limit);
  const rest = sorted.slice(limit);
  const bars: WaterfallBar[] = [{ label: words.base, from: 0, to: data.base, kind: 'base' }];
  let level = data.base;
  const add = (label: string, contribution: number, kind: 'step' | 'rest') => {
    bars.push({ label, from: level, to: level + contribution, kind });
    level += contribution;
  };
  for (const step of shown) add(step.label, step.contribution, 'step');
  if (rest.length > 0)
    add(
      words.rest(rest.length),
      rest.reduce((sum, step) => sum + step.contribution, 0),
      'rest',
    );
  bars.push({ label: words.output, from: 0, to: level, kind: 'output' });
  return bars;
}

const unitWord = {
  'log-odds': 'unitsLogOdds',
  target: 'unitsTarget',
  'log-target': 'unitsLogTarget',
  probability: 'unitsProbability',
} as const;

/** The waterfall of one prediction: blue lowers, orange raises, signs written at the bars. */
export function waterfallChart(context: ChartContext, data: WaterfallData): ChartSpec {
  const { palette, format, t } = context;
  const bars = waterfallBars(data, {
    base: t('baseValue'),
    rest: (count) => t('other', { count }),
    output: t('output'),
  });
  const plain = data.format ?? ((value: number) => format.significant(value, 3));
  const digits = data.units === 'target' ? undefined : 3;
  const signed = (value: number) =>
    digits === undefined ? `${value > 0 ? '+' : ''}${plain(value)}` : format.signed(value, digits);
  const isTotal = (bar: WaterfallBar) => bar.kind === 'base' || bar.kind === 'output';
  const text = (bar: WaterfallBar) => (isTotal(bar) ? plain(bar.to) : signed(bar.to - bar.from));
  const levels = bars.flatMap((bar) => (isTotal(bar) ? [bar.to] : [bar.from, bar.to]));
  const [low, high] = [Math.min(...levels), Math.max(...levels)];
  const margin = (high - low || Math.abs(high) || 1) * 0.18;
  const width = data.labelWidth ?? 190;
  const colourOf = (bar: WaterfallBar) =>
    isTotal(bar) ? palette.reference : bar.to >= bar.from ? palette.raises : palette.lowers;
  return {
    option: {
      grid: plotGrid({ left: width + 12, right: 20, top: 4, bottom: 42 }),
      xAxis: {
        ...valueAxis(context, {
          name: t('contribution', { units: t(unitWord[data.units]) }),
          min: low - margin,
          max: high + margin,
          place: 'x',
          label: plain,
        }),
        axisLabel: {
          color: palette.dimmed,
          fontSize: 11,
          hideOverlap: true,
          showMinLabel: false,
          showMaxLabel: false,
          formatter: plain,
        },
      },
      yAxis: {
        ...categoryAxis(
          context,
          bars.map((bar) => bar.label),
          { place: 'y', inverse: true, width },
        ),
        axisLine: { show: false },
      },
      tooltip: tooltipOf(context, 'item', (row) => {
        const bar = bars[row];
        if (bar === undefined) return [];
        return isTotal(bar)
          ? [`${bar.label} ${plain(bar.to)}`]
          : [
              bar.label,
              `${t('contributionPlain')} ${signed(bar.to - bar.from)}`,
              `${plain(bar.from)} → ${plain(bar.to)}`,
            ];
      }),
      series: [
        {
          type: 'custom',
          name: t('contributionPlain'),
          dimensions: ['from', 'to', 'row'],
          encode: { x: [0, 1], y: 2 },
          data: bars.map((bar, row) => [bar.from, bar.to, row]),
          renderItem: (params, api) => {
            const bar = bars[params.dataIndex];
            if (bar === undefined) return null;
            const room = api.size?.([0, 1]);
            const height = Math.min(18, (Array.isArray(room) ? room[1] : room) ?? 18) * 0.8;
            const middle = api.coord([bar.to, params.dataIndex]);
            const start = api.coord([isTotal(bar) ? bar.to : bar.from, params.dataIndex]);
            const [x, y] = [middle[0] ?? 0, middle[1] ?? 0];
            const origin = start[0] ?? 0;
            const left = Math.min(x, origin);
            const wide = Math.max(isTotal(bar) ? 3 : 2, Math.abs(x - origin));
            const toRight = bar.to >= (isTotal(bar) ? bar.to : bar.from);
            const next = bars[params.dataIndex + 1];
            const below = api.coord([bar.to, params.dataIndex + 1]);
            return {
              type: 'group',
              children: [
                {
                  type: 'rect',
                  shape: { x: isTotal(bar) ? x - 1.5 : left, y: y - height / 2, width: wide, height },
                  style: { fill: colourOf(bar) },
                },
                {
                  type: 'text',
                  style: {
                    x: toRight ? left + wide + 5 : left - 5,
                    y,
                    text: text(bar),
                    fill: palette.text,
                    fontSize: 11,
                    fontFamily: "'Inter Variable', system-ui, sans-serif",
                    align: toRight ? 'left' : 'right',
                    verticalAlign: 'middle',
                  },
                },
                ...(next === undefined
                  ? []
                  : [
                      {
                        type: 'line' as const,
                        shape: { x1: x, y1: y + height / 2, x2: x, y2: (below[1] ?? y) - height / 2 },
                        style: { stroke: palette.line, lineWidth: 1 },
                      },
                    ]),
              ],
            };
          },
        },
      ],
    },
    table: {
      columns: [
        { label: t('column') },
        { label: t('contributionPlain'), right: true },
        { label: t('startsAt'), right: true },
        { label: t('endsAt'), right: true },
      ],
      rows: bars.map((bar) => [
        bar.label,
        isTotal(bar) ? null : bar.to - bar.from,
        isTotal(bar) ? null : bar.from,
        bar.to,
      ]),
    },
    focusSeries: 0,
  };
}
