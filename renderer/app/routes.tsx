/** All routes and rail rows of the window: each feature exports its own from features/<name>/routes.tsx. */
import { dataNav, dataRoutes } from '../features/data/routes.tsx';
import { homeNav, homeRoutes } from '../features/home/routes.tsx';
import { jobsNav, jobsRoutes } from '../features/jobs/routes.tsx';
import { modelsNav, modelsRoutes } from '../features/models/routes.tsx';
import { predictNav, predictRoutes } from '../features/predict/routes.tsx';
import { recipesNav, recipesRoutes } from '../features/recipes/routes.tsx';
import { settingsNav, settingsRoutes } from '../features/settings/routes.tsx';
import { trainNav, trainRoutes } from '../features/train/routes.tsx';
import type { NavItem } from '../lib/navigation.ts';
import { rootRoute } from '../lib/root-route.ts';

/** The typed tree of routes. */
export const routeTree = rootRoute.addChildren([
  ...homeRoutes,
  ...dataRoutes,
  ...recipesRoutes,
  ...trainRoutes,
  ...modelsRoutes,
  ...predictRoutes,
  ...jobsRoutes,
  ...settingsRoutes,
]);

/** The rail, top to bottom. */
export const navigation: readonly NavItem[] = [
  ...homeNav,
  ...dataNav,
  ...recipesNav,
  ...trainNav,
  ...modelsNav,
  ...predictNav,
  ...jobsNav,
  ...settingsNav,
];
