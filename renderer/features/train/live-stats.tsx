/** Best score, baseline, gain and number of trials. */
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { MetricEstimate, MetricName, useMetricFormat } from '../../ui/metric.tsx';
import { Stat, StatRow } from '../../ui/stat.tsx';
import { endedCount, type LiveBoard, measureGain, rankRows } from './live-board.ts';
import { trainMessages } from './messages.ts';
import classes from './train.module.css';

/** The figures above the charts; their places are kept while they wait for the first trial. */
export function LiveStats(props: { readonly board: LiveBoard; readonly metric: string }) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const writeMetric = useMetricFormat();
  const { board, metric } = props;
  const rows = [...board.rows.values()];
  const best = rankRows(board, metric).find((row) => row.score !== null);
  const gain = measureGain(board, metric);
  const running = rows.filter((row) => row.state === 'running').length;
  const waiting = rows.filter((row) => row.state === 'paused').length;
  return (
    <div className={classes.liveStats}>
      <StatRow>
        <Stat
          label={<MetricName metric={metric} />}
          value={best?.score ? <MetricEstimate metric={metric} estimate={best.score} /> : '–'}
          hint={best === undefined ? t('bestWaiting') : best.label}
        />
        <Stat
          label={t('corrected')}
          value={board.honest === null ? '–' : <MetricEstimate metric={metric} estimate={board.honest} />}
          hint={
            board.honest === null ? t('correctedWaiting') : t('correctedHint', { candidates: board.honest.candidates })
          }
        />
        <Stat
          label={t('baselineScore')}
          value={board.baseline === null ? '–' : writeMetric(metric, board.baseline)}
          hint={t('baselineHint')}
        />
        <Stat
          label={t('gain')}
          value={gain === null ? '–' : writeMetric(metric, gain)}
          hint={t('gainHint')}
          {...(gain === null ? {} : { tone: gain > 0 ? ('good' as const) : ('warn' as const) })}
        />
        <Stat
          label={t('trialsDone')}
          value={format.integer(endedCount(board))}
          hint={waiting > 0 ? t('trialsPausedHint', { waiting }) : t('trialsDoneHint', { running })}
        />
      </StatRow>
    </div>
  );
}
