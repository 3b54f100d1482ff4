import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useCallback } from 'react';
import { orpc } from '../../client/client.ts';
import { isGone } from '../../client/problem.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page, PageHeader, PageTabs } from '../../ui/page.tsx';
import { ErrorState, SkeletonRows } from '../../ui/states.tsx';
import { ColumnInspector } from './column-inspector.tsx';
import classes from './data.module.css';
import { DatasetActions } from './dataset-actions.tsx';
import { dataMessages } from './messages.ts';
import { ProfileTab } from './profile-tab.tsx';
import { QualityTab } from './quality-tab.tsx';
import { ReceiptTab } from './receipt-tab.tsx';
import { RowInspector } from './row-inspector.tsx';
import { type DatasetSearch, datasetTabs } from './search.ts';
import { VersionsTab } from './versions-tab.tsx';

const GridTab = lazy(() => import('./grid-tab.tsx').then((module) => ({ default: module.GridTab })));

const route = getRouteApi('/data/$datasetId');

/** One data set: its rows, its profile, its findings, its versions, and how it was read. */
export function DatasetPage() {
  const t = useMessages(dataMessages);
  const format = useFormat();
  const { datasetId } = route.useParams();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const version = search.version === undefined ? {} : { version: search.version };
  const latest = useQuery(orpc.datasets.get.queryOptions({ input: { id: datasetId } }));
  const shown = useQuery(orpc.datasets.get.queryOptions({ input: { id: datasetId, ...version } }));
  const change = useCallback(
    // Sorts and filters are steps to go back from; typing and selecting are not.
    (next: Partial<DatasetSearch>, replace = !('sort' in next || 'filters' in next)) =>
      void navigate({ search: (previous) => ({ ...previous, ...next }), replace }),
    [navigate],
  );
  const crumbs = [{ label: t('title'), to: '/data' }];
  const dataset = shown.data;
  if (dataset === undefined || isGone(shown)) {
    return (
      <Page>
        <PageHeader title={shown.isError ? t('dataset') : ''} crumbs={crumbs} />
        {shown.isError ? (
          <ErrorState
            error={shown.error}
            title={t('gone')}
            onRetry={() => void shown.refetch()}
            actions={
              <LinkButton size="xs" variant="default" to="/data">
                {t('toList')}
              </LinkButton>
            }
          />
        ) : (
          <SkeletonRows rows={14} />
        )}
      </Page>
    );
  }
  const tab = search.tab ?? 'grid';
  const state = t('datasetState', {
    rows: format.integer(dataset.rows),
    columns: format.integer(dataset.columns),
    bytes: format.bytes(dataset.bytes),
    version: dataset.version,
    source: dataset.sourceName,
  });
  const findings = dataset.findings.block + dataset.findings.warn + dataset.findings.info;
  const newest = latest.data?.version ?? dataset.version;
  const openColumn = (column: string | undefined) => change({ column });
  const rowInspector =
    search.row === undefined || tab !== 'grid' ? null : (
      <RowInspector dataset={dataset} search={search} row={search.row} onClose={() => change({ row: undefined })} />
    );
  const inspector =
    search.column === undefined ? (
      rowInspector
    ) : (
      <ColumnInspector
        dataset={dataset}
        column={search.column}
        inGrid={tab === 'grid'}
        onClose={() => openColumn(undefined)}
        onShow={() => change({ tab: 'grid' }, false)}
      />
    );
  return (
    <Page fill inspector={inspector}>
      <PageHeader
        title={dataset.name}
        state={state}
        crumbs={crumbs}
        actions={
          <>
            <DatasetActions
              dataset={dataset}
              version={dataset.version}
              onDeleted={() => void navigate({ to: '/data', search: {} })}
            />
            <LinkButton to="/train" search={{ dataset: dataset.id }}>
              {t('train')}
            </LinkButton>
          </>
        }
      />
      {newest === dataset.version ? null : (
        <Notice
          tone="info"
          actions={
            <Button size="xs" variant="default" onClick={() => change({ version: undefined })}>
              {t('showLatest')}
            </Button>
          }
        >
          {t('oldVersion', { version: dataset.version, latest: newest })}
        </Notice>
      )}
      <PageTabs
        label={t('tabs')}
        value={tab}
        onChange={(next) =>
          change({ tab: next === 'grid' ? undefined : next, column: undefined, row: undefined }, false)
        }
        tabs={datasetTabs.map((value) => ({
          value,
          label: t(`tab_${value}`),
          ...(value === 'quality' && findings > 0 ? { count: format.integer(findings) } : {}),
        }))}
      />
      {tab === 'grid' ? (
        <Suspense fallback={<SkeletonRows rows={14} />}>
          <GridTab key={`${dataset.id}${dataset.versionHash}`} dataset={dataset} search={search} onChange={change} />
        </Suspense>
      ) : (
        <div className={classes.scroll}>
          {tab === 'profile' ? <ProfileTab dataset={dataset} search={search} onChange={change} /> : null}
          {tab === 'quality' ? (
            <QualityTab
              dataset={dataset}
              isCurrent={newest === dataset.version}
              onColumn={openColumn}
              onRow={(row) =>
                change(
                  { tab: undefined, row, column: undefined, sort: undefined, filters: undefined, q: undefined },
                  false,
                )
              }
            />
          ) : null}
          {tab === 'versions' ? (
            <VersionsTab
              dataset={dataset}
              search={search}
              onChange={change}
              onVersion={(next) => change({ version: next, tab: undefined }, false)}
            />
          ) : null}
          {tab === 'receipt' ? <ReceiptTab dataset={dataset} /> : null}
        </div>
      )}
    </Page>
  );
}
