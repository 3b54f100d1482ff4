/** A scoring job on its way and its result. */
import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { client } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { jobProblem } from '../../client/problem.ts';
import { saveBlob } from '../../client/save.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { Section } from '../../ui/page.tsx';
import { ProblemView, QueryView, SkeletonRows } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { predictMessages } from './messages.ts';
import { buildOutputName } from './output-name.ts';
import classes from './predict.module.css';
import { readScoreResult } from './score-result.ts';

const route = getRouteApi('/predict');

/** The job. */
export function BatchJob(props: { readonly jobId: string }) {
  const t = useMessages(predictMessages);
  const query = useJob(props.jobId);
  const navigate = route.useNavigate();
  const again = (
    <Button
      size="xs"
      variant="default"
      onClick={() =>
        void navigate({
          search: (old) => ({ model: old.model, tab: 'batch', reasons: old.reasons, format: old.format }),
        })
      }
    >
      {t('again')}
    </Button>
  );
  return (
    <Section title={t('running')} plain actions={again}>
      <QueryView query={query} skeleton={<SkeletonRows rows={3} />}>
        {(job) => (
          <>
            <JobProgress job={job} />
            <div className={classes.done}>{isActive(job) ? null : <Outcome job={job} />}</div>
          </>
        )}
      </QueryView>
    </Section>
  );
}

function Outcome(props: { readonly job: JobSnapshot }) {
  const t = useMessages(predictMessages);
  const { job } = props;
  if (job.state === 'succeeded') return <Done job={job} />;
  if (job.error !== null) return <ProblemView title={t('jobFailed')} problem={jobProblem(job.error)} />;
  return <Notice tone="neutral">{t('jobCancelled')}</Notice>;
}

function Done(props: { readonly job: JobSnapshot }) {
  const t = useMessages(predictMessages);
  const format = useFormat();
  const toasts = useToasts();
  const search = route.useSearch();
  const { job } = props;
  const result = readScoreResult(job.result);
  const toPath = search.path !== undefined;
  const download = useMutation({
    mutationFn: async () =>
      saveBlob(
        await client.system.download({ jobId: job.id }),
        buildOutputName(search.fileName ?? '', search.format ?? 'csv'),
      ),
    onError: toasts.failed,
  });
  return (
    <Notice
      tone={result.rejected > 0 ? 'warn' : 'good'}
      title={t('done')}
      actions={
        toPath ? null : (
          <Button
            leftSection={<IconDownload size={16} />}
            loading={download.isPending}
            onClick={() => download.mutate()}
          >
            {t('download')}
          </Button>
        )
      }
    >
      <div>
        {t('doneText', {
          rows: result.rows,
          rejected: result.rejected,
          speed: result.rowsPerSecond === null ? '–' : format.integer(result.rowsPerSecond),
        })}
      </div>
      {result.rejected > 0 ? <div>{t('doneRejects')}</div> : null}
      {toPath && result.file !== null ? <div className="mono">{t('writtenTo', { path: result.file })}</div> : null}
      {result.unseen.length === 0 ? null : (
        <>
          <div>{t('doneUnseen')}</div>
          <ul className={classes.list}>
            {result.unseen.map((each) => (
              <li key={each.column}>{t('doneUnseenText', each)}</li>
            ))}
          </ul>
        </>
      )}
    </Notice>
  );
}
