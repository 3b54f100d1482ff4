/** A search on its way: every finished trial with its interval, the best so far as a step line, the baseline. */
import type { ChartContext, ChartSpec } from '../spec.ts';
import { plotGrid, shortened, tooltipOf, valueAxis, whiskerSeries } from './parts.ts';

/** One finished trial. */
export type TrialPoint = {
  readonly trial: number;
  readonly label: string;
  readonly learner: string;
  readonly score: { readonly value: number; readonly low: number | null; readonly high: number | null };
};

/** What the progress of a search is drawn from. */
export type SearchData = {
  readonly trials: readonly TrialPoint[];
  readonly metric: string;
  readonly greaterIsBetter: boolean;
  readonly baseline: number | null;
};

/** The best score up to and including each trial. */
export function bestSoFar(trials: readonly TrialPoint[], greaterIsBetter: boolean): readonly number[] {
  let best: number | null = null;
  return trials.map(({ score }) => {
    if (best === null || (greaterIsBetter ? score.value > best : score.value < best)) best = score.value;
    return best;
  });
}

/** Scores of the trials in order, at most seven learners told apart by colour and shape. */
export function searchProgressChart(context: ChartContext, data: SearchData): ChartSpec {
  const { palette, format, t } = context;
  const trials = [...data.trials].sort((a, b) => a.trial - b.trial);
  const best = bestSoFar(trials, data.greaterIsBetter);
  const learners = [...new Set(trials.map((trial) => trial.learner))].slice(0, 7);
  const shapes = ['circle', 'rect', 'triangle', 'diamond', 'emptyCircle', 'emptyRect', 'emptyTriangle'];
  const colourOf = (learner: string) => palette.categories[Math.max(0, learners.indexOf(learner))] ?? palette.reference;
  const line = palette.categories[6];
  return {
    option: {
      grid: plotGrid({ left: 68, right: 84, top: 26 }),
      legend: {
        data: learners,
        top: 0,
        bottom: 'auto',
        left: 60,
        itemWidth: 10,
        itemHeight: 10,
        textStyle: { color: palette.dimmed, fontSize: 11 },
      },
      xAxis: valueAxis(context, {
        name: t('trial'),
        min: (trials[0]?.trial ?? 1) - 0.5,
        max: (trials.at(-1)?.trial ?? 1) + 0.5,
        place: 'x',
        label: (value) => (Number.isInteger(value) ? format.integer(value) : ''),
      }),
      yAxis: { ...valueAxis(context, { name: data.metric, scale: true, place: 'y' }), nameGap: 52 },
      tooltip: tooltipOf(context, 'item', (row, seriesIndex) => {
        const trial =
          seriesIndex === 0 ? trials[row] : trials.filter((each) => each.learner === learners[seriesIndex - 1])[row];
        if (trial === undefined) return [];
        return [
          `${t('trial')} ${format.integer(trial.trial)}: ${shortened(trial.label, 44)}`,
          `${data.metric} ${format.estimate(trial.score)}`,
        ];
      }),
      series: [
        {
          type: 'line',
          name: t('bestSoFar'),
          step: 'end',
          data: trials.map((trial, index) => [trial.trial, best[index] ?? trial.score.value]),
          symbol: 'circle',
          symbolSize: 3,
          showSymbol: true,
          lineStyle: { color: line, width: 1.5 },
          itemStyle: { color: line },
          endLabel: { show: trials.length > 0, formatter: t('bestSoFar'), color: palette.dimmed, fontSize: 11 },
          ...(data.baseline === null
            ? {}
            : {
                markLine: {
                  silent: true,
                  symbol: 'none',
                  lineStyle: { color: palette.reference, type: 'dashed' as const, width: 1 },
                  label: { formatter: t('baseline'), color: palette.dimmed, fontSize: 11, position: 'end' as const },
                  data: [{ yAxis: data.baseline }],
                },
              }),
        },
        ...learners.map((learner, place) => ({
          type: 'scatter' as const,
          name: learner,
          symbol: shapes[place] ?? 'circle',
          symbolSize: 9,
          itemStyle: { color: colourOf(learner) },
          data: trials.filter((trial) => trial.learner === learner).map((trial) => [trial.trial, trial.score.value]),
          z: 4,
        })),
        ...learners.map((learner) =>
          whiskerSeries(
            colourOf(learner),
            trials.flatMap(({ trial, learner: own, score }) =>
              own !== learner || score.low === null || score.high === null
                ? []
                : [{ x: trial, low: score.low, high: score.high }],
            ),
          ),
        ),
      ],
    },
    table: {
      columns: [
        { label: t('trial'), right: true },
        { label: t('model') },
        { label: data.metric, right: true },
        { label: t('low'), right: true },
        { label: t('high'), right: true },
        { label: t('bestSoFar'), right: true },
      ],
      rows: trials.map((trial, index) => [
        trial.trial,
        trial.label,
        trial.score.value,
        trial.score.low,
        trial.score.high,
        best[index] ?? null,
      ]),
    },
    focusSeries: 0,
  };
}
