/**
 * Keeps the inference process alive from outside: starts it at the first call, matches replies to requests, rejects what
 * was pending when it dies, and ends it when an answer takes too long (its thread is blocked in native code then, so
 * nothing short of ending it would stop it). `generation` counts processes: sessions of an older one are gone.
 */
import { type AuguryError, fromErrorData, resourceProblem } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { ChannelLike } from './channel.ts';
import type { InferenceRequest, ReplyMessage, ReplyOf } from './protocol.ts';

export type Supervisor = {
  readonly generation: () => number;
  readonly call: <R extends InferenceRequest>(request: R, timeoutMs: number) => Promise<ReplyOf<R>>;
  /** Ends the process; the next call starts another. */
  readonly stop: (reason: string) => void;
  /** True while a process is running. */
  readonly running: () => boolean;
  /** Ends the process for good: later calls are refused. */
  readonly close: () => void;
};

type Pending = {
  readonly request: InferenceRequest;
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
};

/** `spawn` starts a process and returns the channel to it. */
export function createSupervisor(spawn: () => ChannelLike | Promise<ChannelLike>, logger: Logger): Supervisor {
  let generation = 0;
  let channel: ChannelLike | null = null;
  let opening: Promise<ChannelLike> | null = null;
  let nextId = 1;
  let closed = false;
  const pending = new Map<number, Pending>();

  const rejectAll = (make: (entry: Pending) => Error): void => {
    const entries = [...pending.values()];
    pending.clear();
    for (const entry of entries) {
      clearTimeout(entry.timer);
      entry.reject(make(entry));
    }
  };

  const drop = (dead: ChannelLike, reason: string): void => {
    if (channel !== dead) return;
    channel = null;
    generation++;
    if (pending.size > 0) logger.warn('the inference process ended during work', { pending: pending.size });
    rejectAll((entry) => diedError(entry.request, reason));
  };

  const open = async (): Promise<ChannelLike> => {
    if (channel !== null) return channel;
    opening ??= (async () => {
      try {
        const opened = await spawn();
        channel = opened;
        opened.onMessage((message) => receive(message));
        opened.onExit((reason) => drop(opened, reason));
        return opened;
      } catch (cause) {
        throw resourceProblem('inference-start', 'The inference process could not be started.', {
          hint: 'Check that the installation is complete and that memory is free.',
          cause,
        });
      } finally {
        opening = null;
      }
    })();
    return opening;
  };

  const receive = (message: unknown): void => {
    if (!isReply(message)) return;
    const entry = pending.get(message.id);
    if (entry === undefined) return;
    pending.delete(message.id);
    clearTimeout(entry.timer);
    if (message.ok) entry.resolve(message.value as never);
    else entry.reject(fromErrorData(message.error));
  };

  const kill = (reason: string): void => {
    const current = channel;
    if (current === null) return;
    current.kill();
    drop(current, reason);
  };

  return {
    generation: () => generation,
    running: () => channel !== null,
    stop: kill,
    close: () => {
      closed = true;
      kill('inference is shut down');
    },
    call: async (request, timeoutMs) => {
      if (closed) throw resourceProblem('inference-closed', 'Inference is shut down.');
      const target = await open();
      return new Promise((resolve, reject) => {
        const id = nextId++;
        const timer = setTimeout(() => {
          pending.delete(id);
          reject(timeoutError(request, timeoutMs));
          kill('it was ended because an answer took too long');
        }, timeoutMs);
        timer.unref();
        pending.set(id, { request, resolve: resolve as (value: never) => void, reject, timer });
        if (channel !== target) {
          pending.delete(id);
          clearTimeout(timer);
          reject(diedError(request, 'it ended before the request was sent'));
          return;
        }
        target.send({ id, request });
      });
    },
  };
}

const isReply = (message: unknown): message is ReplyMessage =>
  typeof message === 'object' && message !== null && 'id' in message && 'ok' in message;

const steps: Readonly<Record<InferenceRequest['kind'], string>> = {
  create: 'loading a model',
  run: 'running a model',
  release: 'unloading a model',
};

const diedError = (request: InferenceRequest, reason: string): AuguryError =>
  resourceProblem('inference-died', `The inference process ended while ${steps[request.kind]} (${reason}).`, {
    hint: 'Try again: the process starts anew. If it ends again, the model or its provider is the cause; choose the CPU.',
    details: { step: request.kind, reason },
  });

const timeoutError = (request: InferenceRequest, timeoutMs: number): AuguryError =>
  resourceProblem(
    'inference-timeout',
    `The inference process did not answer within ${timeoutMs} ms while ${steps[request.kind]}.`,
    {
      hint: 'Send fewer rows at once, or allow more time.',
      details: { step: request.kind, timeoutMs },
    },
  );
