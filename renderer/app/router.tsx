/** The router: hash history, so that the same addresses work from app:// and on loopback; all view state in the search. */
import { createHashHistory, createRouter } from '@tanstack/react-router';
import { rootRoute } from '../lib/root-route.ts';
import { NotFound, PageFailure } from './failure.tsx';
import { routeTree } from './routes.tsx';
import { Shell } from './shell.tsx';

rootRoute.update({ component: Shell });

/** The one router of the window. */
export const router = createRouter({
  routeTree,
  history: createHashHistory(),
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: PageFailure,
  defaultPendingMs: 150,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
