/** The frame: rail, top bar, connection banner, the page, and the overlays that belong to every page. */
import { Outlet } from '@tanstack/react-router';
import { useConnection } from '../client/connection.ts';
import { JobsDrawer } from '../features/jobs/jobs-drawer.tsx';
import { useMessages } from '../lib/locale.tsx';
import { EmptyState } from '../ui/states.tsx';
import { CommandPalette } from './command-palette.tsx';
import { useJobToasts } from './job-toasts.ts';
import { useMenuCommands } from './menu-commands.ts';
import { appMessages } from './messages.ts';
import { Rail } from './rail.tsx';
import { useSettingsSync } from './settings-sync.ts';
import classes from './shell.module.css';
import { Shortcuts, useShortcuts } from './shortcuts.tsx';
import { Topbar } from './topbar.tsx';

function ConnectionBanner() {
  const t = useMessages(appMessages);
  const state = useConnection();
  if (state !== 'lost' && state !== 'restarted') return null;
  return (
    <div className={classes.banner} role="status">
      {state === 'lost' ? t('lostBanner') : t('restartedBanner')}
    </div>
  );
}

/** Every page stands inside this. */
export function Shell() {
  const t = useMessages(appMessages);
  const state = useConnection();
  useShortcuts();
  useJobToasts();
  useMenuCommands();
  useSettingsSync();
  return (
    <div className={classes.shell}>
      <button type="button" className={classes.skip} onClick={() => document.getElementById('main')?.focus()}>
        {t('skip')}
      </button>
      <Rail />
      <Topbar />
      <main id="main" className={classes.main} tabIndex={-1}>
        <ConnectionBanner />
        <div className={classes.page}>
          {state === 'unauthorised' ? (
            <div className={classes.centre}>
              <EmptyState title={t('unauthorisedTitle')} text={t('unauthorisedText')} />
            </div>
          ) : (
            <Outlet />
          )}
        </div>
      </main>
      <CommandPalette />
      <Shortcuts />
      <JobsDrawer />
    </div>
  );
}
