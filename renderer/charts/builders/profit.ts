/** Profit over all thresholds with its confidence band, the best and the chosen threshold marked. */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { bandSeries, mainLine, plotGrid, tooltipOf, valueAxis } from './parts.ts';

/** What the profit curve is drawn from. Money is per 1 000 rows. */
export type ProfitData = {
  readonly points: readonly {
    readonly threshold: number;
    readonly share: number;
    readonly profit: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly best: number;
  readonly chosen: number;
  readonly currency: string;
};

/** The profit curve; `best` and `chosen` are thresholds. */
export function profitChart(context: ChartContext, data: ProfitData): ChartSpec {
  const { palette, format, t } = context;
  const colour = palette.categories[0];
  const { points, best, chosen, currency } = data;
  const same = Math.abs(best - chosen) < 1e-9;
  const mark = (at: number, label: string, tint: string, dashed: boolean) => ({
    xAxis: at,
    lineStyle: { color: tint, type: dashed ? ('dashed' as const) : ('solid' as const), width: 1.5 },
    label: {
      formatter: label,
      color: tint,
      fontSize: 11,
      position: 'end' as const,
      align: at > 0.7 ? ('right' as const) : ('left' as const),
    },
  });
  const marks = [mark(chosen, t('chosen', { threshold: format.fixed(chosen, 2) }), palette.categories[5], false)];
  if (!same) marks.unshift(mark(best, t('best', { threshold: format.fixed(best, 2) }), palette.reference, true));
  return {
    option: {
      grid: plotGrid({ left: 76, top: 30 }),
      xAxis: valueAxis(context, {
        name: t('threshold'),
        min: 0,
        max: 1,
        place: 'x',
        label: (value) => format.fixed(value, 1),
      }),
      yAxis: {
        ...valueAxis(context, { name: t('profitPer1000', { currency }), place: 'y', label: format.compact }),
        nameGap: 56,
      },
      tooltip: tooltipOf(context, 'axis', (row) => {
        const point = points[row];
        if (point === undefined) return [];
        return [
          `${t('threshold')} ${format.fixed(point.threshold, 3)}`,
          `${t('profit')} ${format.money(point.profit, currency)} (${format.money(point.low, currency)} – ${format.money(point.high, currency)})`,
          `${t('actShare')} ${format.percent(point.share)}`,
        ];
      }),
      series: [
        {
          ...mainLine(
            colour,
            points.map((point) => [point.threshold, point.profit]),
            { name: t('profit') },
          ),
          markLine: {
            silent: true,
            symbol: 'none',
            animation: false,
            data: [
              ...marks,
              {
                yAxis: 0,
                lineStyle: { color: palette.line, width: 1, type: 'solid' as const },
                label: { show: false },
              },
            ],
          },
        },
        ...bandSeries(
          colour,
          points.map((point) => ({ x: point.threshold, low: point.low, high: point.high })),
          'profit',
        ),
      ],
    },
    table: {
      columns: [
        { label: t('threshold'), right: true },
        { label: t('profitPer1000', { currency }), right: true },
        { label: t('low'), right: true },
        { label: t('high'), right: true },
        { label: t('actShare'), right: true },
      ],
      rows: points.map((point) => [point.threshold, point.profit, point.low, point.high, point.share]),
    },
    focusSeries: 0,
  };
}
