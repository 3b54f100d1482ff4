/** Toasts: undo for every change, a word for every failure. */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { client, queryClient } from '../client/client.ts';
import { toProblem } from '../client/problem.ts';
import { useMessages } from '../lib/locale.tsx';
import type { Translate } from '../lib/messages.ts';
import { uiMessages } from './messages.ts';

type UiKey = keyof typeof uiMessages.messages;

async function undo(t: Translate<UiKey>, what: string, eventId: string): Promise<void> {
  try {
    await client.system.undo({ eventId });
    await queryClient.invalidateQueries();
    notifications.show({ message: t('undone', { what }), autoClose: 3000 });
  } catch (error) {
    notifications.show({ color: 'red', message: t('undoFailed', { why: toProblem(error).message }) });
  }
}

/** Toasts of the page. `undoable` says what was done and offers to take it back; `failed` says why something did not. */
export function useToasts() {
  const t = useMessages(uiMessages);
  return {
    undoable: (what: string, eventId: string): void => {
      const id = `undo-${eventId}`;
      const onUndo = () => {
        notifications.hide(id);
        void undo(t, what, eventId);
      };
      notifications.show({
        id,
        autoClose: 9000,
        withCloseButton: true,
        message: (
          <Group justify="space-between" wrap="nowrap">
            <span>{what}</span>
            <Button size="xs" variant="light" onClick={onUndo}>
              {t('undo')}
            </Button>
          </Group>
        ),
      });
    },
    told: (message: string): void => {
      notifications.show({ message, autoClose: 4000 });
    },
    failed: (error: unknown): void => {
      const problem = toProblem(error);
      notifications.show({
        color: 'red',
        autoClose: 10_000,
        title: problem.connection ? t('connectionLost') : problem.message || t('unexpected'),
        message: problem.hint,
      });
    },
  };
}
