import { notifications } from '@mantine/notifications';
import { useEffect } from 'react';
import { onJobEnd } from '../client/jobs.ts';
import { useMessages } from '../lib/locale.tsx';
import { appMessages } from './messages.ts';

/** Tells when a job that was running ends, wherever the person has gone meanwhile. */
export function useJobToasts(): void {
  const t = useMessages(appMessages);
  useEffect(() => {
    return onJobEnd((job) => {
      // Whoever looks at the job already sees how it ended.
      if (window.location.hash.includes(job.id)) return;
      if (job.state === 'succeeded' && job.priority !== 'interactive') {
        notifications.show({ id: job.id, message: t('jobDone', { title: job.title }), autoClose: 5000 });
      } else if (job.state === 'failed') {
        notifications.show({
          id: job.id,
          color: 'red',
          title: t('jobFailed', { title: job.title }),
          message: job.error?.message ?? '',
          autoClose: 12_000,
        });
      }
    });
  }, [t]);
}
