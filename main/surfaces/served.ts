import type { AnyRouter } from '@orpc/server';
import type { StandardHandleResult, StandardHandlerInterceptorOptions } from '@orpc/server/standard';
import type { RouterContext } from '../router/context.ts';

/** What `compose()` gives and every surface serves: one router, and the context its calls run in. */
export type Served = {
  readonly router: AnyRouter;
  readonly contextFor: (input: Partial<RouterContext>) => RouterContext;
};

/** Everything the user of this machine may do through a door that only they can open. */
export const ownerPermissions = ['read', 'write', 'admin'] as const;

/** The header that names a workspace other than the host's own; every door reads it the same way. */
export const workspaceHeader = 'x-augury-workspace';

type Options = StandardHandlerInterceptorOptions<RouterContext>;

/** Runs a call in the workspace its request names. Whether the caller may is the router's to say. */
export function inNamedWorkspace(
  options: Options & { readonly next: (options: Options) => Promise<StandardHandleResult> },
): Promise<StandardHandleResult> {
  const { next, ...rest } = options;
  const named = rest.request.headers[workspaceHeader];
  const workspaceId = typeof named === 'string' && named !== '' ? named : rest.context.workspaceId;
  return next({ ...rest, context: { ...rest.context, workspaceId } });
}
