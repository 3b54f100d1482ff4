/** Learning curves: loss on rows not learned from, by boosting round; at most seven trials. */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { mainLine, plotGrid, shortened, tooltipOf, valueAxis } from './parts.ts';

/** One trial's curve, rounds ascending. */
export type LearningCurve = {
  readonly trial: number;
  readonly label: string;
  readonly points: readonly { readonly round: number; readonly valid: number }[];
};

/** The curves, best trial first; it is drawn strongest, and the keyboard and the table follow it. */
export function learningCurvesChart(
  context: ChartContext,
  data: { readonly curves: readonly LearningCurve[] },
): ChartSpec {
  const { palette, format, t } = context;
  const curves = data.curves.slice(0, 7);
  const best = curves[0];
  const name = (curve: LearningCurve) => `${t('trial')} ${format.integer(curve.trial)}`;
  return {
    option: {
      grid: plotGrid({ left: 68, top: 26 }),
      legend: {
        data: curves.map(name),
        top: 0,
        bottom: 'auto',
        left: 60,
        itemWidth: 14,
        textStyle: { color: palette.dimmed, fontSize: 11 },
      },
      xAxis: valueAxis(context, { name: t('round'), place: 'x', label: format.compact }),
      yAxis: { ...valueAxis(context, { name: t('validLoss'), scale: true, place: 'y' }), nameGap: 52 },
      tooltip: tooltipOf(context, 'item', (row, seriesIndex) => {
        const curve = curves[seriesIndex];
        const point = curve?.points[row];
        if (curve === undefined || point === undefined) return [];
        return [
          `${name(curve)}: ${shortened(curve.label, 44)}`,
          `${t('round')} ${format.integer(point.round)}`,
          `${t('validLoss')} ${format.significant(point.valid)}`,
        ];
      }),
      series: curves.map((curve, place) => {
        const colour = palette.categories[place] ?? palette.reference;
        return {
          ...mainLine(
            colour,
            curve.points.map((point) => [point.round, point.valid]),
            { name: name(curve) },
          ),
          lineStyle: { width: place === 0 ? 2.5 : 1.25, color: colour },
        };
      }),
    },
    table: {
      columns: [
        { label: t('trial'), right: true },
        { label: t('model') },
        { label: t('round'), right: true },
        { label: t('validLoss'), right: true },
      ],
      rows: (best?.points ?? []).map((point) => [best?.trial ?? null, best?.label ?? '', point.round, point.valid]),
    },
    focusSeries: 0,
  };
}
