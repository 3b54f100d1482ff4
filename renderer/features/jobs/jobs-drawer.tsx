import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { useActiveJobs } from '../../client/jobs.ts';
import { useMessages } from '../../lib/locale.tsx';
import { jobsDrawerSignal } from '../../state/frame.ts';
import { useSignal } from '../../state/signal.ts';
import { RelativeTime } from '../../ui/fields.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { EmptyState } from '../../ui/states.tsx';
import { JobActions } from './job-actions.tsx';
import classes from './jobs.module.css';
import { jobsMessages } from './messages.ts';

const ended = ['succeeded', 'failed', 'cancelled', 'interrupted'] as const;

function DrawerBody(props: { readonly onClose: () => void }) {
  const t = useMessages(jobsMessages);
  const active = useActiveJobs();
  const recent = useQuery(orpc.jobs.list.queryOptions({ input: { states: [...ended], limit: 8 } }));
  const items = recent.data?.items ?? [];
  return (
    <div className={classes.stack}>
      {active.length === 0 ? <EmptyState compact title={t('drawerEmpty')} text={t('emptyText')} /> : null}
      {active.map((job) => (
        <div key={job.id} className={classes.item}>
          <JobProgress job={job} />
        </div>
      ))}
      {items.length === 0 ? null : <h3 className={classes.subtitle}>{t('recent')}</h3>}
      {items.map((job) => (
        <div key={job.id} className={classes.item}>
          <JobProgress job={job} actions={job.endedAt === null ? null : <RelativeTime at={job.endedAt} />} />
          <JobActions job={job} onFollow={props.onClose} />
        </div>
      ))}
      <div>
        <LinkButton variant="default" to="/jobs" onClick={props.onClose}>
          {t('allJobs')}
        </LinkButton>
      </div>
    </div>
  );
}

/** Running and recent jobs beside whatever page is open. */
export function JobsDrawer() {
  const t = useMessages(jobsMessages);
  const opened = useSignal(jobsDrawerSignal);
  const close = () => jobsDrawerSignal.set(false);
  return (
    <Drawer opened={opened} onClose={close} position="right" size={420} title={t('drawer')}>
      <DrawerBody onClose={close} />
    </Drawer>
  );
}
