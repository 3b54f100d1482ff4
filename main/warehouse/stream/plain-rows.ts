import type { TextPlan } from '../import/plan.ts';
import { NumberKernel } from '../kernels/number-kernel.ts';
import { CsvRows, type Rows } from './rows.ts';
import type { Bulk } from './scan.ts';

/** The block that rows of plain numbers go to. */
export type PlainSink = {
  /** Rows the block may still take. */
  readonly room: () => number;
  /** Takes the rows of the kernel's last scan, the first of which stands on `line`; true when the block is full. */
  readonly take: (kernel: NumberKernel, line: number) => boolean;
};

/** Takes rows of plain numbers by the kernel; the same comes out as if every record had been cut and read one by one. */
export class PlainRows implements Bulk {
  next = 0;
  lines = 0;
  paused = false;
  readonly #kernel: NumberKernel;
  readonly #rows: CsvRows;
  readonly #sink: PlainSink;

  private constructor(kernel: NumberKernel, rows: CsvRows, sink: PlainSink) {
    this.#kernel = kernel;
    this.#rows = rows;
    this.#sink = sink;
  }

  /** Null where every record must be cut by the splitter. */
  static find(
    plan: Pick<TextPlan, 'format' | 'checkUtf8'>,
    rows: Rows,
    numbers: readonly number[],
    texts: readonly number[],
    sink: PlainSink,
  ): PlainRows | null {
    if (plan.format.kind !== 'csv' || !(rows instanceof CsvRows)) return null;
    const { csv } = plan.format;
    const kernel = NumberKernel.find(csv, csv.width, numbers, texts, plan.checkUtf8);
    return kernel === null ? null : new PlainRows(kernel, rows, sink);
  }

  buffer(bytes: number): Buffer<ArrayBufferLike> {
    return this.#kernel.text(bytes);
  }

  take(at: number, end: number, _offset: number, line: number): void {
    this.next = at;
    this.lines = 0;
    this.paused = false;
    const kernel = this.#kernel;
    while (this.#rows.inTable && !this.paused) {
      const limit = Math.min(end, this.next + this.#rows.bytesLeft);
      kernel.scan(this.next, limit, this.#sink.room());
      if (kernel.rows === 0) return;
      this.paused = this.#sink.take(kernel, line + this.lines);
      this.#rows.passed(kernel.rows, kernel.next - this.next);
      this.next = kernel.next;
      this.lines += kernel.rows;
      if (kernel.strange) return;
    }
  }
}
