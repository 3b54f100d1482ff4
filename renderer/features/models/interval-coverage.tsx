/** What the model's intervals promise and what they held on rows that did not make them. */
import type { IntervalSummary, ModelDetail } from '../../../main/contract/models.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { Section } from '../../ui/page.tsx';
import { CoverageOnOutcomes } from './coverage-on-outcomes.tsx';
import { fairnessMessages } from './fairness-messages.ts';
import classes from './quality.module.css';

type Check = IntervalSummary['checks'][number];

/** Coverage by level; nothing for models made before there were intervals. */
export function IntervalCoverage(props: { readonly model: ModelDetail }) {
  const t = useMessages(fairnessMessages);
  const format = useFormat();
  const { intervals } = props.model;
  if (intervals === null) return null;
  const columns: readonly TableColumn<Check>[] = [
    { key: 'level', header: t('level'), right: true, render: (row) => format.percent(row.level, 0) },
    { key: 'coverage', header: t('coverage'), right: true, render: (row) => format.percent(row.coverage, 1) },
    {
      key: 'size',
      header: intervals.kind === 'number' ? t('width') : t('labels'),
      right: true,
      render: (row) => format.significant(row.size, 3),
    },
  ];
  return (
    <Section title={t('intervals')} hint={t('intervalsHint')}>
      {intervals.kind === 'refused' ? (
        <Notice tone="neutral" title={t('intervalsRefused')}>
          {intervals.note}
        </Notice>
      ) : (
        <>
          <p className={classes.reading}>{intervals.note}</p>
          <DataTable
            label={t('intervals')}
            columns={columns}
            rows={intervals.checks}
            rowKey={(row) => String(row.level)}
          />
        </>
      )}
      {intervals.kind === 'refused' ? null : <CoverageOnOutcomes modelId={props.model.id} />}
    </Section>
  );
}
