import { Anchor } from '@mantine/core';
import type { DatasetDetail, Finding } from '../../../main/contract/datasets.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { SeverityBadge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './data.module.css';
import { profileMessages } from './messages.ts';
import { orderFindings } from './order-findings.ts';
import { useProfile } from './use-profile.ts';

/** What may be wrong with the data, each finding with its column. */
export function QualityTab(props: { readonly dataset: DatasetDetail; readonly onColumn: (column: string) => void }) {
  const t = useMessages(profileMessages);
  const format = useFormat();
  const profile = useProfile(props.dataset);
  const columns: readonly TableColumn<Finding>[] = [
    {
      key: 'severity',
      header: t('severity'),
      width: 96,
      render: (finding) => <SeverityBadge severity={finding.severity} />,
    },
    {
      key: 'column',
      header: t('column'),
      width: 200,
      render: ({ column }) =>
        column === null ? (
          '–'
        ) : (
          <Anchor component="button" type="button" inherit onClick={() => props.onColumn(column)}>
            {column}
          </Anchor>
        ),
    },
    { key: 'message', header: t('finding'), wrap: true, render: (finding) => finding.message },
    { key: 'kind', header: t('kind'), width: 130, render: (finding) => <span className="mono">{finding.kind}</span> },
    {
      key: 'count',
      header: t('count'),
      right: true,
      width: 90,
      render: (finding) => (finding.count === null ? '–' : format.integer(finding.count)),
    },
  ];
  return (
    <QueryView query={profile} skeleton={<SkeletonRows />}>
      {({ findings }) => {
        if (findings.length === 0) return <EmptyState title={t('findingsNoneTitle')} text={t('findingsNoneText')} />;
        const count = (severity: Finding['severity']) => findings.filter((each) => each.severity === severity).length;
        return (
          <>
            <p className={classes.line}>
              {t('findingsLine', { block: count('block'), warn: count('warn'), info: count('info') })}
            </p>
            <DataTable
              label={t('findingsTable')}
              columns={columns}
              rows={orderFindings(findings)}
              rowKey={(finding) => `${finding.kind}${finding.column ?? ''}${finding.message}`}
            />
          </>
        );
      }}
    </QueryView>
  );
}
