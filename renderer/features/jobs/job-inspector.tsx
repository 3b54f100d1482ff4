import { useQuery } from '@tanstack/react-query';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { orpc } from '../../client/client.ts';
import { isActive } from '../../client/jobs.ts';
import { jobProblem } from '../../client/problem.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { Inspector, Section } from '../../ui/page.tsx';
import { Facts } from '../../ui/stat.tsx';
import { ProblemView } from '../../ui/states.tsx';
import { JobActions } from './job-actions.tsx';
import classes from './jobs.module.css';
import { jobsMessages } from './messages.ts';

function JobLog(props: { readonly job: JobSnapshot }) {
  const t = useMessages(jobsMessages);
  const format = useFormat();
  const log = useQuery(
    orpc.jobs.log.queryOptions({
      input: { id: props.job.id },
      refetchInterval: isActive(props.job) ? 1000 : false,
    }),
  );
  const lines = log.data?.lines ?? [];
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable region must be reachable by keyboard
    <section className={classes.log} tabIndex={0} aria-label={t('logLabel')}>
      {lines.length === 0 ? t('logEmpty') : null}
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines of a log have no identity but their place
        <div key={index}>
          <span className={classes.at}>{format.time(line.at)}</span>
          {line.text}
        </div>
      ))}
    </section>
  );
}

/** Everything about one job. */
export function JobInspector(props: { readonly job: JobSnapshot; readonly onClose: () => void }) {
  const t = useMessages(jobsMessages);
  const format = useFormat();
  const { job } = props;
  const when = (at: number | null): string => (at === null ? '–' : format.dateTime(at));
  const facts = [
    { label: t('kind'), value: t(`kind_${job.kind}`) },
    { label: t('stage'), value: job.stage || '–' },
    { label: t('priority'), value: t(`priority_${job.priority}`) },
    { label: t('attempt'), value: format.integer(job.attempt) },
    { label: t('memory'), value: job.memoryBytes === null ? '–' : format.bytes(job.memoryBytes) },
    { label: t('created'), value: when(job.createdAt) },
    { label: t('begun'), value: when(job.startedAt) },
    { label: t('ended'), value: when(job.endedAt) },
    { label: t('runningTime'), value: job.seconds === null ? '–' : format.duration(job.seconds) },
    { label: t('work'), value: t('workUnits', { count: format.integer(job.workDone) }) },
  ];
  const { estimate } = job;
  if (estimate !== null) {
    const value = t('estimateValue', {
      time: format.duration(estimate.seconds),
      memory: format.bytes(estimate.memoryBytes),
      disk: format.bytes(estimate.diskBytes),
    });
    facts.push({ label: t('estimate'), value }, { label: t('basis'), value: estimate.basis });
  }
  return (
    <Inspector title={job.title} onClose={props.onClose}>
      <div className={classes.stack}>
        <JobProgress job={job} hideTitle />
        {job.error === null ? null : <ProblemView title={t('failedTitle')} problem={jobProblem(job.error)} />}
        <JobActions job={job} />
        <Facts items={facts} />
        <Section title={t('log')}>
          <JobLog job={job} />
        </Section>
      </div>
    </Inspector>
  );
}
