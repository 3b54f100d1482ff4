/** The two charts of a running training: trials against the baseline, and learning curves. */
import { useCallback, useMemo } from 'react';
import { learningCurvesChart } from '../../charts/builders/learning-curves.ts';
import { searchProgressChart } from '../../charts/builders/search-progress.ts';
import { Chart } from '../../charts/chart.tsx';
import type { ChartContext } from '../../charts/spec.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { isHigherBetter } from '../../lib/metrics.ts';
import { useMetricFormat, useMetricWords } from '../../ui/metric.tsx';
import { type LiveBoard, pickCurves, rankRows } from './live-board.ts';
import { trainMessages } from './messages.ts';

type Props = { readonly board: LiveBoard; readonly metric: string };

/** Every finished trial, the best so far, the baseline. */
export function BestChart(props: Props) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const words = useMetricWords();
  const writeMetric = useMetricFormat();
  const { board, metric } = props;
  const name = words.name(metric);
  const ranked = rankRows(board, metric).filter((row) => row.score !== null);
  const best = ranked[0]?.score?.value;
  const trials = useMemo(
    () =>
      [...board.rows.values()].flatMap(({ trial, label, learner, score }) =>
        score === null || learner === 'baseline' ? [] : [{ trial: trial + 1, label, learner, score }],
      ),
    [board],
  );
  const { baseline } = board;
  const build = useCallback(
    (context: ChartContext) =>
      searchProgressChart(context, { trials, metric: name, greaterIsBetter: isHigherBetter(metric), baseline }),
    [trials, name, metric, baseline],
  );
  const values = {
    score: best === undefined ? '' : writeMetric(metric, best),
    time: format.duration(Math.round(board.bestSeconds)),
    baseline: baseline === null ? '' : writeMetric(metric, baseline),
  };
  return (
    <Chart
      title={t('chartBest')}
      reading={
        best === undefined
          ? t('chartBestEmpty')
          : t(baseline === null ? 'chartBestReadingNoBaseline' : 'chartBestReading', values)
      }
      build={build}
      empty={trials.length === 0 ? t('chartBestEmpty') : null}
    />
  );
}

/** Learning curves of the best trials. */
export function CurvesChart(props: Props) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const { board, metric } = props;
  const curves = useMemo(
    () => pickCurves(board, metric, 5).map((curve) => ({ ...curve, trial: curve.trial + 1 })),
    [board, metric],
  );
  const build = useCallback((context: ChartContext) => learningCurvesChart(context, { curves }), [curves]);
  const best = curves[0];
  const last = best?.points.at(-1);
  return (
    <Chart
      title={t('chartCurves')}
      reading={
        best === undefined || last === undefined
          ? t('chartCurvesHint')
          : t('chartCurvesReading', {
              trial: best.trial,
              loss: format.significant(last.valid, 3),
              rounds: last.round,
            })
      }
      build={build}
      empty={curves.length === 0 ? t('chartCurvesEmpty') : null}
    />
  );
}
