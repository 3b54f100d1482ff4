/** A job on its way: stage, bar, rows, speed, memory, time left, and the way to stop it. */
import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import type { JobSnapshot } from '../../main/contract/jobs.ts';
import { client } from '../client/client.ts';
import { isActive } from '../client/jobs.ts';
import { useFormat, useMessages } from '../lib/locale.tsx';
import { JobStateBadge } from './badges.tsx';
import classes from './job-progress.module.css';
import { uiMessages } from './messages.ts';
import { MiddleTruncate } from './middle-truncate.tsx';
import { PauseButton } from './pause-button.tsx';
import { useToasts } from './toast.tsx';

/** The figures of a job as short texts, those that are known. */
export function useJobFigures(job: JobSnapshot): readonly string[] {
  const t = useMessages(uiMessages);
  const format = useFormat();
  const figures: string[] = [];
  if (job.rowsDone !== null && job.rowsTotal !== null) {
    figures.push(t('jobRowsOf', { done: format.integer(job.rowsDone), total: format.integer(job.rowsTotal) }));
  } else if (job.rowsDone !== null) figures.push(t('jobRows', { done: format.integer(job.rowsDone) }));
  if (job.rowsPerSecond !== null && isActive(job))
    figures.push(t('jobRate', { rate: format.compact(job.rowsPerSecond) }));
  if (job.memoryBytes !== null && isActive(job))
    figures.push(t('jobMemory', { memory: format.bytes(job.memoryBytes) }));
  if (job.etaSeconds !== null && isActive(job)) figures.push(t('jobEta', { eta: format.duration(job.etaSeconds) }));
  if (job.seconds !== null && !isActive(job)) figures.push(t('jobTook', { time: format.duration(job.seconds) }));
  return figures;
}

/** One job with its bar. `actions` stand beside Cancel. */
export function JobProgress(props: {
  readonly job: JobSnapshot;
  readonly actions?: ReactNode;
  readonly hideTitle?: boolean;
}) {
  const t = useMessages(uiMessages);
  const toasts = useToasts();
  const figures = useJobFigures(props.job);
  const { job } = props;
  const words = isActive(job) ? job.message || job.stage : (job.error?.message ?? '');
  const percent = Math.round(Math.min(1, Math.max(0, job.fraction)) * 1000) / 10;
  const cancel = () => void client.jobs.cancel({ id: job.id }).catch(toasts.failed);
  return (
    <div className={classes.job}>
      <div className={classes.head}>
        {props.hideTitle === true ? null : (
          <span className={classes.title}>
            <MiddleTruncate text={job.title} />
          </span>
        )}
        <JobStateBadge state={job.state} paused={job.paused} />
        {props.actions}
        <PauseButton job={job} size="compact-xs" />
        {isActive(job) ? (
          <Button size="compact-xs" variant="default" onClick={cancel}>
            {t('jobCancel')}
          </Button>
        ) : null}
      </div>
      {isActive(job) ? (
        <div
          className={classes.track}
          role="progressbar"
          aria-label={t('jobProgress', { title: job.title })}
          aria-valuemin={0}
          aria-valuemax={100}
          aria-valuenow={percent}
          tabIndex={-1}
        >
          <div className={classes.bar} style={{ width: `${percent}%` }} />
        </div>
      ) : null}
      <div className={classes.line}>
        {words === '' ? null : <span className={classes.stage}>{words}</span>}
        {figures.map((figure) => (
          <span key={figure}>{figure}</span>
        ))}
      </div>
    </div>
  );
}
