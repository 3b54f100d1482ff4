/**
 * Look and number formats live in the workspace's settings, so that every door and the undo can change them; the window
 * keeps a copy among its preferences to be right from the first frame on.
 */
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client, orpc } from '../client/client.ts';
import { usePreferences } from '../state/preferences.ts';
import { useToasts } from '../ui/toast.tsx';

/** Takes theme and number format over from the settings whenever they change. */
export function useSettingsSync(): void {
  const { data } = useQuery(orpc.system.settings.queryOptions({ input: {} }));
  const theme = data?.theme;
  const numberLocale = data?.numberLocale;
  useEffect(() => {
    if (theme === undefined || numberLocale === undefined) return;
    usePreferences.getState().set({ colorScheme: theme, numberLocale });
  }, [theme, numberLocale]);
}

/** Switches to the other scheme, in the window and in the settings. */
export function useToggleTheme(): (present: 'light' | 'dark') => void {
  const toasts = useToasts();
  return (present) => {
    const theme = present === 'dark' ? 'light' : 'dark';
    usePreferences.getState().set({ colorScheme: theme });
    client.system.updateSettings({ theme }).catch(toasts.failed);
  };
}
