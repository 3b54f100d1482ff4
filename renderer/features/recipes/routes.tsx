import { IconTimeline } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { recipesMessages } from './messages.ts';
import { readFeaturesSearch, readRecipeSearch, readSetSearch, readValuesSearch } from './search.ts';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/features',
  validateSearch: readFeaturesSearch,
  component: lazyRouteComponent(() => import('./features-page.tsx'), 'FeaturesPage'),
});

const recipeRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/features/recipe',
  validateSearch: readRecipeSearch,
  component: lazyRouteComponent(() => import('./recipe-page.tsx'), 'RecipePage'),
});

const editRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/features/edit',
  validateSearch: readSetSearch,
  component: lazyRouteComponent(() => import('./set-editor-page.tsx'), 'SetEditorPage'),
});

const setRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/features/$setId',
  validateSearch: readValuesSearch,
  component: lazyRouteComponent(() => import('./set-page.tsx'), 'SetPage'),
});

/** Routes of the list, the recipe editor, the feature set editor and one feature set. */
export const recipesRoutes = [listRoute, recipeRoute, editRoute, setRoute] as const;

/** Features' row of the rail. */
export const recipesNav: readonly NavItem[] = [
  { to: '/features', icon: IconTimeline, messages: recipesMessages, goKey: 'f', place: 'main' },
];
