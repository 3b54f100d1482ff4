/** Train without a data set in the address: choose one. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { DatasetSummary } from '../../../main/contract/datasets.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { trainMessages } from './messages.ts';

/** The list of data sets to train on. */
export function PickDataset() {
  const t = useMessages(trainMessages);
  const query = useQuery(orpc.datasets.list.queryOptions({ input: { limit: 500 } }));
  return (
    <Page>
      <PageHeader title={t('title')} state={t('pickState')} />
      <QueryView query={query} skeleton={<SkeletonRows rows={6} />}>
        {({ items }) => (items.length === 0 ? <NoData /> : <DatasetTable items={items} />)}
      </QueryView>
    </Page>
  );
}

function NoData() {
  const t = useMessages(trainMessages);
  return (
    <EmptyState
      title={t('noDataTitle')}
      text={t('noDataText')}
      actions={<Button renderRoot={(props) => <Link to="/data/import" {...props} />}>{t('noDataAction')}</Button>}
    />
  );
}

function DatasetTable(props: { readonly items: readonly DatasetSummary[] }) {
  const t = useMessages(trainMessages);
  const format = useFormat();
  const navigate = useNavigate();
  const columns: readonly TableColumn<DatasetSummary>[] = [
    { key: 'name', header: t('pickName'), render: (row) => <MiddleTruncate text={row.name} /> },
    { key: 'rows', header: t('pickRows'), right: true, render: (row) => format.integer(row.rows) },
    { key: 'columns', header: t('pickColumns'), right: true, render: (row) => format.integer(row.columns) },
    { key: 'updated', header: t('pickUpdated'), right: true, render: (row) => <RelativeTime at={row.updatedAt} /> },
  ];
  return (
    <DataTable
      label={t('pickTitle')}
      columns={columns}
      rows={props.items}
      rowKey={(row) => row.id}
      onRow={(row) => void navigate({ to: '/train', search: { dataset: row.id } })}
    />
  );
}
