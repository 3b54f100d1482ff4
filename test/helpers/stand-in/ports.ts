import { EventEmitter } from 'node:events';

/** Where a transferred port's messages go: another process, or the page. */
export type Carrier = { readonly deliver: (data: unknown) => void; readonly closed: () => void };

/**
 * Electron's MessagePortMain: messages wait until `start`, closing one end closes the other, and a transferred port goes
 * on living at its new place.
 */
export class PortDouble extends EventEmitter {
  peer: PortDouble | null = null;
  #carrier: Carrier | null = null;
  #started = false;
  #closed = false;
  #queue: unknown[] = [];

  postMessage(data: unknown): void {
    if (this.#carrier !== null) throw new Error('this port was transferred');
    this.send(structuredClone(data));
  }

  /** What the other end hears; used by carriers for what came from the port's new place. */
  send(data: unknown): void {
    if (!this.#closed) this.peer?.receive(data);
  }

  receive(data: unknown): void {
    if (this.#closed) return;
    if (this.#carrier !== null) this.#carrier.deliver(data);
    else if (this.#started) setImmediate(() => this.emit('message', { data, ports: [] }));
    else this.#queue.push(data);
  }

  start(): void {
    this.#started = true;
    for (const data of this.#queue.splice(0)) this.receive(data);
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#carrier?.closed();
    setImmediate(() => this.emit('close'));
    this.peer?.close();
  }

  /** Moves this end elsewhere; what waited goes along. */
  transfer(carrier: Carrier): void {
    this.#carrier = carrier;
    for (const data of this.#queue.splice(0)) carrier.deliver(data);
    if (this.#closed) carrier.closed();
  }
}

/** Two ends of one channel. */
export class MessageChannelMain {
  readonly port1 = new PortDouble();
  readonly port2 = new PortDouble();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}

/** What travels between the main process's double and a utility process. */
export type Parcel =
  | { readonly kind: 'message'; readonly data: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly id: number; readonly data: unknown }
  | { readonly kind: 'port-closed'; readonly id: number };
