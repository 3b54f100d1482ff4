/** Predict without a model in the address: choose one. */
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ModelSummary } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { MetricEstimate, MetricName } from '../../ui/metric.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { predictMessages } from './messages.ts';

/** The list of models to ask. */
export function PickModel() {
  const t = useMessages(predictMessages);
  const query = useQuery(orpc.models.list.queryOptions({ input: { limit: 1000 } }));
  return (
    <Page>
      <PageHeader title={t('title')} state={t('stateNone')} />
      <QueryView query={query} skeleton={<SkeletonRows rows={6} />}>
        {({ items }) => (items.length === 0 ? <NoModel /> : <ModelTable items={items} />)}
      </QueryView>
    </Page>
  );
}

function NoModel() {
  const t = useMessages(predictMessages);
  return (
    <EmptyState
      title={t('noModelTitle')}
      text={t('noModelText')}
      actions={<Button renderRoot={(root) => <Link to="/train" {...root} />}>{t('noModelAction')}</Button>}
    />
  );
}

function ModelTable(props: { readonly items: readonly ModelSummary[] }) {
  const t = useMessages(predictMessages);
  const navigate = useNavigate();
  const columns: readonly TableColumn<ModelSummary>[] = [
    { key: 'name', header: t('pickName'), render: (row) => <MiddleTruncate text={row.name} tail={10} /> },
    { key: 'target', header: t('pickTarget'), render: (row) => <MiddleTruncate text={row.target} /> },
    {
      key: 'score',
      header: t('pickScore'),
      right: true,
      render: (row) => (
        <>
          <MetricName metric={row.metric} /> <MetricEstimate metric={row.metric} estimate={row.score} />
        </>
      ),
    },
    { key: 'created', header: t('pickCreated'), right: true, render: (row) => <RelativeTime at={row.createdAt} /> },
  ];
  return (
    <DataTable
      label={t('pickTitle')}
      columns={columns}
      rows={props.items}
      rowKey={(row) => row.id}
      onRow={(row) => void navigate({ to: '/predict', search: { model: row.id } })}
    />
  );
}
