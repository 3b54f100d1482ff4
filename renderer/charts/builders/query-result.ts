/** A query's result drawn: one column across, one column of numbers up, as bars, a line or points. */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { categoryAxis, plotGrid, tooltipOf, valueAxis } from './parts.ts';

/** How a result is drawn. */
export type ResultChartKind = 'bar' | 'line' | 'points';

export type ResultChartData = {
  readonly kind: ResultChartKind;
  readonly x: { readonly name: string; readonly values: readonly (string | number | boolean | null)[] };
  readonly y: { readonly name: string; readonly values: readonly (number | null)[] };
};

/** The chart of a result; numbers across get a number axis unless they are bars. */
export function queryResultChart(context: ChartContext, data: ResultChartData): ChartSpec {
  const { palette, format, t } = context;
  const { x, y, kind } = data;
  const numeric = kind !== 'bar' && x.values.every((value) => value === null || typeof value === 'number');
  const label = (value: string | number | boolean | null): string =>
    value === null ? t('missing') : typeof value === 'number' ? format.significant(value) : String(value);
  const points = x.values.map((value, i): [string | number | null, number | null] => [
    numeric ? (typeof value === 'number' ? value : null) : label(value),
    y.values[i] ?? null,
  ]);
  const colour = palette.categories[0];
  const across = numeric
    ? valueAxis(context, { name: x.name, scale: true, place: 'x' })
    : categoryAxis(
        context,
        x.values.map((value) => label(value)),
        { place: 'x', name: x.name },
      );
  const shape =
    kind === 'bar'
      ? { type: 'bar' as const, barMaxWidth: 36 }
      : kind === 'line'
        ? { type: 'line' as const, showSymbol: points.length <= 60, lineStyle: { width: 1.5 } }
        : { type: 'scatter' as const, symbolSize: 6 };
  const values = numeric ? points : points.map(([, value]) => value);
  return {
    option: {
      grid: plotGrid({ left: 70, bottom: 48 }),
      xAxis: across,
      yAxis: {
        ...valueAxis(context, { name: y.name, scale: kind !== 'bar', place: 'y', label: format.compact }),
        nameGap: 52,
      },
      tooltip: tooltipOf(context, kind === 'points' ? 'item' : 'axis', (row) => [
        `${x.name} ${label(x.values[row] ?? null)}`,
        `${y.name} ${label(y.values[row] ?? null)}`,
      ]),
      series: [{ ...shape, data: values, color: colour, name: y.name, itemStyle: { color: colour } }],
    },
    table: {
      columns: [{ label: x.name }, { label: y.name, right: true }],
      rows: x.values.map((value, i) => [typeof value === 'boolean' ? String(value) : value, y.values[i] ?? null]),
    },
    focusSeries: 0,
  };
}
