import { IconFlask } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { trainMessages } from './messages.ts';
import { readTrainSearch } from './search.ts';

const trainRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/train',
  validateSearch: readTrainSearch,
  component: lazyRouteComponent(() => import('./train-page.tsx'), 'TrainPage'),
});

/** Routes of the Train page. */
export const trainRoutes = [trainRoute] as const;

/** Train's row of the rail. */
export const trainNav: readonly NavItem[] = [
  { to: '/train', icon: IconFlask, messages: trainMessages, goKey: 't', place: 'main' },
];
