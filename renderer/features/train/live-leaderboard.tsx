/** The leaderboard of a running or finished training, best first. */

import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MetricEstimate, useMetricWords } from '../../ui/metric.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Section } from '../../ui/page.tsx';
import { type BoardRow, type LiveBoard, rankRows, tiedTrials } from './live-board.ts';
import { trainMessages } from './messages.ts';

const stateWords = {
  running: ['info', 'stateRunning'],
  paused: ['neutral', 'statePaused'],
  unfinished: ['neutral', 'stateUnfinished'],
  done: ['good', 'stateDone'],
  'stopped-early': ['neutral', 'stateStopped'],
  failed: ['bad', 'stateFailed'],
} as const;

const learnerWords = {
  trees: 'learnerTrees',
  linear: 'learnerLinear',
  forest: 'learnerForest',
  'extra-trees': 'learnerExtraTrees',
  ebm: 'learnerEbm',
  knn: 'learnerKnn',
  mlp: 'learnerMlp',
  baseline: 'learnerBaseline',
  blend: 'learnerBlend',
} as const;

const isKnownLearner = (name: string): name is keyof typeof learnerWords => name in learnerWords;

/** Trials as they stand now. */
export function LiveLeaderboard(props: { readonly board: LiveBoard; readonly metric: string }) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const words = useMetricWords();
  const { metric } = props;
  const tied = tiedTrials(props.board, metric);
  const rows = rankRows(props.board, metric).map((row, index) => ({ ...row, rank: index + 1 }));
  const columns: readonly TableColumn<BoardRow & { readonly rank: number }>[] = [
    {
      key: 'rank',
      header: t('rank'),
      right: true,
      width: 44,
      render: (row) =>
        row.score === null ? (
          ''
        ) : tied.has(row.trial) ? (
          <span title={t('tied')}>{`= ${format.integer(1)}`}</span>
        ) : (
          format.integer(row.rank)
        ),
    },
    {
      key: 'label',
      header: t('label'),
      render: (row) => <MiddleTruncate text={row.label === '' ? row.learner : row.label} tail={12} />,
    },
    {
      key: 'learner',
      header: t('learner'),
      width: 110,
      render: (row) => (isKnownLearner(row.learner) ? t(learnerWords[row.learner]) : row.learner),
    },
    {
      key: 'score',
      header: words.name(metric),
      right: true,
      width: 170,
      render: (row) => (row.score === null ? '–' : <MetricEstimate metric={metric} estimate={row.score} />),
    },
    {
      key: 'fit',
      header: t('fitSeconds'),
      right: true,
      width: 100,
      render: (row) => (row.fitSeconds === null || row.fitSeconds === 0 ? '–' : format.duration(row.fitSeconds)),
    },
    {
      key: 'state',
      header: t('state'),
      width: 130,
      render: (row) => {
        const [tone, word] = stateWords[row.state];
        return (
          <span title={row.note}>
            <Badge tone={tone}>{t(word)}</Badge>
          </span>
        );
      },
    },
  ];
  return (
    <Section title={t('leaderboard')}>
      <DataTable
        label={t('leaderboard')}
        columns={columns}
        rows={rows}
        rowKey={(row) => String(row.trial)}
        empty={t('leaderboardEmpty')}
        maxHeight={520}
      />
    </Section>
  );
}
