/** The typed client of every operation, and its React Query options: `orpc.datasets.list.queryOptions({ input })`. */
import { createORPCClient, DynamicLink } from '@orpc/client';
import type { ContractRouterClient } from '@orpc/contract';
import { createTanstackQueryUtils } from '@orpc/tanstack-query';
import { QueryClient } from '@tanstack/react-query';
import type { Contract } from '../../main/contract/index.ts';
import { connection } from './connection.ts';
import { toProblem } from './problem.ts';
import { openTransport } from './transport.ts';

const transport = openTransport(() => connection.lost());

/** Calls the host. Rejects with the contract's typed errors, or when the connection is lost. */
export const client: ContractRouterClient<Contract> = createORPCClient(
  new DynamicLink((_options, path) => transport.link(path)),
);

/** Drops the present wire so that the next call opens a new one. */
export const resetTransport = (): void => transport.reset();

/** Query, mutation and key builders for every operation. */
export const orpc = createTanstackQueryUtils(client);

/** The cache of server state. Change notices keep it fresh, so nothing refetches on a timer or on focus. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: 'always',
      staleTime: 5 * 60_000,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      retry: (failures, error) => failures < 2 && toProblem(error).connection,
      retryDelay: 400,
    },
    mutations: { networkMode: 'always', retry: false },
  },
});
