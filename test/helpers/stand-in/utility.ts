import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import type { Parcel, PortDouble } from './ports.ts';

const childSetup = new URL('./utility-child.ts', import.meta.url).href;

/** Every utility process that runs now, for tests that kill one. */
export const running = new Set<UtilityDouble>();

/** Electron's UtilityProcess as a forked Node process. */
export class UtilityDouble extends EventEmitter {
  readonly serviceName: string;
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, PortDouble>();
  #nextPort = 1;

  constructor(file: string, args: string[], options: { serviceName?: string }) {
    super();
    this.serviceName = options.serviceName ?? '';
    this.#child = fork(file, args, {
      serialization: 'advanced',
      execArgv: ['--import', childSetup],
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    running.add(this);
    this.#child.on('message', (parcel: Parcel) => {
      if (parcel.kind === 'message') this.emit('message', parcel.data);
      else if (parcel.kind === 'port') this.#ports.get(parcel.id)?.send(parcel.data);
      else this.#ports.get(parcel.id)?.close();
    });
    this.#child.on('exit', (code) => {
      running.delete(this);
      for (const port of this.#ports.values()) port.close();
      this.emit('exit', code ?? 1);
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  postMessage(data: unknown, ports: PortDouble[] = []): void {
    const ids = ports.map(() => this.#nextPort++);
    this.#send({ kind: 'message', data, ports: ids });
    ports.forEach((port, index) => {
      const id = ids[index] ?? 0;
      this.#ports.set(id, port);
      port.transfer({
        deliver: (message) => this.#send({ kind: 'port', id, data: message }),
        closed: () => this.#send({ kind: 'port-closed', id }),
      });
    });
  }

  kill(): boolean {
    return this.#child.kill();
  }

  #send(parcel: Parcel): void {
    if (this.#child.connected) this.#child.send(parcel, () => {});
  }
}

export const utilityProcess = {
  fork: (file: string, args: string[] = [], options: { serviceName?: string } = {}): UtilityDouble =>
    new UtilityDouble(file, args, options),
};
