import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { client } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { sqlMessages } from './sql-messages.ts';

/** Asks for a name and keeps the whole result under it, as a job. */
export function SqlSave(props: { readonly sql: string; readonly opened: boolean; readonly onClose: () => void }) {
  const t = useMessages(sqlMessages);
  const toasts = useToasts();
  const [name, setName] = useState('');
  const save = async (): Promise<void> => {
    await client.queries.save({ sql: props.sql, name: name.trim() });
    props.onClose();
    toasts.told(t('saveStarted'));
  };
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('saveTitle')}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() !== '') save().catch(toasts.failed);
        }}
      >
        <TextInput
          data-autofocus
          label={t('saveName')}
          description={t('saveHint')}
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button type="submit" disabled={name.trim() === ''}>
            {t('saveStart')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
