/** All models of the workspace. */
import { ActionIcon, Button, VisuallyHidden } from '@mantine/core';
import { IconDots, IconPackageImport, IconPlus } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { ModelSummary } from '../../../main/contract/models.ts';
import { orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Badge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { RelativeTime, SearchBox } from '../../ui/fields.tsx';
import { MetricEstimate, MetricName, useMetricFormat } from '../../ui/metric.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { ImportPackage } from './import-package.tsx';
import { modelsMessages } from './messages.ts';
import { ModelMenu } from './model-actions.tsx';
import classes from './models.module.css';
import { taskWord } from './task-word.ts';

const route = getRouteApi('/models');

/** The list of models. */
export function ModelsPage() {
  const t = useMessages(modelsMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const [importing, setImporting] = useState(false);
  const query = useQuery(
    orpc.models.list.queryOptions({
      input: {
        limit: 1000,
        ...(search.search === undefined ? {} : { search: search.search }),
        ...(search.dataset === undefined ? {} : { datasetId: search.dataset }),
      },
      placeholderData: keepPreviousData,
    }),
  );
  const total = query.data?.total ?? 0;
  const nothing =
    query.data !== undefined && total === 0 && search.search === undefined && search.dataset === undefined;
  return (
    <Page>
      <PageHeader
        title={t('title')}
        state={query.data === undefined ? '' : t('listState', { count: total })}
        actions={
          nothing ? null : (
            <>
              <Button
                variant="default"
                leftSection={<IconPackageImport size={16} />}
                onClick={() => setImporting(true)}
              >
                {t('importPackage')}
              </Button>
              <TrainButton />
            </>
          )
        }
      />
      <ImportPackage opened={importing} onClose={() => setImporting(false)} />
      {nothing ? (
        <EmptyState
          title={t('listEmptyTitle')}
          text={t('listEmptyText')}
          actions={
            <>
              <TrainButton />
              <Button variant="default" onClick={() => setImporting(true)}>
                {t('importPackage')}
              </Button>
            </>
          }
        />
      ) : (
        <>
          <div className={classes.toolbar}>
            <SearchBox
              value={search.search ?? ''}
              label={t('search')}
              onChange={(text) =>
                void navigate({ search: (old) => ({ ...old, search: text || undefined }), replace: true })
              }
            />
          </div>
          <QueryView query={query} skeleton={<SkeletonRows rows={8} />}>
            {({ items }) => <ModelTable items={items} empty={t('listEmptySearch', { search: search.search ?? '' })} />}
          </QueryView>
        </>
      )}
    </Page>
  );
}

function TrainButton() {
  const t = useMessages(modelsMessages);
  return (
    <Button leftSection={<IconPlus size={16} />} renderRoot={(root) => <Link to="/train" {...root} />}>
      {t('train')}
    </Button>
  );
}

function useColumns(): readonly TableColumn<ModelSummary>[] {
  const t = useMessages(modelsMessages);
  const writeMetric = useMetricFormat();
  return [
    {
      key: 'name',
      header: t('name'),
      sortValue: (row) => row.name,
      render: (row) => (
        <span className={classes.nameCell}>
          <MiddleTruncate text={row.name} tail={10} />
          {row.imported ? <Badge tone="neutral">{t('imported')}</Badge> : null}
        </span>
      ),
    },
    {
      key: 'target',
      header: t('target'),
      sortValue: (row) => row.target,
      render: (row) => (
        <span className={classes.nameCell}>
          <MiddleTruncate text={row.target} />
          <span className={classes.dimmed}>{t(taskWord(row.task))}</span>
        </span>
      ),
    },
    {
      key: 'score',
      header: t('score'),
      right: true,
      sortValue: (row) => (row.unscored === true ? Number.NEGATIVE_INFINITY : row.score.value),
      render: (row) =>
        row.unscored === true ? (
          <span className={classes.dimmed}>{t('unscored')}</span>
        ) : (
          <>
            <span className={classes.dimmed}>
              <MetricName metric={row.metric} />
            </span>{' '}
            <MetricEstimate metric={row.metric} estimate={row.score} />
          </>
        ),
    },
    {
      key: 'baseline',
      header: t('baseline'),
      right: true,
      render: (row) =>
        row.unscored === true ? null : <span className={classes.dimmed}>{writeMetric(row.metric, row.baseline)}</span>,
    },
    {
      key: 'dataset',
      header: t('dataset'),
      sortValue: (row) => row.datasetName,
      render: (row) => (
        <span className={classes.cap}>
          <MiddleTruncate text={row.datasetName || t(row.unscored === true ? 'unknownData' : 'deletedDataset')} />
        </span>
      ),
    },
    { key: 'learner', header: t('learner'), sortValue: (row) => row.learner, render: (row) => row.learner },
    {
      key: 'created',
      header: t('created'),
      right: true,
      sortValue: (row) => row.createdAt,
      render: (row) => <RelativeTime at={row.createdAt} />,
    },
    {
      key: 'menu',
      header: <VisuallyHidden>{t('actions')}</VisuallyHidden>,
      width: 44,
      render: (row) => (
        // biome-ignore lint/a11y/noStaticElementInteractions: keeps the row from opening when its menu is used
        // biome-ignore lint/a11y/useKeyWithClickEvents: the menu's own button takes the keys
        <span onClick={(event) => event.stopPropagation()}>
          <ModelMenu
            model={row}
            target={
              <ActionIcon variant="subtle" color="gray" aria-label={t('actionsFor', { name: row.name })}>
                <IconDots size={16} />
              </ActionIcon>
            }
          />
        </span>
      ),
    },
  ];
}

function ModelTable(props: { readonly items: readonly ModelSummary[]; readonly empty: string }) {
  const t = useMessages(modelsMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  return (
    <DataTable
      label={t('title')}
      columns={columns}
      rows={props.items}
      rowKey={(row) => row.id}
      empty={props.empty}
      sort={search.sort === undefined ? null : { key: search.sort, descending: search.order === 'down' }}
      onSort={(sort) =>
        void navigate({
          search: (old) => ({ ...old, sort: sort.key, order: sort.descending ? 'down' : 'up' }),
          replace: true,
        })
      }
      onRow={(row) => void navigate({ to: '/models/$modelId', params: { modelId: row.id }, search: {} })}
    />
  );
}
