/** How often the intervals held in each evaluation on rows whose outcome became known, newest first. */
import { useQuery } from '@tanstack/react-query';
import type { CoverageReport } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Badge, Notice } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { QueryView, SkeletonRows } from '../../ui/states.tsx';
import { fairnessMessages } from './fairness-messages.ts';
import classes from './quality.module.css';

type Item = { readonly jobId: string; readonly at: number; readonly report: CoverageReport };

const tone = { held: 'good', below: 'bad', above: 'neutral', few: 'neutral' } as const;

/** The evaluations of one model. */
export function CoverageOnOutcomes(props: { readonly modelId: string }) {
  const t = useMessages(fairnessMessages);
  const format = useFormat();
  const query = useQuery(orpc.models.coverage.queryOptions({ input: { id: props.modelId } }));
  const columns: readonly TableColumn<Item>[] = [
    { key: 'at', header: t('outcomesAt'), render: ({ at }) => <RelativeTime at={at} /> },
    { key: 'source', header: t('outcomesOf'), fluid: true, render: ({ report }) => report.source },
    { key: 'rows', header: t('outcomesRows'), right: true, render: ({ report }) => format.integer(report.rows) },
    { key: 'level', header: t('level'), right: true, render: ({ report }) => format.percent(report.level, 0) },
    {
      key: 'held',
      header: t('outcomesHeld'),
      right: true,
      render: ({ report: { coverage } }) =>
        t('outcomesHeldText', {
          value: format.percent(coverage.value, 1),
          low: format.percent(coverage.low ?? 0, 1),
          high: format.percent(coverage.high ?? 1, 1),
        }),
    },
    {
      key: 'verdict',
      header: t('outcomesVerdict'),
      render: ({ report }) => <Badge tone={tone[report.verdict]}>{t(`outcomes_${report.verdict}`)}</Badge>,
    },
  ];
  return (
    <QueryView query={query} skeleton={<SkeletonRows rows={2} />}>
      {({ items }) => {
        const [latest] = items;
        if (latest === undefined)
          return <p className={`${classes.reading} ${classes.outcomes}`}>{t('outcomesNone')}</p>;
        return (
          <div className={classes.outcomes}>
            <Notice tone={latest.report.verdict === 'below' ? 'warn' : 'neutral'} title={t('outcomes')}>
              {latest.report.reading}
            </Notice>
            <DataTable label={t('outcomes')} columns={columns} rows={items} rowKey={({ jobId }) => jobId} />
          </div>
        );
      }}
    </QueryView>
  );
}
