/**
 * Entry of the inference process, the only owner of ONNX Runtime. Under Electron it is a utility process whose first message
 * brings the port to the engine host; under Node a forked child. It holds no state worth keeping and may be killed at any
 * time; it ends when its client goes away.
 */
import { eventData, type PortLike } from './channel.ts';
import { createInferenceServer } from './server.ts';

type ParentPort = { readonly on: (event: 'message', listener: (event: unknown) => void) => unknown };

const isParentPort = (value: unknown): value is ParentPort =>
  typeof value === 'object' && value !== null && 'on' in value && typeof value.on === 'function';

const firstPort = (event: unknown): PortLike | null =>
  typeof event === 'object' && event !== null && 'ports' in event && Array.isArray(event.ports)
    ? (event.ports[0] ?? null)
    : null;

function servePort(port: PortLike): void {
  const handle = createInferenceServer((reply) => port.postMessage(reply));
  port.on('message', (event) => handle(eventData(event)));
  port.on('close', () => process.exit(0));
  port.start?.();
}

const parentPort: unknown = 'parentPort' in process ? process.parentPort : null;
if (isParentPort(parentPort)) {
  parentPort.on('message', (event) => {
    const port = firstPort(event);
    if (port !== null) servePort(port);
  });
} else {
  const handle = createInferenceServer((reply) => void process.send?.(reply));
  process.on('message', handle);
  process.on('disconnect', () => process.exit(0));
}
