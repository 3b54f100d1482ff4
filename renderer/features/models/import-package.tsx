/** Taking in a model package: drop it or choose it; it is checked by the host before anything else happens. */
import { Button, Modal, Text } from '@mantine/core';
import { Dropzone } from '@mantine/dropzone';
import { IconPackageImport } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client } from '../../client/client.ts';
import { sourceOfFile } from '../../client/upload.ts';
import { useMessages } from '../../lib/locale.tsx';
import { ErrorState } from '../../ui/states.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { modelsMessages } from './messages.ts';
import classes from './models.module.css';

/** The dialog. */
export function ImportPackage(props: { readonly opened: boolean; readonly onClose: () => void }) {
  const t = useMessages(modelsMessages);
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('importTitle')} size="md">
      <ImportBody onClose={props.onClose} />
    </Modal>
  );
}

function ImportBody(props: { readonly onClose: () => void }) {
  const t = useMessages(modelsMessages);
  const toasts = useToasts();
  const navigate = useNavigate();
  const take = useMutation({
    mutationFn: async (file: File) => client.models.import({ source: await sourceOfFile(file) }),
    onSuccess: ({ modelId }, file) => {
      toasts.told(t('importDone', { name: file.name }));
      props.onClose();
      void navigate({ to: '/models/$modelId', params: { modelId } });
    },
  });
  const name = take.variables?.name ?? '';
  return (
    <>
      <Text mb="sm">{t('importText')}</Text>
      <Dropzone
        className={classes.drop ?? ''}
        multiple={false}
        loading={take.isPending}
        aria-label={t('importDrop')}
        onDrop={(files) => files[0] !== undefined && take.mutate(files[0])}
      >
        <IconPackageImport size={22} stroke={1.5} aria-hidden />
        <span>{take.isPending ? t('importReading', { name }) : t('importDrop')}</span>
        <Button component="span" size="xs" variant="default" tabIndex={-1}>
          {t('importChoose')}
        </Button>
      </Dropzone>
      {take.isError ? (
        <div className={classes.importError}>
          <ErrorState error={take.error} title={t('importFailed')} />
        </div>
      ) : null}
    </>
  );
}
