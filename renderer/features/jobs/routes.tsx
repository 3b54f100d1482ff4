import { IconProgressCheck } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { jobsMessages } from './messages.ts';
import { readJobsSearch } from './search.ts';

const jobsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/jobs',
  validateSearch: readJobsSearch,
  component: lazyRouteComponent(() => import('./jobs-page.tsx'), 'JobsPage'),
});

/** Routes of the jobs page. */
export const jobsRoutes = [jobsRoute] as const;

/** The row of the rail for jobs. */
export const jobsNav: readonly NavItem[] = [
  { to: '/jobs', icon: IconProgressCheck, messages: jobsMessages, goKey: 'j', place: 'foot' },
];
