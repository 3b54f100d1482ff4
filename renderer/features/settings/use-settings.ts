import { useQuery } from '@tanstack/react-query';
import type { Settings } from '../../../main/contract/system.ts';
import { client, orpc } from '../../client/client.ts';
import { useMessages } from '../../lib/locale.tsx';
import { useToasts } from '../../ui/toast.tsx';
import { settingsMessages } from './messages.ts';

/** The workspace's settings and the way to change them, with undo. */
export function useSettings() {
  const t = useMessages(settingsMessages);
  const toasts = useToasts();
  const query = useQuery(orpc.system.settings.queryOptions({ input: {} }));
  const change = (next: Partial<Settings>): void => {
    client.system
      .updateSettings(next)
      .then(({ eventId }) => toasts.undoable(t('changed'), eventId))
      .catch(toasts.failed);
  };
  return { query, change };
}
