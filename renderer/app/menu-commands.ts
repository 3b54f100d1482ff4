/** Commands of the native menu and of files opened from outside, turned into what the window does for them. */
import { useComputedColorScheme } from '@mantine/core';
import { spotlight } from '@mantine/spotlight';
import { useNavigate } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { findBridge } from '../client/bridge.ts';
import { client } from '../client/client.ts';
import { shortcutsSignal } from '../state/frame.ts';
import { useToasts } from '../ui/toast.tsx';
import { useToggleTheme } from './settings-sync.ts';

/** Listens to the menu under Electron; does nothing in a browser. */
export function useMenuCommands(): void {
  const navigate = useNavigate();
  const toasts = useToasts();
  const toggleTheme = useToggleTheme();
  const toggle = useRef(toggleTheme);
  toggle.current = toggleTheme;
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const takeModel = async (path: string): Promise<void> => {
      const { jobId } = await client.models.import({ source: { path } });
      await navigate({ to: '/jobs', search: { job: jobId } });
    };
    return findBridge()?.onCommand((command) => {
      const { name, path } = command;
      if (name === 'import') void navigate({ to: '/data/import', search: path === null ? {} : { path } });
      else if (name === 'train') void navigate({ to: '/train' });
      else if (name === 'settings') void navigate({ to: '/settings' });
      else if (name === 'palette') spotlight.open();
      else if (name === 'shortcuts') shortcutsSignal.set(true);
      else if (name === 'toggle-theme') {
        toggle.current(scheme);
      } else if (path !== null) void takeModel(path).catch(toasts.failed);
    });
  }, [navigate, scheme, toasts]);
}
