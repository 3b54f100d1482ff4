import { Button } from '@mantine/core';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { client } from '../../client/client.ts';
import { saveBlob } from '../../client/save.ts';
import { useMessages } from '../../lib/locale.tsx';
import { LinkButton } from '../../ui/link-button.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { downloadName } from './download-name.ts';
import classes from './jobs.module.css';
import { jobsMessages } from './messages.ts';

const canRetry = (job: JobSnapshot): boolean => ['failed', 'cancelled'].includes(job.state);

/** What can be done with a job: watch its training, open its result, fetch its file, start it again. */
export function JobActions(props: { readonly job: JobSnapshot; readonly onFollow?: () => void }) {
  const t = useMessages(jobsMessages);
  const toasts = useToasts();
  const { job } = props;
  const { datasetId, modelId } = job.subject;
  const file = downloadName(job);
  const follow = props.onFollow === undefined ? {} : { onClick: props.onFollow };
  const done = job.state === 'succeeded';
  const retry = () =>
    void client.jobs
      .retry({ id: job.id })
      .then(() => toasts.told(t('retried', { title: job.title })))
      .catch(toasts.failed);
  const download = (name: string) =>
    void client.system
      .download({ jobId: job.id })
      .then((blob) => saveBlob(blob, name))
      .catch(toasts.failed);
  const isTraining = job.kind === 'train';
  if (!isTraining && !canRetry(job) && !(done && (datasetId ?? modelId ?? file) !== null)) return null;
  return (
    <div className={classes.buttons}>
      {isTraining ? (
        <LinkButton size="xs" variant="default" to="/train" search={{ job: job.id }} {...follow}>
          {t('openTraining')}
        </LinkButton>
      ) : null}
      {canRetry(job) ? (
        <Button size="xs" variant="default" onClick={retry}>
          {t('retry')}
        </Button>
      ) : null}
      {done && file !== null ? (
        <Button size="xs" variant="default" onClick={() => download(file)}>
          {t('download')}
        </Button>
      ) : null}
      {done && datasetId !== null ? (
        <LinkButton size="xs" variant="default" to="/data/$datasetId" params={{ datasetId }} {...follow}>
          {t('openData')}
        </LinkButton>
      ) : null}
      {done && modelId !== null ? (
        <LinkButton size="xs" variant="default" to="/models/$modelId" params={{ modelId }} {...follow}>
          {t('openModel')}
        </LinkButton>
      ) : null}
    </div>
  );
}
