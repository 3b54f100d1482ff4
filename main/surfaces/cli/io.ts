import type { ContractRouterClient } from '@orpc/contract';
import type { Contract } from '../../contract/index.ts';

/** The contract as the command line calls it: over a socket to a running host, or in its own process. */
export type AuguryClient = ContractRouterClient<Contract>;

/** A connection to a workspace; `close` ends an in-process host or leaves a running one. */
export type Connection = {
  readonly client: AuguryClient;
  readonly attached: boolean;
  /** True once the host that it is attached to has gone away. */
  readonly isLost?: () => boolean;
  readonly close: () => Promise<void>;
};

/** Everything the command line touches outside the contract, so that tests can run it without a process. */
export type CliIo = {
  readonly stdout: { write(chunk: string | Uint8Array): unknown };
  readonly stderr: { write(chunk: string): unknown; readonly isTTY?: boolean };
  readonly stdin: AsyncIterable<Uint8Array>;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Calls back on Ctrl-C until disposed. */
  readonly onInterrupt: (handler: () => void) => () => void;
  readonly connect: (workspaceDir: string, options: { readonly threads?: number }) => Promise<Connection>;
  readonly serve: (workspaceDir: string, options: ServeOptions) => Promise<void>;
  readonly defaultWorkspace: string;
  readonly version: string;
  readonly sampleFile: (name: 'telecom-churn' | 'store-sales') => string;
};

export type ServeOptions = {
  readonly port: number;
  readonly host: string;
  readonly open: boolean;
  readonly sample: boolean;
};

/** Options every command takes. */
export type GlobalOptions = { readonly workspace?: string; readonly json?: boolean; readonly quiet?: boolean };
