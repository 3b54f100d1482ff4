import { Button, Group, Modal, TextInput } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useMessages } from '../lib/locale.tsx';
import { uiMessages } from './messages.ts';

/** Asks for a new name. `onName` gets it trimmed; the caller closes the dialog. */
export function RenameDialog(props: {
  readonly opened: boolean;
  readonly name: string;
  readonly onClose: () => void;
  readonly onName: (name: string) => void;
}) {
  const t = useMessages(uiMessages);
  const [text, setText] = useState(props.name);
  useEffect(() => {
    if (props.opened) setText(props.name);
  }, [props.opened, props.name]);
  const name = text.trim();
  return (
    <Modal opened={props.opened} onClose={props.onClose} title={t('renameTitle', { name: props.name })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name !== '') props.onName(name);
        }}
      >
        <TextInput
          data-autofocus
          label={t('renameLabel')}
          value={text}
          maxLength={200}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Group justify="flex-end" mt="md">
          <Button type="submit" disabled={name === '' || name === props.name}>
            {t('rename')}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
