import { SegmentedControl, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { orpc } from '../../client/client.ts';
import { isActive, useActiveJobs } from '../../client/jobs.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { JobStateBadge } from '../../ui/badges.tsx';
import { DataTable, type TableColumn } from '../../ui/data-table.tsx';
import { RelativeTime } from '../../ui/fields.tsx';
import { MiddleTruncate } from '../../ui/middle-truncate.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { EmptyState, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { JobInspector } from './job-inspector.tsx';
import classes from './jobs.module.css';
import { jobsMessages } from './messages.ts';
import { type JobsSearch, jobKinds } from './search.ts';

const route = getRouteApi('/jobs');

const statesOf = {
  all: undefined,
  active: ['queued', 'running'],
  done: ['succeeded'],
  failed: ['failed', 'cancelled', 'interrupted'],
} satisfies Record<string, JobSnapshot['state'][] | undefined>;

/** Columns that make room for the inspector, which shows the same. */
const asides = new Set(['rows', 'rate']);

/** Live snapshots laid over the list that was fetched. */
function merge(items: readonly JobSnapshot[], live: readonly JobSnapshot[]): readonly JobSnapshot[] {
  const latest = new Map(live.map((job) => [job.id, job]));
  return items.map((job) => latest.get(job.id) ?? job);
}

function useColumns(): readonly TableColumn<JobSnapshot>[] {
  const t = useMessages(jobsMessages);
  const format = useFormat();
  return [
    { key: 'title', header: t('job'), fluid: true, render: (job) => <MiddleTruncate text={job.title} /> },
    { key: 'kind', header: t('kind'), render: (job) => t(`kind_${job.kind}`) },
    {
      key: 'state',
      header: t('state'),
      render: (job) => (
        <>
          <JobStateBadge state={job.state} paused={job.paused} />
          {job.state === 'running' ? (
            <span className={classes.bar} aria-hidden>
              <span style={{ width: `${job.fraction * 100}%` }} />
            </span>
          ) : null}
        </>
      ),
    },
    {
      key: 'rows',
      header: t('rows'),
      right: true,
      render: (job) => (job.rowsDone === null ? '–' : format.integer(job.rowsDone)),
    },
    {
      key: 'rate',
      header: t('rate'),
      unit: t('rateUnit'),
      right: true,
      render: (job) => (job.rowsPerSecond === null ? '–' : format.compact(job.rowsPerSecond)),
    },
    {
      key: 'took',
      header: t('took'),
      right: true,
      render: (job) => (job.seconds === null ? '–' : format.duration(job.seconds)),
    },
    { key: 'created', header: t('started'), right: true, render: (job) => <RelativeTime at={job.createdAt} /> },
  ];
}

/** All jobs of the workspace, live. */
export function JobsPage() {
  const t = useMessages(jobsMessages);
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const columns = useColumns();
  const live = useActiveJobs();
  const states = statesOf[search.show ?? 'all'];
  const list = useQuery(
    orpc.jobs.list.queryOptions({
      input: {
        limit: 200,
        ...(states === undefined ? {} : { states }),
        ...(search.kind === undefined ? {} : { kinds: [search.kind] }),
      },
    }),
  );
  const selected = useQuery(
    orpc.jobs.get.queryOptions({ input: { id: search.job ?? '' }, enabled: search.job !== undefined }),
  );
  const change = (next: Partial<JobsSearch>) =>
    void navigate({ search: (previous) => ({ ...previous, ...next }), replace: true });
  const rows = merge(list.data?.items ?? [], live);
  const failed = rows.filter((job) => job.state === 'failed' || job.state === 'interrupted').length;
  const inspector =
    selected.data === undefined || search.job === undefined ? null : (
      <JobInspector job={selected.data} onClose={() => change({ job: undefined })} />
    );
  return (
    <Page inspector={inspector}>
      <PageHeader title={t('title')} state={t('stateLine', { active: live.filter(isActive).length, failed })} />
      <div className={classes.filters}>
        <SegmentedControl
          aria-label={t('show')}
          value={search.show ?? 'all'}
          data={(['all', 'active', 'done', 'failed'] as const).map((value) => ({ value, label: t(value) }))}
          onChange={(show) => change({ show: show === 'all' ? undefined : (show as JobsSearch['show']) })}
        />
        <Select
          aria-label={t('kindFilter')}
          placeholder={t('kindAll')}
          clearable
          value={search.kind ?? null}
          data={jobKinds.map((value) => ({ value, label: t(`kind_${value}`) }))}
          onChange={(kind) => change({ kind: jobKinds.find((each) => each === kind) })}
        />
      </div>
      <QueryView query={list} skeleton={<SkeletonRows />}>
        {() =>
          rows.length === 0 ? (
            <EmptyState title={t('emptyTitle')} text={t('emptyText')} />
          ) : (
            <DataTable
              label={t('list')}
              columns={inspector === null ? columns : columns.filter(({ key }) => !asides.has(key))}
              rows={rows}
              rowKey={(job) => job.id}
              selectedKey={search.job ?? null}
              onRow={(job) => change({ job: job.id })}
            />
          )
        }
      </QueryView>
    </Page>
  );
}
