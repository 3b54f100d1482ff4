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

/**
 * Fetches the code of every page while nothing else is to do: going to a page then needs nothing but its data, and works
 * while the engine host, which also hands out the code on loopback, is away.
 */
export function fetchPagesWhenIdle(): void {
  const fetchAll = () => {
    for (const route of routeTree.children ?? []) {
      const { component } = route.options;
      if (component !== undefined && 'preload' in component) void component.preload?.()?.catch(() => undefined);
    }
  };
  setTimeout(() => requestIdleCallback(fetchAll), 1500);
}

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
