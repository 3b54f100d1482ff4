import { IconWand } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { predictMessages } from './messages.ts';
import { readPredictSearch } from './search.ts';

const predictRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/predict',
  validateSearch: readPredictSearch,
  component: lazyRouteComponent(() => import('./predict-page.tsx'), 'PredictPage'),
});

/** Routes of the Predict page. */
export const predictRoutes = [predictRoute] as const;

/** The row of the rail for Predict. */
export const predictNav: readonly NavItem[] = [
  { to: '/predict', icon: IconWand, messages: predictMessages, goKey: 'p', place: 'main' },
];
