/** Matrices as tiles: associations between columns (diverging), confusion between classes (sequential). */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { categoryAxis, levelAxis, plotGrid, shortened, tooltipOf } from './parts.ts';

/** One pair of columns and how strongly they go together, −1…1. */
export type Association = { readonly a: string; readonly b: string; readonly value: number; readonly measure: string };

/** The columns with the strongest links first, at most `limit`. */
export function strongestColumns(associations: readonly Association[], limit: number): readonly string[] {
  const strength = new Map<string, number>();
  for (const { a, b, value } of associations) {
    for (const column of [a, b]) strength.set(column, Math.max(strength.get(column) ?? 0, Math.abs(value)));
  }
  return [...strength]
    .sort((x, y) => y[1] - x[1])
    .slice(0, limit)
    .map(([column]) => column);
}

/** Associations as a symmetric heat map; blue against, orange together. */
export function associationChart(
  context: ChartContext,
  data: { readonly associations: readonly Association[]; readonly limit?: number; readonly labelWidth?: number },
): ChartSpec {
  const { palette, format, t } = context;
  const names = strongestColumns(data.associations, data.limit ?? 14);
  const width = data.labelWidth ?? 130;
  const place = new Map(names.map((name, index) => [name, index]));
  const pairs = data.associations.filter(({ a, b }) => place.has(a) && place.has(b) && a !== b);
  const tiles = pairs.flatMap((pair) => {
    const [x, y] = [place.get(pair.a) ?? 0, place.get(pair.b) ?? 0];
    return [
      { pair, at: [x, y, pair.value] },
      { pair, at: [y, x, pair.value] },
    ];
  });
  const [low, middle, high] = palette.diverging;
  const sorted = [...pairs].sort((a, b) => Math.abs(b.value) - Math.abs(a.value));
  return {
    option: {
      grid: plotGrid({ left: width + 12, right: 12, top: 4, bottom: 96 }),
      xAxis: {
        ...categoryAxis(context, names, { place: 'x' }),
        axisLine: { show: false },
        axisLabel: {
          color: palette.dimmed,
          fontSize: 11,
          rotate: 50,
          interval: 0,
          formatter: (name: string) => shortened(name, 16),
        },
      },
      yAxis: {
        ...categoryAxis(context, names, { place: 'y', inverse: true, width }),
        axisLine: { show: false },
        axisLabel: {
          color: palette.text,
          fontSize: 11,
          interval: 0,
          formatter: (name: string) => shortened(name, Math.floor(width / 6.2)),
        },
      },
      visualMap: { type: 'continuous', min: -1, max: 1, show: false, inRange: { color: [low, middle, high] } },
      tooltip: tooltipOf(context, 'item', (index) => {
        const tile = tiles[index];
        if (tile === undefined) return [];
        const { pair } = tile;
        return [
          `${shortened(pair.a, 30)} · ${shortened(pair.b, 30)}`,
          `${pair.measure} ${format.fixed(pair.value, 2)}`,
        ];
      }),
      series: [
        {
          type: 'heatmap',
          data: tiles.map((tile) => tile.at),
          itemStyle: { borderColor: palette.background, borderWidth: 1 },
          label: {
            show: names.length <= 10,
            fontSize: 10,
            color: palette.text,
            formatter: (point) => format.fixed(Array.isArray(point.value) ? Number(point.value[2]) : 0, 2),
          },
          emphasis: { itemStyle: { borderColor: palette.text } },
        },
      ],
    },
    table: {
      columns: [{ label: t('first') }, { label: t('second') }, { label: t('strength'), right: true }],
      rows: sorted.map((pair) => [pair.a, pair.b, pair.value]),
    },
  };
}

/** Confusion: rows are what was true, columns what was predicted; tint by share of the row, counts written. */
export function confusionChart(
  context: ChartContext,
  data: { readonly classes: readonly string[]; readonly counts: readonly (readonly number[])[] },
): ChartSpec {
  const { palette, format, t } = context;
  const { classes, counts } = data;
  const cells = counts.flatMap((row, y) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return row.map((count, x) => ({ x, y, count, share: total > 0 ? count / total : 0 }));
  });
  const xAxis =
    classes.length <= 12
      ? levelAxis(context, classes, t('predicted'), 40)
      : categoryAxis(context, classes, { place: 'x', name: t('predicted') });
  const dark = (share: number) => (palette.scheme === 'dark' ? share < 0.6 : share > 0.55);
  return {
    option: {
      grid: plotGrid({ left: 124, right: 12, top: 4, bottom: 'rotate' in xAxis.axisLabel ? 84 : 50 }),
      xAxis,
      yAxis: categoryAxis(context, classes, { place: 'y', inverse: true, width: 108 }),
      visualMap: {
        type: 'continuous',
        min: 0,
        max: 1,
        show: false,
        dimension: 2,
        inRange: { color: [...palette.sequential] },
      },
      tooltip: tooltipOf(context, 'item', (index) => {
        const cell = cells[index];
        if (cell === undefined) return [];
        return [
          `${t('actual')} ${shortened(classes[cell.y] ?? '', 30)}`,
          `${t('predicted')} ${shortened(classes[cell.x] ?? '', 30)}`,
          `${format.integer(cell.count)} (${format.percent(cell.share)})`,
        ];
      }),
      series: [
        {
          type: 'heatmap',
          data: cells.map((cell) => ({
            value: [cell.x, cell.y, cell.share],
            label: { color: dark(cell.share) ? '#ffffff' : palette.scheme === 'dark' ? '#0b0d10' : palette.text },
          })),
          itemStyle: { borderColor: palette.background, borderWidth: 2 },
          label: {
            show: classes.length <= 12,
            fontSize: 11,
            formatter: (point) => format.integer(cells[point.dataIndex]?.count ?? 0),
          },
        },
      ],
    },
    table: {
      columns: [
        { label: t('actual') },
        { label: t('predicted') },
        { label: t('rows'), right: true },
        { label: t('share'), right: true },
      ],
      rows: cells.map((cell) => [classes[cell.y] ?? '', classes[cell.x] ?? '', cell.count, cell.share]),
    },
    focusSeries: 0,
  };
}
