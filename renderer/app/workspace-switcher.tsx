import { Button, Group, Menu, Modal, TextInput } from '@mantine/core';
import { IconArrowBack, IconCheck, IconPlus, IconSelector } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { orpc, queryClient } from '../client/client.ts';
import { connection } from '../client/connection.ts';
import { toProblem } from '../client/problem.ts';
import { useMessages } from '../lib/locale.tsx';
import { usePreferences } from '../state/preferences.ts';
import { MiddleTruncate } from '../ui/middle-truncate.tsx';
import { useToasts } from '../ui/toast.tsx';
import { appMessages } from './messages.ts';

function choose(workspaceId: string): void {
  usePreferences.getState().set({ workspaceId });
  connection.changing();
  void queryClient.resetQueries();
}

/** Which workspace this window works in, and the way to another. */
export function WorkspaceSwitcher() {
  const t = useMessages(appMessages);
  const toasts = useToasts();
  const [creating, setCreating] = useState(false);
  const [name, setName] = useState('');
  const current = useQuery(orpc.workspaces.current.queryOptions({ input: {} }));
  const list = useQuery(orpc.workspaces.list.queryOptions({ input: {} }));
  const create = useMutation(orpc.workspaces.create.mutationOptions());
  const selected = usePreferences((state) => state.workspaceId);
  const gone = current.isError && selected !== '' && toProblem(current.error).family === 'not-found';
  useEffect(() => {
    if (gone) choose('');
  }, [gone]);
  const label = current.data?.name ?? t('workspace');
  const items = list.data?.items ?? [];
  const submit = () => {
    create.mutate(
      { name: name.trim() },
      {
        onSuccess: (made) => {
          setCreating(false);
          setName('');
          choose(made.id);
          toasts.told(t('workspaceCreated', { name: made.name }));
        },
        onError: toasts.failed,
      },
    );
  };
  return (
    <>
      <Menu position="bottom-start" width={260}>
        <Menu.Target>
          <Button
            variant="subtle"
            color="gray"
            maw={220}
            px={8}
            rightSection={<IconSelector size={14} />}
            aria-label={t('workspaceSwitch', { name: label })}
          >
            <MiddleTruncate text={label} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>{t('workspace')}</Menu.Label>
          {items.map((item) => (
            <Menu.Item
              key={item.id}
              leftSection={
                item.id === current.data?.id ? (
                  <IconCheck size={15} />
                ) : (
                  <span style={{ width: 15, display: 'inline-block' }} />
                )
              }
              onClick={() => {
                if (item.id !== current.data?.id) choose(item.id);
              }}
            >
              <MiddleTruncate text={item.name} />
            </Menu.Item>
          ))}
          {selected === '' ? null : (
            <Menu.Item leftSection={<IconArrowBack size={15} />} onClick={() => choose('')}>
              {t('workspaceFirst')}
            </Menu.Item>
          )}
          <Menu.Divider />
          <Menu.Item leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
            {t('workspaceNew')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Modal opened={creating} onClose={() => setCreating(false)} title={t('workspaceNew')}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            submit();
          }}
        >
          <TextInput
            data-autofocus
            label={t('workspaceName')}
            description={t('workspaceHint')}
            value={name}
            maxLength={80}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Group justify="flex-end" mt="md">
            <Button type="submit" disabled={name.trim() === ''} loading={create.isPending}>
              {t('workspaceCreate')}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
