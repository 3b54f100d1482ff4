/** Taking in a model: a package at once, a file of another library after a few questions; the host checks it first. */
import { Modal, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import type { ImportOptions } from '../../../main/contract/model-import.ts';
import { client } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { FileIntake, type TakenFile } from '../../ui/file-intake.tsx';
import { ErrorState } from '../../ui/states.tsx';
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

function ImportBody(props: { readonly onClose: () => void }) {
  const t = useMessages(importMessages);
  const toasts = useToasts();
  const navigate = useNavigate();
  const [foreign, setForeign] = useState<TakenFile | null>(null);
  const take = useMutation({
    mutationFn: ({ file, options }: Request) =>
      client.models.import({ source: file.source, ...(options === undefined ? {} : { options }) }),
    onSuccess: ({ modelId }, { file }) => {
      toasts.told(t('done', { name: file.name }));
      props.onClose();
      void navigate({ to: '/models/$modelId', params: { modelId } });
    },
  });
  const onFile = (file: TakenFile) => {
    take.reset();
    if (file.name.toLowerCase().endsWith('.augury-model')) take.mutate({ file });
    else setForeign(file);
  };
  return (
    <>
      {foreign === null ? <Text mb="sm">{t('text')}</Text> : null}
      {take.isPending ? <Text role="status">{t('reading', { name: take.variables.file.name })}</Text> : null}
      <div hidden={take.isPending}>
        {foreign === null ? (
          <FileIntake purpose="model" title={t('drop')} onFile={onFile} />
        ) : (
          <ImportForeignForm
            file={foreign}
            onOther={() => {
              take.reset();
              setForeign(null);
            }}
            onImport={(options) => take.mutate({ file: foreign, options })}
          />
        )}
      </div>
      {take.isError ? (
        <div className={classes.importError}>
          <ErrorState error={take.error} title={t('failed')} />
        </div>
      ) : null}
    </>
  );
}
