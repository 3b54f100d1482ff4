import { Button, type ButtonProps } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import type { JobSnapshot } from '../../main/contract/jobs.ts';
import { client } from '../client/client.ts';
import { isActive } from '../client/jobs.ts';
import { useMessages } from '../lib/locale.tsx';
import { uiMessages } from './messages.ts';
import { useToasts } from './toast.tsx';

/** Pauses a job that waits or runs, or lets a paused or interrupted one go on; nothing for one that has ended. */
export function PauseButton(props: { readonly job: JobSnapshot; readonly size: NonNullable<ButtonProps['size']> }) {
  const t = useMessages(uiMessages);
  const toasts = useToasts();
  const { job, size } = props;
  const pause = useMutation({ mutationFn: () => client.jobs.pause({ id: job.id }), onError: toasts.failed });
  const resume = useMutation({ mutationFn: () => client.jobs.resume({ id: job.id }), onError: toasts.failed });
  if (isActive(job)) {
    return (
      <Button
        size={size}
        variant="default"
        leftSection={<IconPlayerPause size={14} aria-hidden />}
        disabled={job.paused === true}
        loading={pause.isPending}
        onClick={() => pause.mutate()}
      >
        {t('jobPause')}
      </Button>
    );
  }
  if (job.state !== 'interrupted') return null;
  return (
    <Button
      size={size}
      leftSection={<IconPlayerPlay size={14} aria-hidden />}
      loading={resume.isPending}
      onClick={() => resume.mutate()}
    >
      {t('jobResume')}
    </Button>
  );
}
