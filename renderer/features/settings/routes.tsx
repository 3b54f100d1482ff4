import { IconSettings } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { settingsMessages } from './messages.ts';
import { readSettingsSearch } from './search.ts';

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  validateSearch: readSettingsSearch,
  component: lazyRouteComponent(() => import('./settings-page.tsx'), 'SettingsPage'),
});

/** Routes of the settings. */
export const settingsRoutes = [settingsRoute] as const;

/** The row of the rail for settings. */
export const settingsNav: readonly NavItem[] = [
  { to: '/settings', icon: IconSettings, messages: settingsMessages, goKey: 's', place: 'foot' },
];
