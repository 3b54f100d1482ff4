/** Taking in a model package: drop it or choose it; it is checked by the host before anything else happens. */
import { Modal, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { client } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { FileIntake, type TakenFile } from '../../ui/file-intake.tsx';
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
    mutationFn: ({ source }: TakenFile) => client.models.import({ source }),
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
      {take.isPending ? (
        <Text role="status">{t('importReading', { name })}</Text>
      ) : (
        <FileIntake purpose="model" title={t('importDrop')} onFile={(file) => take.mutate(file)} />
      )}
      {take.isError ? (
        <div className={classes.importError}>
          <ErrorState error={take.error} title={t('importFailed')} />
        </div>
      ) : null}
    </>
  );
}
