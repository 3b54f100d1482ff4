/** Taking in a model: a package at once, a file of another library after a few questions; the host checks it first. */
import { Modal, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { ImportOptions } from '../../../main/contract/model-import.ts';
import { client } from '../../client/client.ts';
import { isActive, useJob } from '../../client/jobs.ts';
import { jobProblem } from '../../client/problem.ts';
import { useMessages } from '../../lib/locale.tsx';
import { Notice } from '../../ui/badges.tsx';
import { FileIntake, type TakenFile } from '../../ui/file-intake.tsx';
import { JobProgress } from '../../ui/job-progress.tsx';
import { ErrorState, ProblemView } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { ImportForeignForm } from './import-foreign-form.tsx';
import { importMessages } from './import-messages.ts';
import classes from './models.module.css';

/** The dialog. */
export function ImportPackage(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useMessages(importMessages);
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('title')} size="lg">
      <ImportBody onClose={props.onClose} />
    </Modal>
  );
}

type Request = { readonly file: TakenFile; readonly options?: ImportOptions };

function ImportBody({ onClose }: { readonly onClose: () => void }) {
  const t = useMessages(importMessages);
  const toasts = useToasts();
  const navigate = useNavigate();
  const [foreign, setForeign] = useState<TakenFile | null>(null);
  const [jobId, setJobId] = useState('');
  const job = useJob(jobId).data;
  const take = useMutation({
    mutationFn: ({ file, options }: Request) =>
      client.models.import({ source: file.source, ...(options === undefined ? {} : { options }) }),
    onSuccess: (started) => setJobId(started.jobId),
  });
  const modelId = job !== undefined && job.state === 'succeeded' ? job.subject.modelId : null;
  const name = take.variables?.file.name ?? '';
  useEffect(() => {
    if (modelId === null) return;
    setJobId('');
    toasts.told(t('done', { name }));
    onClose();
    void navigate({ to: '/models/$modelId', params: { modelId } });
  }, [modelId, name, toasts, t, onClose, navigate]);
  const waiting = jobId !== '' && (job === undefined || isActive(job) || modelId !== null);
  const busy = take.isPending || waiting;
  const again = () => {
    take.reset();
    setJobId('');
  };
  const onFile = (file: TakenFile) => {
    again();
    if (file.name.toLowerCase().endsWith('.augury-model')) take.mutate({ file });
    else setForeign(file);
  };
  return (
    <>
      {foreign === null ? <Text mb="sm">{t('text')}</Text> : null}
      {busy ? <Text role="status">{t('reading', { name })}</Text> : null}
      {busy && job !== undefined ? <JobProgress job={job} hideTitle /> : null}
      <div hidden={busy}>
        {foreign === null ? (
          <FileIntake purpose="model" title={t('drop')} onFile={onFile} />
        ) : (
          <ImportForeignForm
            file={foreign}
            onOther={() => {
              again();
              setForeign(null);
            }}
            onImport={(options) => {
              again();
              take.mutate({ file: foreign, options });
            }}
          />
        )}
      </div>
      {take.isError ? (
        <div className={classes.importError}>
          <ErrorState error={take.error} title={t('failed')} />
        </div>
      ) : null}
      {job !== undefined && job.error !== null ? (
        <div className={classes.importError}>
          <ProblemView title={t('failed')} problem={jobProblem(job.error)} />
        </div>
      ) : null}
      {job?.state === 'cancelled' ? <Notice tone="neutral">{t('cancelled')}</Notice> : null}
    </>
  );
}
