import type { AuguryBridge } from '../../main/contract/bridge.ts';

declare global {
  interface Window {
    readonly augury?: AuguryBridge;
  }
}

/** The preload's bridge, or null in a browser. */
export function findBridge(): AuguryBridge | null {
  return window.augury?.connect === undefined ? null : window.augury;
}

/** Asks the preload for a fresh port and waits for it. Rejects after `timeoutMs`. */
export function requestPort(bridge: AuguryBridge, timeoutMs = 10_000): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      window.removeEventListener('message', onMessage);
    };
    const onMessage = (event: MessageEvent<unknown>) => {
      const data = event.data;
      const type = typeof data === 'object' && data !== null && 'type' in data ? data.type : data;
      const port = event.ports[0];
      if (event.source !== window || type !== 'augury:port' || port === undefined) return;
      stop();
      resolve(port);
    };
    const timer = setTimeout(() => {
      stop();
      reject(new Error('The engine host did not answer.'));
    }, timeoutMs);
    window.addEventListener('message', onMessage);
    bridge.connect();
  });
}
