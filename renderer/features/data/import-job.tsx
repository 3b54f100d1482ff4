import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { jobProblem } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { Page, PageHeader } from '../../ui/page.tsx';
import { ProblemView, QueryView, SkeletonRows } from '../../ui/states.tsx';
import classes from './import.module.css';
import { importMessages } from './import-messages.ts';
import { dataMessages } from './messages.ts';
import { ReceiptView } from './receipt-view.tsx';

function Receipt(props: { readonly datasetId: string }) {
  const receipt = useQuery(orpc.datasets.receipt.queryOptions({ input: { id: props.datasetId } }));
  return (
    <QueryView query={receipt} skeleton={<SkeletonRows />}>
      {(data) => <ReceiptView receipt={data} />}
    </QueryView>
  );
}

/** The import as a job, and its receipt once it is done. */
export function ImportJob(props: {
  readonly jobId: string;
  readonly onPreview: (() => void) | null;
  /** Back to the preview, with what changed since the last import accepted. */
  readonly onAccept: (() => void) | null;
  readonly onRestart: () => void;
}) {
  const t = useMessages(importMessages);
  const data = useMessages(dataMessages);
  const query = useJob(props.jobId);
  const job = query.data;
  const datasetId = job?.state === 'succeeded' ? job.subject.datasetId : null;
  const state = job === undefined ? '' : isActive(job) ? t('stateJob') : datasetId === null ? '' : t('stateDone');
  const actions =
    datasetId === null ? undefined : (
      <>
        <Button variant="subtle" onClick={props.onRestart}>
          {t('importAnother')}
        </Button>
        <LinkButton variant="default" to="/data/$datasetId" params={{ datasetId }} search={{}}>
          {t('openData')}
        </LinkButton>
        <LinkButton to="/train" search={{ dataset: datasetId }}>
          {t('train')}
        </LinkButton>
      </>
    );
  return (
    <Page>
      <PageHeader
        title={job?.title ?? t('title')}
        state={state}
        actions={actions}
        crumbs={[{ label: data('title'), to: '/data' }]}
      />
      <QueryView query={query} skeleton={<SkeletonRows rows={3} />}>
        {(current) => (
          <div className={classes.stack}>
            {datasetId === null ? <JobProgress job={current} hideTitle /> : <Receipt datasetId={datasetId} />}
            {current.error === null ? null : (
              <ProblemView
                title={t('jobFailed')}
                problem={jobProblem(current.error)}
                actions={
                  <>
                    {current.error.code === 'import-changed' && props.onAccept !== null ? (
                      <Button size="xs" onClick={props.onAccept}>
                        {t('acceptChanges')}
                      </Button>
                    ) : null}
                    <Button size="xs" variant="default" onClick={props.onPreview ?? props.onRestart}>
                      {props.onPreview === null ? t('another') : t('backToPreview')}
                    </Button>
                  </>
                }
              />
            )}
          </div>
        )}
      </QueryView>
    </Page>
  );
}
