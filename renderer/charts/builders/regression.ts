/** Predicted against actual values of a regression, with intervals around each bin. */
import type { ChartContext, ChartSpec } from '../spec.ts';
import type { BandPoint } from './curves.ts';
import { bandSeries, mainLine, plotGrid, referenceLine, tooltipOf, valueAxis } from './parts.ts';

/** Mean actual value over the predicted one, bin by bin, with a band and the perfect diagonal. */
export function predictedVsActualChart(
  context: ChartContext,
  data: { readonly points: readonly BandPoint[]; readonly unit?: string },
): ChartSpec {
  const { palette, format, t } = context;
  const { points } = data;
  const colour = palette.categories[0];
  const ends = [points[0]?.x ?? 0, points.at(-1)?.x ?? 1];
  const named = (name: string) => (data.unit === undefined ? name : `${name} (${data.unit})`);
  return {
    option: {
      grid: plotGrid({ left: 70 }),
      xAxis: valueAxis(context, { name: named(t('predicted')), scale: true, place: 'x', label: format.compact }),
      yAxis: {
        ...valueAxis(context, { name: named(t('actual')), scale: true, place: 'y', label: format.compact }),
        nameGap: 52,
      },
      tooltip: tooltipOf(context, 'axis', (row) => {
        const point = points[row];
        if (point === undefined) return [];
        return [
          `${t('predicted')} ${format.significant(point.x)}`,
          `${t('actual')} ${format.significant(point.y)} (${format.significant(point.low)} – ${format.significant(point.high)})`,
          `${t('rows')} ${format.integer(point.count)}`,
        ];
      }),
      series: [
        mainLine(
          colour,
          points.map((point) => [point.x, point.y]),
          { name: t('actual'), points: true },
        ),
        ...bandSeries(colour, points, 'actual'),
        referenceLine(
          context,
          t('perfect'),
          ends.map((end) => [end, end]),
        ),
      ],
    },
    table: {
      columns: [
        { label: t('predicted'), right: true },
        { label: t('actual'), right: true },
        { label: t('low'), right: true },
        { label: t('high'), right: true },
        { label: t('rows'), right: true },
      ],
      rows: points.map((point) => [point.x, point.y, point.low, point.high, point.count]),
    },
    focusSeries: 0,
  };
}
