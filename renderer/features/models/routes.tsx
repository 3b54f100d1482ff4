import { IconBrain } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { modelsMessages } from './messages.ts';
import { readCompareSearch, readModelSearch, readModelsSearch } from './search.ts';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models',
  validateSearch: readModelsSearch,
  component: lazyRouteComponent(() => import('./models-page.tsx'), 'ModelsPage'),
});

const compareRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/compare',
  validateSearch: readCompareSearch,
  component: lazyRouteComponent(() => import('./compare-page.tsx'), 'ComparePage'),
});

const modelRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/models/$modelId',
  validateSearch: readModelSearch,
  component: lazyRouteComponent(() => import('./model-page.tsx'), 'ModelPage'),
});

/** Routes of the list of models, one model and the comparison of two. */
export const modelsRoutes = [listRoute, compareRoute, modelRoute] as const;

/** The row of the rail for models. */
export const modelsNav: readonly NavItem[] = [
  { to: '/models', icon: IconBrain, messages: modelsMessages, goKey: 'm', place: 'main' },
];
