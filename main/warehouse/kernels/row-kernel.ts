import { kernelSource } from '../../ml/kernels/kernel-source.ts';
import {
  createKernelMemory,
  instantiateKernel,
  type KernelMemory,
  type KernelModule,
  pageBytes,
} from '../../ml/kernels/web-assembly.ts';
import type { Cut } from '../csv/field-marks.ts';
import { recordLimits } from '../csv/record-splitter.ts';
import { wordLengths } from '../readings/words.ts';
import { code } from './compiled/rows.ts';
import { byteOf, isOrdinaryCut } from './ordinary-cut.ts';

type Exports = {
  readonly roomFor: (columns: number, pending: number) => number;
  readonly configure: (delimiter: number, quote: number, columns: number, pending: number, maxRecord: number) => number;
  readonly begin: () => void;
  readonly scan: (from: number, end: number, rowLimit: number, stopAt: number) => number;
  readonly clearPending: () => void;
  readonly clearCounts: () => void;
  readonly register: (column: number, signature: number) => void;
  readonly remember: (start: number, length: number, signature: number) => void;
  readonly countsAt: (column: number) => number;
  readonly pendingListAt: () => number;
  readonly wordLengthsAt: () => number;
  readonly signatureOf: (start: number, end: number) => number;
  readonly countLeads: (start: number, end: number) => number;
};

const fromKernel = kernelSource(code);
const slack = 64;
const pendingRoom = 4096;
const longestRemembered = 16;
const resultsAt = 64 >> 2;
const pendingWords = 5;

/** A cell that a caller must classify: its signature is not known, or shows for the first time. */
export type PendingCell = (column: number, signature: number, start: number, end: number, row: number) => number;

/**
 * The row kernel with a memory of its own, in which the text lies that it reads: cuts ordinary rows, classifies their cells
 * and counts the signatures (assembly/rows.ts). Offsets are those of the buffer from `text`.
 */
export class RowKernel {
  /** Where the last scan ended: behind the last row it took. */
  next = 0;
  rows = 0;
  lines = 0;
  /** Bit 1 for LF, 2 for CR LF, 4 for CR. */
  lineEnds = 0;
  longest = 0;
  /** The record at `next` is complete and not ordinary. */
  strange = false;
  readonly #exports: Exports;
  readonly #memory: KernelMemory;
  readonly #textAt: number;
  #words: Uint32Array;
  #pending = 0;

  private constructor(module: KernelModule, cut: Cut, width: number) {
    const pending = Math.max(pendingRoom, width);
    this.#memory = createKernelMemory(1 << 20);
    this.#exports = instantiateKernel<Exports>(module, this.#memory);
    this.#words = new Uint32Array(0);
    this.#grow(this.#exports.roomFor(width, pending));
    this.#textAt = this.#exports.configure(
      byteOf(cut.delimiter),
      byteOf(cut.quote),
      width,
      pending,
      recordLimits.ordinaryBytes,
    );
    this.#exports.begin();
    this.#words.set(wordLengths, this.#exports.wordLengthsAt() >> 2);
  }

  /** The kernel for a dialect; null where the splitter must do the work, or the machine has no WebAssembly with SIMD. */
  static find(cut: Cut, width: number): RowKernel | null {
    if (!isOrdinaryCut(cut)) return null;
    return fromKernel((module) => new RowKernel(module, cut, width));
  }

  #grow(bytes: number): void {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    this.#words = new Uint32Array(this.#memory.buffer);
  }

  /** A buffer for text; the bytes of the one before stay where they were. Throws RangeError when memory is refused. */
  text(bytes: number): Buffer<ArrayBufferLike> {
    this.#grow(this.#textAt + bytes + slack);
    return Buffer.from(this.#memory.buffer, this.#textAt, bytes);
  }

  /** Takes rows of [from, end), at most `rowLimit` and not behind the one that reaches `stopAt`. */
  scan(from: number, end: number, rowLimit: number, stopAt: number): void {
    const at = this.#textAt;
    this.strange = this.#exports.scan(at + from, at + end, rowLimit, at + Math.min(stopAt, end)) !== 0;
    const words = this.#words;
    this.next = words[resultsAt] - at;
    this.rows = words[resultsAt + 1];
    this.lines = words[resultsAt + 2];
    this.lineEnds = words[resultsAt + 3];
    this.longest = words[resultsAt + 4];
    this.#pending = words[resultsAt + 5];
  }

  /** Hands over the cells of the last scan that the kernel did not count, in order; `visit` gives their signature. Rows count from 1. */
  drain(visit: PendingCell): void {
    if (this.#pending === 0) return;
    const words = this.#words;
    const list = this.#exports.pendingListAt() >> 2;
    for (let i = 0, at = list; i < this.#pending; i++, at += pendingWords) {
      const start = words[at];
      const end = words[at + 1];
      const column = words[at + 3];
      const known = words[at + 4] | 0;
      const signature = visit(column, known, start - this.#textAt, end - this.#textAt, words[at + 2]);
      if (known < 0 && end - start <= longestRemembered) this.#exports.remember(start, end - start, signature);
      this.#exports.register(column, signature);
    }
    this.#pending = 0;
    this.#exports.clearPending();
  }

  /** Signatures of a column and how often the kernel counted them since `clear`. */
  counts(column: number, visit: (signature: number, count: number) => void): void {
    const at = this.#exports.countsAt(column) >> 2;
    const words = this.#words;
    for (let slot = 0; slot < words[at]; slot++) visit(words[at + 2 + 2 * slot] | 0, words[at + 3 + 2 * slot]);
  }

  /** Begins counting anew. */
  clear(): void {
    this.#exports.clearCounts();
  }

  /** The signature of text[start, end) where a look decides it, −1 otherwise. */
  signature(start: number, end: number): number {
    return this.#exports.signatureOf(this.#textAt + start, this.#textAt + end);
  }
}
