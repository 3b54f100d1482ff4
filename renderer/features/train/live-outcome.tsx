/** How a training ended, and where to go from there. */
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { client } from '../../client/client.ts';
import { jobProblem } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { PauseButton } from '../../ui/pause-button.tsx';
import { ProblemView } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { findModelId } from './job-result.ts';
import { trainMessages } from './messages.ts';
import classes from './train.module.css';

const route = getRouteApi('/train');

/** Ready, cancelled, failed or interrupted. */
export function LiveOutcome(props: { readonly job: JobSnapshot }) {
  const { job } = props;
  return (
    <div className={classes.done}>
      {job.state === 'succeeded' ? (
        <Ready job={job} />
      ) : job.state === 'cancelled' ? (
        <Cancelled />
      ) : (
        <Broken job={job} />
      )}
    </div>
  );
}

function Ready(props: { readonly job: JobSnapshot }) {
  const t = useMessages(trainMessages);
  const modelId = findModelId(props.job);
  return (
    <Notice
      tone="good"
      title={t('doneTitle')}
      actions={
        modelId === null ? null : (
          <Button
            renderRoot={(root) => (
              <Link to="/models/$modelId" params={{ modelId }} search={{ tab: 'decide' }} {...root} />
            )}
          >
            {t('doneOpen')}
          </Button>
        )
      }
    >
      {t('doneText')}
    </Notice>
  );
}

function Cancelled() {
  const t = useMessages(trainMessages);
  return <Notice tone="neutral">{t('cancelled')}</Notice>;
}

function Broken(props: { readonly job: JobSnapshot }) {
  const t = useMessages(trainMessages);
  const toasts = useToasts();
  const navigate = route.useNavigate();
  const { job } = props;
  const retry = useMutation({
    mutationFn: () => client.jobs.retry({ id: job.id }),
    onSuccess: ({ jobId }) => void navigate({ search: (search) => ({ ...search, job: jobId }) }),
    onError: toasts.failed,
  });
  const again = (
    <Button size="xs" loading={retry.isPending} onClick={() => retry.mutate()}>
      {t('retry')}
    </Button>
  );
  if (job.error === null) {
    return (
      <Notice
        tone={job.paused === true ? 'neutral' : 'warn'}
        title={job.paused === true ? t('pausedTitle') : t('interruptedTitle')}
        actions={<PauseButton job={job} size="xs" />}
      >
        {t('interruptedText')}
      </Notice>
    );
  }
  const title = job.state === 'interrupted' ? t('interruptedTitle') : t('failedTitle');
  return <ProblemView title={title} problem={jobProblem(job.error)} actions={again} />;
}
