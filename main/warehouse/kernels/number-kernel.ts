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
import { code } from './compiled/numbers.ts';
import { byteOf, isOrdinaryCut } from './ordinary-cut.ts';

type Exports = {
  readonly configure: (
    delimiter: number,
    quote: number,
    columns: number,
    values: number,
    texts: number,
    rows: number,
    maxRecord: number,
    foreignFrom: number,
  ) => number;
  readonly valuesFrom: () => number;
  readonly textsFrom: () => number;
  readonly scan: (from: number, end: number, limit: number) => number;
};

const fromKernel = kernelSource(code);
const slack = 64;
/** Rows of a scan at most. */
const roomRows = 4096;
const powersAt = 128;
const columnsAt = 256;
const resultsAt = 64 >> 2;

/**
 * Reads rows of plain numbers from CSV text that lies in its memory (assembly/numbers.ts). Offsets are those of the buffer
 * from `text`.
 */
export class NumberKernel {
  /** Where the last scan ended: behind the last row it took. */
  next = 0;
  rows = 0;
  /** A complete row that is not plain stands at `next`. */
  strange = false;
  readonly #exports: Exports;
  readonly #memory: KernelMemory;
  readonly #textAt: number;
  #words: Uint32Array;

  private constructor(
    module: KernelModule,
    cut: Cut,
    width: number,
    numbers: readonly number[],
    texts: readonly number[],
    asciiOnly: boolean,
  ) {
    this.#memory = createKernelMemory(pageBytes);
    this.#exports = instantiateKernel<Exports>(module, this.#memory);
    const { length } = numbers;
    const bytes = [byteOf(cut.delimiter), byteOf(cut.quote)] as const;
    const foreignFrom = asciiOnly ? 128 : 256;
    const sizes = [width, length, texts.length, roomRows, recordLimits.ordinaryBytes] as const;
    this.#textAt = this.#exports.configure(...bytes, ...sizes, foreignFrom);
    this.#words = this.#grow(this.#textAt);
    new Float64Array(this.#memory.buffer, powersAt, 16).set(Array.from({ length: 16 }, (_, k) => Number(`1e${k}`)));
    const columns = new Int32Array(this.#memory.buffer, columnsAt, 2 * width).fill(-1);
    for (const [k, column] of numbers.entries()) columns[2 * column] = k;
    for (const [k, column] of texts.entries()) columns[2 * column + 1] = k;
  }

  /**
   * The kernel for a table of `width` columns, with those whose numbers and those whose texts are wanted; null where records
   * must be cut one by one, a column is wanted twice, or the machine has no WebAssembly with SIMD. With `asciiOnly` rows with
   * other bytes are not plain.
   */
  static find(
    cut: Cut,
    width: number,
    numbers: readonly number[],
    texts: readonly number[],
    asciiOnly: boolean,
  ): NumberKernel | null {
    const twice = (columns: readonly number[]): boolean => new Set(columns).size < columns.length;
    // A lone empty cell is a blank line
    if (!isOrdinaryCut(cut) || width < 2 || twice(numbers) || twice(texts)) return null;
    if ('+-.0123456789'.includes(cut.delimiter)) return null;
    return fromKernel((module) => new NumberKernel(module, cut, width, numbers, texts, asciiOnly));
  }

  #grow(bytes: number): Uint32Array {
    const missing = bytes - this.#memory.buffer.byteLength;
    if (missing > 0) this.#memory.grow(Math.ceil(missing / pageBytes));
    this.#words = new Uint32Array(this.#memory.buffer);
    return this.#words;
  }

  /** A buffer for text; the bytes of the one before stay where they were. Throws RangeError when memory is refused. */
  text(bytes: number): Buffer<ArrayBufferLike> {
    this.#grow(this.#textAt + bytes + slack);
    return Buffer.from(this.#memory.buffer, this.#textAt, bytes);
  }

  /** Takes rows of [from, end), at most `rowLimit`. */
  scan(from: number, end: number, rowLimit: number): void {
    this.strange = this.#exports.scan(this.#textAt + from, this.#textAt + end, rowLimit) !== 0;
    this.next = this.#words[resultsAt] - this.#textAt;
    this.rows = this.#words[resultsAt + 1];
  }

  /** Numbers of a column in the rows of the last scan, NaN for empty cells. */
  values(column: number): Float64Array {
    return new Float64Array(this.#memory.buffer, this.#exports.valuesFrom() + 8 * roomRows * column, this.rows);
  }

  /** Text of a column in a row of the last scan. */
  textOf(column: number, row: number): string {
    const at = (this.#exports.textsFrom() >> 2) + 2 * (roomRows * column + row);
    const start = this.#words[at];
    return Buffer.from(this.#memory.buffer, start, this.#words[at + 1] - start).toString('utf8');
  }
}
