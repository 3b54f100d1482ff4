/** A training as it runs, and how it ended. The job lives in the host; this page only watches it. */
import { Button } from '@mantine/core';
import { IconPlayerStop } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { client } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { useMessages } from '../../lib/locale.tsx';
import { JobStateBadge } from '../../ui/badges.tsx';
import { Column, Columns, Page, PageHeader } from '../../ui/page.tsx';
import { PauseButton } from '../../ui/pause-button.tsx';
import { ErrorState, QueryView, SkeletonChart, SkeletonRows, SkeletonStats } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { BudgetBar } from './budget-bar.tsx';
import { endedCount, restBoard } from './live-board.ts';
import { BestChart, CurvesChart } from './live-charts.tsx';
import { LiveLeaderboard } from './live-leaderboard.tsx';
import { LiveOutcome } from './live-outcome.tsx';
import { LiveStats } from './live-stats.tsx';
import { trainMessages } from './messages.ts';
import { useBoard } from './use-board.ts';

const route = getRouteApi('/train');

/** The live view of one training job. */
export function LiveTraining(props: { readonly jobId: string }) {
  const t = useMessages(trainMessages);
  const query = useJob(props.jobId);
  const navigate = route.useNavigate();
  const back = () => void navigate({ search: (search) => ({ ...search, job: undefined }) });
  if (query.isError) {
    return (
      <Page>
        <PageHeader title={t('liveTitle')} state={t('liveGoneText')} />
        <ErrorState error={query.error} title={t('liveGone')} actions={<BackButton onClick={back} />} />
      </Page>
    );
  }
  return (
    <Page>
      <QueryView query={query} skeleton={<LiveSkeleton />}>
        {(job) => <LiveJob job={job} onBack={back} />}
      </QueryView>
    </Page>
  );
}

function LiveJob(props: { readonly job: JobSnapshot; readonly onBack: () => void }) {
  const t = useMessages(trainMessages);
  const { job, onBack } = props;
  const search = route.useSearch();
  const active = isActive(job);
  const points = useBoard(job.id, active);
  const board = active ? points : restBoard(points, job.paused === true || job.state === 'interrupted');
  const metric = search.metric ?? board.metric ?? 'auc';
  const budgetSeconds = search.trials === undefined ? (search.budget ?? null) : null;
  const finished = endedCount(board);
  return (
    <>
      <PageHeader
        title={job.title}
        state={
          active ? (
            t('liveState', { stage: job.message || job.stage, trials: finished })
          ) : (
            <JobStateBadge state={job.state} paused={job.paused} />
          )
        }
        crumbs={[{ label: t('title'), to: '/train' }]}
        actions={active ? <LiveActions job={job} /> : <BackButton onClick={onBack} />}
      />
      {active ? <BudgetBar job={job} budgetSeconds={budgetSeconds} /> : <LiveOutcome job={job} />}
      <LiveStats board={board} metric={metric} />
      <Columns>
        <Column span={6}>
          <BestChart board={board} metric={metric} />
        </Column>
        <Column span={6}>
          <CurvesChart board={board} metric={metric} />
        </Column>
      </Columns>
      <LiveLeaderboard board={board} metric={metric} />
    </>
  );
}

function LiveActions(props: { readonly job: JobSnapshot }) {
  const t = useMessages(trainMessages);
  const toasts = useToasts();
  const { id } = props.job;
  const stop = useMutation({ mutationFn: () => client.models.stopEarly({ jobId: id }), onError: toasts.failed });
  const cancel = useMutation({ mutationFn: () => client.jobs.cancel({ id }), onError: toasts.failed });
  const stopping = stop.isPending || stop.data?.accepted === true;
  return (
    <>
      <PauseButton job={props.job} size="sm" />
      <Button variant="default" loading={cancel.isPending} onClick={() => cancel.mutate()}>
        {t('cancel')}
      </Button>
      <Button leftSection={<IconPlayerStop size={16} />} disabled={stopping} onClick={() => stop.mutate()}>
        {stopping ? t('stopping') : t('stop')}
      </Button>
    </>
  );
}

function BackButton(props: { readonly onClick: () => void }) {
  const t = useMessages(trainMessages);
  return (
    <Button variant="default" onClick={props.onClick}>
      {t('liveBack')}
    </Button>
  );
}

function LiveSkeleton() {
  return (
    <>
      <SkeletonRows rows={2} />
      <SkeletonStats count={4} />
      <Columns>
        <Column span={6}>
          <SkeletonChart />
        </Column>
        <Column span={6}>
          <SkeletonChart />
        </Column>
      </Columns>
      <SkeletonRows rows={6} />
    </>
  );
}
