/**
 * What Electron's main process and the engine host say to each other. Main owns processes and ports, the host owns the
 * work: a utility process cannot fork another, so the host asks main for inference processes and gets a port to each.
 */
import type { ErrorData } from '../base/errors.ts';

/** Main to host. `connect` and `inference` bring one port. */
export type HostCommand =
  | {
      readonly type: 'start';
      readonly workspaceFolder: string;
      readonly version: string;
      readonly sample: string | null;
    }
  | { readonly type: 'connect' }
  | { readonly type: 'inference'; readonly id: number }
  | { readonly type: 'stop' };

/** Host to main. `failed` means that trying again would not help. */
export type HostReport =
  | { readonly type: 'ready' }
  | { readonly type: 'updates'; readonly channel: 'stable' | 'beta'; readonly check: boolean }
  | { readonly type: 'failed'; readonly error: ErrorData }
  | { readonly type: 'spawn-inference'; readonly id: number }
  | { readonly type: 'kill-inference'; readonly id: number };

const reportTypes = ['ready', 'updates', 'failed', 'spawn-inference', 'kill-inference'];

export const isHostReport = (message: unknown): message is HostReport =>
  typeof message === 'object' &&
  message !== null &&
  'type' in message &&
  typeof message.type === 'string' &&
  reportTypes.includes(message.type);
