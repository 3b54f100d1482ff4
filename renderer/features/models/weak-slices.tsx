/** The rows on which the model is weakest, found on one half of the rows and confirmed on the other. */
import { useQuery } from '@tanstack/react-query';
import type { ModelDetail, SliceReport } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { MetricEstimate, useMetricWords } from '../../ui/metric.tsx';
import { Section } from '../../ui/page.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { fairnessMessages } from './fairness-messages.ts';
import { IntervalBar } from './interval-bar.tsx';
import classes from './quality.module.css';

type Slice = SliceReport['slices'][number];

/** The table of weak slices. */
export function WeakSlices(props: { readonly model: ModelDetail }) {
  const t = useMessages(fairnessMessages);
  const query = useQuery(orpc.models.slices.queryOptions({ input: { id: props.model.id }, staleTime: 600_000 }));
  return (
    <Section title={t('slices')} hint={t('slicesHint')}>
      <QueryView query={query} skeleton={<SkeletonRows rows={6} />}>
        {(report) => <SliceTable report={report} />}
      </QueryView>
    </Section>
  );
}

function SliceTable(props: { readonly report: SliceReport }) {
  const t = useMessages(fairnessMessages);
  const format = useFormat();
  const words = useMetricWords();
  const { report } = props;
  const ends = report.slices.flatMap(({ loss, elsewhere }) => [
    loss.low ?? loss.value,
    loss.high ?? loss.value,
    elsewhere,
  ]);
  const [from, to] = [Math.min(...ends), Math.max(...ends)];
  const columns: readonly TableColumn<Slice>[] = [
    { key: 'words', header: t('slice'), wrap: true, width: '38%', render: (row) => row.words },
    { key: 'rows', header: t('rows'), right: true, render: (row) => format.integer(row.rows) },
    {
      key: 'score',
      header: words.name(report.metric),
      right: true,
      render: (row) => (row.score === null ? '–' : <MetricEstimate metric={report.metric} estimate={row.score} />),
    },
    { key: 'loss', header: t('sliceLoss'), right: true, render: (row) => format.significant(row.loss.value, 3) },
    {
      key: 'elsewhere',
      header: t('sliceElsewhere'),
      right: true,
      render: (row) => format.significant(row.elsewhere, 3),
    },
    {
      key: 'interval',
      header: report.lossName,
      width: '20%',
      render: (row) => <IntervalBar estimate={row.loss} reference={row.elsewhere} from={from} to={to} />,
    },
  ];
  return (
    <>
      <p className={classes.reading}>{report.reading}</p>
      {report.slices.length === 0 ? null : (
        <DataTable
          label={t('slices')}
          columns={columns}
          rows={report.slices}
          rowKey={(row) => row.words}
          empty={t('slicesNone')}
          maxHeight={520}
        />
      )}
    </>
  );
}
