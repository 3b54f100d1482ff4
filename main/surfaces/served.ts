import type { AnyRouter } from '@orpc/server';
import type { RouterContext } from '../router/context.ts';

/** What `compose()` gives and every surface serves: one router, and the context its calls run in. */
export type Served = {
  readonly router: AnyRouter;
  readonly contextFor: (input: Partial<RouterContext>) => RouterContext;
};

/** Everything the user of this machine may do through a door that only they can open. */
export const ownerPermissions = ['read', 'write', 'admin'] as const;
