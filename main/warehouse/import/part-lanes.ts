import type { Session } from '../duck.ts';

/**
 * Chunks on their way to stored parts: as many are converted at a time as there are sessions, each by a session of its own,
 * and what they gave is placed in the order of the chunks, so that a kill leaves a prefix of them.
 */
export class PartLanes<T> {
  readonly #sessions: readonly Session[];
  readonly #convert: (index: number, session: Session) => Promise<T>;
  readonly #place: (index: number, converted: T) => Promise<void>;
  /** By lane: its last conversion. */
  readonly #converting: Promise<unknown>[];
  /** The last placings, at most two a lane. */
  readonly #placing: Promise<void>[] = [];

  constructor(
    sessions: readonly Session[],
    steps: {
      readonly convert: (index: number, session: Session) => Promise<T>;
      readonly place: (index: number, converted: T) => Promise<void>;
    },
  ) {
    this.#sessions = sessions;
    this.#convert = steps.convert;
    this.#place = steps.place;
    this.#converting = sessions.map(() => Promise.resolve());
  }

  /** Which of the text files chunk `index` goes through. */
  lane(index: number): number {
    return index % this.#sessions.length;
  }

  /** Waits until the text file of chunk `index` may be written anew. Throws what an earlier chunk failed with. */
  async free(index: number): Promise<void> {
    await this.#converting[this.lane(index)];
  }

  /** Begins converting a chunk; chunks come in order. Throws what an earlier chunk failed with. */
  async start(index: number): Promise<void> {
    if (this.#placing.length >= 2 * this.#sessions.length) await this.#placing.shift();
    const lane = this.lane(index);
    const converted = this.#convert(index, this.#sessions[lane]);
    const before = this.#placing.at(-1);
    const placed = (async () => {
      const result = await converted;
      await before;
      await this.#place(index, result);
    })();
    // Awaited later; until then a failure must not count as unhandled
    converted.catch(() => {});
    placed.catch(() => {});
    this.#converting[lane] = converted;
    this.#placing.push(placed);
  }

  /** Waits for all chunks. Throws what the first of them failed with. */
  async finish(): Promise<void> {
    await this.#placing.at(-1);
  }

  /** Waits until nothing runs any more, whatever became of it. */
  async settle(): Promise<void> {
    await Promise.allSettled([...this.#converting, ...this.#placing]);
  }
}
