/** Toasts: undo for every change, a word for every failure. */
import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMemo } from 'react';
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
    notifications.show({
      message: t('undone', { what }),
      autoClose: 3000,
    });
  } catch (error) {
    notifications.show({
      color: 'red',
      message: t('undoFailed', { why: toProblem(error).message }),
    });
  }
}

/** The toasts a page may show. */
export type Toasts = {
  /** Says what was done and offers to take it back. */
  readonly undoable: (what: string, eventId: string) => void;
  readonly told: (message: string) => void;
  /** Says why something did not work. */
  readonly failed: (error: unknown) => void;
};

function createToasts(t: Translate<UiKey>): Toasts {
  return {
    undoable: (what, eventId) => {
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
    told: (message) => {
      notifications.show({
        message,
        autoClose: 4000,
      });
    },
    failed: (error) => {
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

/** The page's toasts; stable while the language stays. */
export function useToasts(): Toasts {
  const t = useMessages(uiMessages);
  return useMemo(() => createToasts(t), [t]);
}
