import { Button } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { DatasetSummary } from '../../../main/contract/datasets.ts';
import { orpc } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { RelativeTime, SearchBox } from '../../ui/fields.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './data.module.css';
import { DatasetActions } from './dataset-actions.tsx';
import { dataMessages } from './messages.ts';
import { QualityDots } from './quality-dots.tsx';

const route = getRouteApi('/data');

function useColumns(): readonly TableColumn<DatasetSummary>[] {
  const t = useMessages(dataMessages);
  const format = useFormat();
  return [
    {
      key: 'name',
      header: t('name'),
      fluid: true,
      sortValue: (dataset) => dataset.name,
      render: (dataset) => <MiddleTruncate text={dataset.name} />,
    },
    { key: 'quality', header: t('quality'), render: (dataset) => <QualityDots findings={dataset.findings} /> },
    {
      key: 'rows',
      header: t('rows'),
      right: true,
      sortValue: (dataset) => dataset.rows,
      render: (dataset) => format.integer(dataset.rows),
    },
    {
      key: 'columns',
      header: t('columns'),
      right: true,
      sortValue: (dataset) => dataset.columns,
      render: (dataset) => format.integer(dataset.columns),
    },
    {
      key: 'rejected',
      header: t('rejected'),
      right: true,
      sortValue: (dataset) => dataset.rejected,
      render: (dataset) => format.integer(dataset.rejected),
    },
    {
      key: 'bytes',
      header: t('size'),
      right: true,
      sortValue: (dataset) => dataset.bytes,
      render: (dataset) => format.bytes(dataset.bytes),
    },
    {
      key: 'version',
      header: t('version'),
      right: true,
      sortValue: (dataset) => dataset.version,
      render: (dataset) => format.integer(dataset.version),
    },
    {
      key: 'updated',
      header: t('updated'),
      right: true,
      sortValue: (dataset) => dataset.updatedAt,
      render: (dataset) => <RelativeTime at={dataset.updatedAt} />,
    },
    { key: 'actions', header: '', right: true, width: 44, render: (dataset) => <DatasetActions dataset={dataset} /> },
  ];
}

/** The list of data sets. */
export function DataPage() {
  const t = useMessages(dataMessages);
  const format = useFormat();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const list = useQuery(
    orpc.datasets.list.queryOptions({
      input: { limit: 1000, ...(search.q === undefined ? {} : { search: search.q }) },
      placeholderData: keepPreviousData,
    }),
  );
  const items = list.data?.items ?? [];
  const state =
    list.data === undefined
      ? ''
      : t('stateLine', {
          count: list.data.total,
          rows: format.compact(items.reduce((sum, item) => sum + item.rows, 0)),
          bytes: format.bytes(items.reduce((sum, item) => sum + item.bytes, 0)),
        });
  const importButton = <LinkButton to="/data/import">{t('import')}</LinkButton>;
  const headerButtons = (
    <>
      <LinkButton variant="default" to="/data/sql">
        {t('sql')}
      </LinkButton>
      {importButton}
    </>
  );
  const setSearch = (q: string) =>
    void navigate({ search: (previous) => ({ ...previous, q: q === '' ? undefined : q }), replace: true });
  return (
    <Page>
      <PageHeader title={t('title')} state={state} actions={headerButtons} />
      <div className={classes.toolbar}>
        <SearchBox value={search.q ?? ''} onChange={setSearch} label={t('search')} />
      </div>
      <QueryView query={list} skeleton={<SkeletonRows />}>
        {() => {
          if (items.length === 0 && search.q !== undefined) {
            return (
              <EmptyState
                title={t('noneFoundTitle')}
                text={t('noneFoundText', { search: search.q })}
                actions={
                  <Button variant="default" onClick={() => setSearch('')}>
                    {t('showAll')}
                  </Button>
                }
              />
            );
          }
          if (items.length === 0) {
            return <EmptyState title={t('emptyTitle')} text={t('emptyText')} actions={importButton} />;
          }
          return (
            <DataTable
              label={t('list')}
              columns={columns}
              rows={items}
              rowKey={(dataset) => dataset.id}
              sort={search.sort === undefined ? null : { key: search.sort, descending: search.desc === true }}
              onSort={(sort) =>
                void navigate({
                  search: (previous) => ({ ...previous, sort: sort.key, desc: sort.descending || undefined }),
                  replace: true,
                })
              }
              onRow={(dataset) =>
                void navigate({ to: '/data/$datasetId', params: { datasetId: dataset.id }, search: {} })
              }
            />
          );
        }}
      </QueryView>
    </Page>
  );
}
