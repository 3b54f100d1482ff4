import { IconHome } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { homeMessages } from './messages.ts';

const homeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  component: lazyRouteComponent(() => import('./home-page.tsx'), 'HomePage'),
});

/** Routes of Home. */
export const homeRoutes = [homeRoute] as const;

/** Home's row of the rail. */
export const homeNav: readonly NavItem[] = [
  { to: '/', icon: IconHome, messages: homeMessages, goKey: 'h', place: 'main' },
];
