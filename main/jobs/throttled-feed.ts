/**
 * A stream of the newest values: the first at once, later ones at least `gapMs` apart, values between dropped in favour of
 * the newest. Written as an iterator by hand because a generator that waits cannot be ended from outside.
 */
export type Stream<T> = AsyncIteratorObject<T, unknown, void>;

/** The writing end of a stream, which is also the stream. */
export type Feed<T> = Stream<T> & {
  /** Offers a newer value under a key; an older one of the same key that was not read yet is replaced. */
  readonly offer: (key: string, value: T) => void;
  /** Ends the stream once what was offered has been read. */
  readonly end: () => void;
};

export type FeedOptions = {
  readonly gapMs: number;
  /** Monotonic milliseconds. */
  readonly monotonic: () => number;
  /** Called once when the stream is over, for whatever reason. */
  readonly onClosed: () => void;
  readonly signal?: AbortSignal | undefined;
};

/** Builds an open feed; see Feed. */
export function createFeed<T>(options: FeedOptions): Feed<T> {
  const waiting = new Map<string, T>();
  let reader: ((result: IteratorResult<T>) => void) | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let nextFreeMs = Number.NEGATIVE_INFINITY;
  let ending = false;
  let closed = false;

  const close = (): void => {
    if (closed) return;
    closed = true;
    waiting.clear();
    if (timer !== null) clearTimeout(timer);
    options.signal?.removeEventListener('abort', close);
    options.onClosed();
    reader?.({ done: true, value: undefined });
    reader = null;
  };

  const deliver = (): void => {
    if (closed || reader === null || timer !== null) return;
    const first = waiting.entries().next();
    if (first.done === true) {
      if (ending) close();
      return;
    }
    // The last words of an ending stream are not held back.
    const waitMs = ending ? 0 : nextFreeMs - options.monotonic();
    if (waitMs > 0) {
      timer = setTimeout(() => {
        timer = null;
        nextFreeMs = Number.NEGATIVE_INFINITY;
        deliver();
      }, waitMs);
      return;
    }
    const [key, value] = first.value;
    waiting.delete(key);
    // Values of other keys that wait already belong to the same tick.
    if (waiting.size === 0) nextFreeMs = options.monotonic() + options.gapMs;
    const resolve = reader;
    reader = null;
    resolve({ done: false, value });
  };

  const feed: Feed<T> = {
    offer: (key, value) => {
      if (closed || ending) return;
      waiting.set(key, value);
      deliver();
    },
    end: () => {
      ending = true;
      if (timer !== null) clearTimeout(timer);
      timer = null;
      deliver();
    },
    next: () =>
      new Promise((resolve) => {
        if (closed) {
          resolve({ done: true, value: undefined });
          return;
        }
        reader = resolve;
        deliver();
      }),
    return: () => {
      close();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]: () => feed,
    [Symbol.asyncDispose]: () => {
      close();
      return Promise.resolve();
    },
  };
  options.signal?.addEventListener('abort', close);
  if (options.signal?.aborted === true) close();
  return feed;
}
