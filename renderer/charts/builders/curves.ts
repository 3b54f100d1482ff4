/** Curves of a classifier: reliability, ROC, precision–recall, and gain (share of positives found). */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { mainLine, plotGrid, referenceLine, tooltipOf, valueAxis, whiskerSeries } from './parts.ts';

/** A point of a curve. */
export type CurvePoint = { readonly x: number; readonly y: number };

/** A point with its confidence interval and how many rows stand behind it. */
export type BandPoint = CurvePoint & { readonly low: number; readonly high: number; readonly count: number };

const percentOf = (context: ChartContext) => (value: number) => context.format.percent(value, 0);

/**
 * Reliability: what was predicted against what happened, with intervals; `before` is the curve before calibration.
 * The table and the keyboard follow the calibrated points.
 */
export function reliabilityChart(
  context: ChartContext,
  data: { readonly points: readonly BandPoint[]; readonly before?: readonly BandPoint[] },
): ChartSpec {
  const { palette, format, t } = context;
  const colour = palette.categories[0];
  const { points, before } = data;
  const line = mainLine(
    colour,
    points.map((point) => [point.x, point.y]),
    { name: t('after'), points: true },
  );
  return {
    option: {
      grid: plotGrid(),
      xAxis: valueAxis(context, {
        name: t('predictedProbability'),
        label: percentOf(context),
        min: 0,
        max: 1,
        place: 'x',
      }),
      yAxis: {
        ...valueAxis(context, { name: t('observedShare'), label: percentOf(context), min: 0, max: 1, place: 'y' }),
        interval: 0.25,
      },
      ...(before === undefined || before.length === 0
        ? {}
        : {
            legend: {
              data: [t('after'), t('before')],
              top: 0,
              bottom: 'auto' as const,
              right: 8,
              itemWidth: 16,
              textStyle: { color: palette.dimmed, fontSize: 11 },
            },
          }),
      tooltip: tooltipOf(context, 'item', (row) => {
        const point = points[row];
        if (point === undefined) return [];
        return [
          `${t('predictedProbability')} ${format.percent(point.x)}`,
          `${t('observedShare')} ${format.percent(point.y)} (${format.percent(point.low)} – ${format.percent(point.high)})`,
          `${t('rows')} ${format.integer(point.count)}`,
        ];
      }),
      series: [
        line,
        whiskerSeries(colour, points),
        ...(before === undefined || before.length === 0
          ? []
          : [
              {
                ...mainLine(
                  palette.categories[1],
                  before.map((point) => [point.x, point.y]),
                  { name: t('before'), points: true },
                ),
                symbol: 'emptyCircle',
                lineStyle: { width: 1.5, type: 'dotted' as const, color: palette.categories[1] },
                silent: true,
                z: 2,
              },
            ]),
        referenceLine(context, t('perfect'), [
          [0, 0],
          [1, 1],
        ]),
      ],
    },
    table: {
      columns: [
        { label: t('predictedProbability'), right: true },
        { label: t('observedShare'), right: true },
        { label: t('low'), right: true },
        { label: t('high'), right: true },
        { label: t('rows'), right: true },
      ],
      rows: points.map((point) => [point.x, point.y, point.low, point.high, point.count]),
    },
    focusSeries: 0,
  };
}

function unitSquare(
  context: ChartContext,
  points: readonly CurvePoint[],
  names: { readonly x: string; readonly y: string },
  reference: readonly (readonly number[])[],
): ChartSpec {
  const { palette, format, t } = context;
  return {
    option: {
      grid: plotGrid(),
      xAxis: valueAxis(context, { name: names.x, label: percentOf(context), min: 0, max: 1, place: 'x' }),
      yAxis: {
        ...valueAxis(context, { name: names.y, label: percentOf(context), min: 0, max: 1, place: 'y' }),
        interval: 0.25,
      },
      tooltip: tooltipOf(context, 'axis', (row) => {
        const point = points[row];
        if (point === undefined) return [];
        return [`${names.x} ${format.percent(point.x)}`, `${names.y} ${format.percent(point.y)}`];
      }),
      series: [
        mainLine(
          palette.categories[0],
          points.map((point) => [point.x, point.y]),
          { name: t('model') },
        ),
        referenceLine(context, t('chance'), reference),
      ],
    },
    table: {
      columns: [
        { label: names.x, right: true },
        { label: names.y, right: true },
      ],
      rows: points.map((point) => [point.x, point.y]),
    },
    focusSeries: 0,
  };
}

/** ROC: true against false positives over all thresholds, chance as the diagonal. */
export function rocChart(context: ChartContext, data: { readonly points: readonly CurvePoint[] }): ChartSpec {
  const { t } = context;
  return unitSquare(context, data.points, { x: t('falsePositiveRate'), y: t('truePositiveRate') }, [
    [0, 0],
    [1, 1],
  ]);
}

/** Precision over recall; chance is the share of positives, a flat line. */
export function precisionRecallChart(
  context: ChartContext,
  data: { readonly points: readonly CurvePoint[]; readonly positiveShare: number },
): ChartSpec {
  const { t } = context;
  return unitSquare(context, data.points, { x: t('recall'), y: t('precision') }, [
    [0, data.positiveShare],
    [1, data.positiveShare],
  ]);
}

/** Gain: which share of the positives the riskiest share of rows holds. */
export function gainChart(context: ChartContext, data: { readonly points: readonly CurvePoint[] }): ChartSpec {
  const { t } = context;
  return unitSquare(context, data.points, { x: t('shareContacted'), y: t('shareFound') }, [
    [0, 0],
    [1, 1],
  ]);
}
