/**
 * The wire to the engine host: a MessagePort under Electron, HTTP on loopback. On loopback the long-lived streams travel
 * over one WebSocket, so that a few open windows do not use up the browser's connections; where that cannot be opened
 * they fall back to streaming over fetch.
 */
import type { ClientContext, ClientLink } from '@orpc/client';
import { RPCLink as FetchLink } from '@orpc/client/fetch';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { AuguryBridge } from '../../main/contract/bridge.ts';
import { usePreferences } from '../state/preferences.ts';
import { findBridge, requestPort } from './bridge.ts';

/** The host went away while a call was under way, or cannot be reached. */
export class ConnectionLost extends Error {
  constructor(message = 'The connection to the engine host was lost.') {
    super(message);
    this.name = 'ConnectionLost';
  }
}

type Link = ClientLink<ClientContext>;

/** A link that can be thrown away and opened again. */
export type Transport = {
  /** The link for a call; streams may get another one. */
  readonly link: (path: readonly string[]) => Promise<Link>;
  /** Forgets the present link; the next call opens a new one. */
  readonly reset: () => void;
};

const streams = new Set(['system.changes', 'jobs.watch', 'jobs.watchAll']);

const headers = (): Record<string, string> => {
  const { workspaceId } = usePreferences.getState();
  return workspaceId === '' ? {} : { 'x-augury-workspace': workspaceId };
};

function portTransport(bridge: AuguryBridge, onLost: () => void): Transport {
  let current: Promise<Link> | null = null;
  const open = async (): Promise<Link> => {
    const port = await requestPort(bridge);
    port.addEventListener('close', () => {
      current = null;
      onLost();
    });
    const link: Link = new PortLink({ port, headers });
    port.start();
    return link;
  };
  return {
    link: () => {
      current ??= open().catch((error: unknown) => {
        current = null;
        throw error;
      });
      return current;
    },
    reset: () => {
      current = null;
    },
  };
}

function openSocket(url: string, timeoutMs: number): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    const fail = () => {
      clearTimeout(timer);
      reject(new ConnectionLost());
    };
    const timer = setTimeout(() => {
      socket.close();
      fail();
    }, timeoutMs);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve(socket);
    });
    socket.addEventListener('error', fail, { once: true });
  });
}

function httpTransport(): Transport {
  const fetchLink: Link = new FetchLink({
    url: `${window.location.origin}/rpc`,
    headers,
    fetch: (request, init) => globalThis.fetch(request, { ...init, credentials: 'same-origin' }),
  });
  let socketLink: Promise<Link> | null = null;
  const openStreamLink = async (): Promise<Link> => {
    try {
      const socket = await openSocket(`${window.location.origin.replace(/^http/, 'ws')}/ws`, 2000);
      socket.addEventListener('close', () => {
        socketLink = null;
      });
      return new SocketLink({ websocket: socket, headers });
    } catch {
      socketLink = null;
      return fetchLink;
    }
  };
  return {
    link: (path) => {
      if (!streams.has(path.join('.'))) return Promise.resolve(fetchLink);
      socketLink ??= openStreamLink();
      return socketLink;
    },
    reset: () => {
      socketLink = null;
    },
  };
}

/** Picks the transport of this page. `onLost` is called when a port closes. */
export function openTransport(onLost: () => void): Transport {
  const bridge = findBridge();
  return bridge === null ? httpTransport() : portTransport(bridge, onLost);
}
