import { readFileSync } from 'node:fs';

/**
 * What runs in the page before its own scripts: the built preload, in a scope where `require('electron')` gives doubles
 * of the parts a sandboxed preload has. `__standIn` is the binding to the main process's double.
 */
export function pageScope(preload: string): string {
  return `(${scope.toString()})(${JSON.stringify(readFileSync(preload, 'utf8'))});`;
}

type Wire = { readonly text?: string; readonly bytes?: string; readonly json?: string };

function scope(source: string): void {
  if (window !== window.top) return;
  type Listener = (event: { ports: readonly MessagePort[] }, ...args: unknown[]) => void;
  const page = window as Window & {
    __standIn?: (message: unknown) => Promise<unknown>;
    __standInHear?: (message: { channel: string; args: unknown[]; ports: number[] }) => void;
    __standInPort?: (id: number, wire: Wire | null) => void;
    __standInPaths?: Record<string, string>;
  };
  const call = page.__standIn;
  if (call === undefined) throw new Error('the stand-in is not connected');
  const listeners = new Map<string, Listener[]>();
  const ports = new Map<number, MessagePort>();

  const toBase64 = (bytes: Uint8Array): string => {
    let text = '';
    for (const byte of bytes) text += String.fromCharCode(byte);
    return btoa(text);
  };
  const pack = (data: unknown): Wire => {
    if (typeof data === 'string') return { text: data };
    if (data instanceof ArrayBuffer) return { bytes: toBase64(new Uint8Array(data)) };
    if (data instanceof Uint8Array) return { bytes: toBase64(data) };
    return { json: JSON.stringify(data) };
  };
  const unpack = (wire: Wire): unknown => {
    if (wire.text !== undefined) return wire.text;
    if (wire.bytes !== undefined) return Uint8Array.from(atob(wire.bytes), (c) => c.charCodeAt(0));
    return JSON.parse(wire.json ?? 'null');
  };
  const adopt = (id: number): MessagePort => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = (event) => void call({ kind: 'port', id, wire: pack(event.data) });
    ports.set(id, port1);
    return port2;
  };
  page.__standInHear = ({ channel, args, ports: ids }) => {
    const event = { ports: ids.map(adopt) };
    for (const listener of listeners.get(channel) ?? []) listener(event, ...args);
  };
  page.__standInPort = (id, wire) => {
    const port = ports.get(id);
    if (wire !== null) return port?.postMessage(unpack(wire));
    port?.close();
    ports.delete(id);
  };

  const freeze = <T extends object>(value: T): T => {
    for (const inner of Object.values(value)) if (typeof inner === 'object' && inner !== null) freeze(inner);
    return Object.freeze(value);
  };
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, api: object) => Object.defineProperty(window, name, { value: freeze(api) }),
    },
    ipcRenderer: {
      on: (channel: string, listener: Listener) =>
        void listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
      send: (channel: string, ...args: unknown[]) => void call({ kind: 'send', channel, args }),
      invoke: (channel: string, ...args: unknown[]) => call({ kind: 'invoke', channel, args }),
    },
    webUtils: { getPathForFile: (file: File) => page.__standInPaths?.[file.name] ?? '' },
  };
  const require = (name: string): unknown => {
    if (name === 'electron') return electron;
    throw new Error(`module not found: ${name} (sandboxed preload scripts have electron alone)`);
  };
  const facts = { platform: 'linux', versions: { electron: '45.0.0', chrome: '150.0.0' } };
  const module = { exports: {} };
  new Function('require', 'module', 'exports', 'process', source)(require, module, module.exports, facts);
}
