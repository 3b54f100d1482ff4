/** Loaded before a utility process's program: gives it `process.parentPort` and the ports it is handed, over Node's IPC. */
import { EventEmitter } from 'node:events';
import { type Parcel, PortDouble } from './ports.ts';

const ports = new Map<number, PortDouble>();
const tell = (parcel: Parcel): void => void process.send?.(parcel);

/** The far end lives in the main process: what it is sent goes there. */
function adopt(id: number): PortDouble {
  const near = new PortDouble();
  const far = new PortDouble();
  near.peer = far;
  far.peer = near;
  far.transfer({
    deliver: (data) => tell({ kind: 'port', id, data }),
    closed: () => tell({ kind: 'port-closed', id }),
  });
  ports.set(id, far);
  return near;
}

const parentPort = Object.assign(new EventEmitter(), {
  postMessage: (data: unknown): void => tell({ kind: 'message', data, ports: [] }),
});

process.on('message', (parcel: Parcel) => {
  if (parcel.kind === 'message') parentPort.emit('message', { data: parcel.data, ports: parcel.ports.map(adopt) });
  else if (parcel.kind === 'port') ports.get(parcel.id)?.send(parcel.data);
  else ports.get(parcel.id)?.close();
});
process.on('disconnect', () => process.exit(0));
Object.defineProperty(process, 'parentPort', { value: parentPort });
