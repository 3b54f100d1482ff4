import { IconDatabase } from '@tabler/icons-react';
import { createRoute, lazyRouteComponent } from '@tanstack/react-router';
import type { NavItem } from '../../lib/navigation.ts';
import { rootRoute } from '../../lib/root-route.ts';
import { dataMessages } from './messages.ts';
import { readDataSearch, readDatasetSearch, readImportSearch, readSqlSearch } from './search.ts';

const listRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data',
  validateSearch: readDataSearch,
  component: lazyRouteComponent(() => import('./data-page.tsx'), 'DataPage'),
});

const importRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/import',
  validateSearch: readImportSearch,
  component: lazyRouteComponent(() => import('./import-page.tsx'), 'ImportPage'),
});

const sqlRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/sql',
  validateSearch: readSqlSearch,
  component: lazyRouteComponent(() => import('./sql-page.tsx'), 'SqlPage'),
});

const datasetRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/data/$datasetId',
  validateSearch: readDatasetSearch,
  component: lazyRouteComponent(() => import('./dataset-page.tsx'), 'DatasetPage'),
});

/** Routes of the list of data sets, the import, the queries and one data set. */
export const dataRoutes = [listRoute, importRoute, sqlRoute, datasetRoute] as const;

/** Data's row of the rail. */
export const dataNav: readonly NavItem[] = [
  { to: '/data', icon: IconDatabase, messages: dataMessages, goKey: 'd', place: 'main' },
];
