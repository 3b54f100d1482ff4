import { RowKernel } from '../kernels/row-kernel.ts';
import { cellSignature, type EvidenceCounter } from '../readings/evidence.ts';
import { CsvRows, type Rows } from '../stream/rows.ts';
import type { Bulk } from '../stream/scan.ts';
import type { TextPlan } from './plan.ts';

/** What the first pass keeps of the chunk it is in. */
export type ChunkTally = {
  readonly counters: () => readonly EvidenceCounter[];
  /** Rows before the next one. */
  readonly rowsBefore: () => number;
  /** What the chunk may still take. */
  readonly room: () => { readonly rows: number; readonly bytes: number };
  /** Adds rows that were taken; true when the chunk is full. */
  readonly count: (taken: Pick<RowKernel, 'rows' | 'lineEnds' | 'longest'>, bytes: number) => boolean;
};

/**
 * Takes the ordinary rows of a CSV text by the row kernel. What comes out is the same as if every record had been cut and
 * every cell classified one by one, in the same order: a signature's first cell always passes through the counters here.
 */
export class OrdinaryRows implements Bulk {
  next = 0;
  lines = 0;
  paused = false;
  readonly #kernel: RowKernel;
  readonly #rows: CsvRows;
  readonly #tally: ChunkTally;
  #text: Buffer<ArrayBufferLike> = Buffer.alloc(0);

  private constructor(kernel: RowKernel, rows: CsvRows, tally: ChunkTally) {
    this.#kernel = kernel;
    this.#rows = rows;
    this.#tally = tally;
  }

  /** Null where every record must be cut by the splitter. */
  static find(plan: Pick<TextPlan, 'format' | 'checkUtf8'>, rows: Rows, tally: ChunkTally): OrdinaryRows | null {
    if (plan.format.kind !== 'csv' || plan.checkUtf8 || !(rows instanceof CsvRows)) return null;
    const kernel = RowKernel.find(plan.format.csv, plan.format.csv.width);
    return kernel === null ? null : new OrdinaryRows(kernel, rows, tally);
  }

  buffer(bytes: number): Buffer<ArrayBufferLike> {
    this.#text = this.#kernel.text(bytes);
    return this.#text;
  }

  take(at: number, end: number): void {
    this.next = at;
    this.lines = 0;
    this.paused = false;
    const kernel = this.#kernel;
    const text = this.#text;
    while (this.#rows.inTable && !this.paused) {
      const limit = Math.min(end, this.next + this.#rows.bytesLeft);
      const room = this.#tally.room();
      kernel.scan(this.next, limit, room.rows, this.next + room.bytes);
      if (kernel.rows === 0) return;
      const before = this.#tally.rowsBefore();
      const counters = this.#tally.counters();
      kernel.drain((column, known, start, stop, row) => {
        const signature = known >= 0 ? known : cellSignature(text, start, stop);
        counters[column].addSigned(signature, text, start, stop, before + row);
        return signature;
      });
      const bytes = kernel.next - this.next;
      this.#rows.passed(kernel.rows, bytes);
      this.next = kernel.next;
      this.lines += kernel.lines;
      this.paused = this.#tally.count(kernel, bytes);
      if (kernel.strange) return;
    }
  }

  /** Adds what the kernel counted to the chunk's counters; to be called before a chunk is closed. */
  settle(): void {
    for (const [column, counter] of this.#tally.counters().entries()) {
      this.#kernel.counts(column, (signature, count) => counter.addCount(signature, count));
    }
    this.#kernel.clear();
  }
}
