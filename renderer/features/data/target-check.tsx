import { Button, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { DatasetDetail, Finding } from '../../../main/contract/datasets.ts';
import { client } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { jobProblem } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemView } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { type FindingActions, FindingsGroup } from './findings-table.tsx';
import classes from './quality.module.css';
import { qualityMessages } from './quality-messages.ts';

type Checked = { readonly target: string; readonly findings: readonly Finding[] };

const severities = ['block', 'warn', 'info'] as const;

/** Checks a column as the target of a model: leaks, labels, split. */
export function TargetCheck(props: { readonly dataset: DatasetDetail; readonly actions: FindingActions }) {
  const t = useMessages(qualityMessages);
  const toasts = useToasts();
  const { dataset } = props;
  const [target, setTarget] = useState<string | null>(null);
  const [split, setSplit] = useState<string | null>(null);
  const [jobId, setJobId] = useState('');
  const job = useJob(jobId);
  const start = useMutation({
    mutationFn: () =>
      client.datasets.inspect({ id: dataset.id, target: target ?? '', ...(split === null ? {} : { split }) }),
    onSuccess: (started) => setJobId(started.jobId),
    onError: toasts.failed,
  });
  const names = dataset.schema.map(({ name }) => name);
  const running = start.isPending || (job.data !== undefined && isActive(job.data));
  const found = job.data?.state === 'succeeded' ? (job.data.result as Checked) : null;
  return (
    <Section title={t('target')} hint={t('targetHint')}>
      <div className={classes.stack}>
        <div className={classes.tools}>
          <Select
            size="xs"
            aria-label={t('targetChoose')}
            placeholder={t('targetChoose')}
            data={names}
            value={target}
            searchable
            onChange={setTarget}
          />
          <Select
            size="xs"
            aria-label={t('splitChoose')}
            placeholder={t('splitChoose')}
            data={names.filter((name) => name !== target)}
            value={split}
            searchable
            clearable
            onChange={setSplit}
          />
          <Button
            size="xs"
            variant="default"
            disabled={target === null}
            loading={running}
            onClick={() => start.mutate()}
          >
            {t('check')}
          </Button>
        </div>
        {running && job.data !== undefined ? <JobProgress job={job.data} hideTitle /> : null}
        {job.data?.error == null ? null : <ProblemView title={t('checkFailed')} problem={jobProblem(job.data.error)} />}
        {found === null ? null : found.findings.length === 0 ? (
          <p className={classes.line}>{t('targetClean', { target: found.target })}</p>
        ) : (
          <div className={classes.stack}>
            <p className={classes.line}>{t('targetFindings', { target: found.target })}</p>
            {severities.map((severity) => (
              <FindingsGroup
                key={severity}
                severity={severity}
                findings={found.findings.filter((finding) => finding.severity === severity)}
                actions={props.actions}
              />
            ))}
          </div>
        )}
      </div>
    </Section>
  );
}
