/**
 * Which operation the running code belongs to. The router opens a scope around a mutating operation; every transaction
 * committed inside it, also after an await, is captured for undo and carries the operation's event and audit rows.
 * The scope follows the asynchronous call, so parallel operations on one connection never mix.
 */
import { AsyncLocalStorage } from 'node:async_hooks';

export type MutationScope = {
  readonly store: object;
  /** Called inside each outermost transaction, before and after its statements. */
  readonly opened: () => void;
  readonly committing: () => void;
  /** Called when the transaction rolled back. */
  readonly rolledBack: () => void;
  closed: boolean;
};

const scopes = new AsyncLocalStorage<MutationScope | null>();

/** The open scope for this store, if the running code is inside one. */
export function currentScope(store: object): MutationScope | null {
  const scope = scopes.getStore() ?? null;
  return scope !== null && scope.store === store && !scope.closed ? scope : null;
}

export const runInScope = <T>(scope: MutationScope, fn: () => T): T => scopes.run(scope, fn);

/** Runs detached work (a job started by an operation) outside the operation's scope. */
export const outsideMutation = <T>(fn: () => T): T => scopes.run(null, fn);
