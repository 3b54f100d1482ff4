/**
 * Compiled training kernels over one shared memory, for one thread and its helpers. Arrays are views on that memory, and
 * their offsets are the addresses that kernels get; views stay valid when the memory grows.
 */
import { createArena } from './arena.ts';
import { createCallBuffers, type Words } from './call-buffers.ts';
import { code } from './compiled/training.ts';
import { compiledGradients } from './compiled-gradients.ts';
import { compiledSearch } from './compiled-search.ts';
import { createCrew } from './crew.ts';
import { kernelSource } from './kernel-source.ts';
import { type LeafRange, leafRowsBlock } from './row-passes.ts';
import type { TrainingKernels } from './training.ts';
import { operations } from './training-module.ts';
import { plainKernels } from './training-plain.ts';
import { createKernelMemory, type KernelMemory, type KernelModule, pageBytes } from './web-assembly.ts';

/** Tables of bucket starts of a sorting thread. */
const sortTableBytes = 3 * 8192;
/** Values whose cuts are sought together. */
const cutWords = 400_000;
/** Rows of a unit, by operation. */
const unitRows = { partition: 8192, rows: 4096, bin: 16_384, transpose: 1024 } as const;

const fromKernel = kernelSource(code);

function takeRows(column: Float32Array, rows: Int32Array, out: Float32Array): void {
  for (let i = 0; i < rows.length; i++) out[i] = column[rows[i]];
}

/** Kernels with a memory of their own for a table of so many cells; null where the machine cannot run them. */
export function openCompiledKernels(cells: number): TrainingKernels | null {
  return fromKernel((module) => openKernels(module, createKernelMemory(2 * cells + 8 * pageBytes)));
}

function openKernels(module: KernelModule, memory: KernelMemory): TrainingKernels {
  // The first page is the module's own.
  const arena = createArena(memory, pageBytes);
  const { ints, doubles, holds } = arena;
  const buffers = createCallBuffers(arena);
  const { keep } = buffers;
  // More threads need more buffers
  const crew = createCrew(module, memory, () => buffers.forget(0));
  const { kernel, helped, lead } = crew;
  const put = (...values: readonly (number | ArrayBufferView | null)[]): void => crew.put(0, ...values);

  /** Places (start, end) of the leaves; returns the number of blocks of row numbers. */
  const placeLeaves = (rows: Int32Array, leaves: readonly LeafRange[], leafCount: number): number => {
    const list = keep('leaves', 2 * leafCount, ints);
    let most = -1;
    for (let i = 0; i < leafCount; i++) {
      const { start, count } = leaves[i];
      list[2 * i] = start;
      list[2 * i + 1] = start + count;
      if (count > 0) most = Math.max(most, rows[start + count - 1]);
    }
    return Math.floor(most / leafRowsBlock) + 1;
  };
  /** An array where kernels can read it: itself, or copied. */
  const place = <A extends Words>(name: string, array: A, make: (length: number) => A): A => {
    if (holds(array)) return array;
    const copy = keep(name, array.length, make);
    copy.set(array);
    return copy;
  };

  const cutColumns = (
    columns: readonly Float32Array[],
    rows: Int32Array | null,
    count: number,
    maxBins: number,
  ): Float32Array[] => {
    const shared = columns.length > 1 && helped(30 * columns.length * count);
    const mark = arena.mark();
    const places = ints(2 * columns.length);
    columns.forEach((column, i) => {
      const at = arena.take(4 * count);
      const copy = new Float32Array(memory.buffer, at, count);
      if (rows === null) copy.set(column);
      else takeRows(column, rows, copy);
      places[2 * i] = at;
      places[2 * i + 1] = count;
    });
    const bytesEach = sortTableBytes + 64 * Math.ceil(count / 16);
    const scratch = arena.take((crew.helpers() + 1) * bytesEach);
    const out = ints(256 * columns.length);
    put(places, scratch, bytesEach, out, maxBins);
    lead(operations.cuts, columns.length, shared);
    const cuts = columns.map((_, i) =>
      Float32Array.from(new Float32Array(out.buffer, out.byteOffset + 1024 * i + 4, out[256 * i])),
    );
    arena.release(mark);
    return cuts;
  };

  return {
    bytes: arena.bytes,
    ints,
    floats: arena.floats,
    doubles,
    mark: arena.mark,
    release: (mark) => {
      arena.release(mark);
      buffers.forget(mark);
    },
    hire: crew.hire,
    ...compiledSearch(arena, crew, buffers),
    ...compiledGradients(arena, crew, buffers),
    partitionRows: (rows, start, end, column, table, scratch) => {
      if (!holds(rows, column, table, scratch)) {
        return plainKernels.partitionRows(rows, start, end, column, table, scratch);
      }
      if (!helped(2 * (end - start))) {
        return kernel.partitionAlone(
          rows.byteOffset,
          start,
          end,
          column.byteOffset,
          table.byteOffset,
          scratch.byteOffset,
        );
      }
      const units = Math.ceil((end - start) / unitRows.partition);
      const other = keep('left rows', rows.length, ints);
      put(rows, start, end, column, table, other, scratch, keep('left counts', units, ints));
      lead(operations.partition, units, true);
      const left = kernel.leftBefore(units);
      crew.put(8, left);
      lead(operations.place, units, true);
      return left;
    },
    quantise: (g, h, rows, gradientScale, hessianScale, key, packed) => {
      if (!holds(g, h, rows, packed)) {
        return plainKernels.quantise(g, h, rows, gradientScale, hessianScale, key, packed);
      }
      const units = Math.ceil(rows.length / unitRows.rows);
      const sums = keep('sums', 2 * units, doubles);
      put(g, h, rows, rows.length, key, packed, sums);
      crew.putDoubles(0, gradientScale);
      crew.putDoubles(1, hessianScale);
      lead(operations.quantise, units, helped(5 * rows.length));
      let sum = 0;
      for (let i = 0; i < units; i++) sum += sums[i];
      return sum;
    },
    addLeafValues: (rows, leaves, values, margins) => {
      if (!holds(rows, margins)) {
        plainKernels.addLeafValues(rows, leaves, values, margins);
        return;
      }
      const blocks = placeLeaves(rows, leaves, values.length);
      const own = place('values', values, doubles);
      const list = keep('leaves', 2 * values.length, ints);
      put(rows, list, values.length, own, margins, leafRowsBlock);
      lead(operations.addLeaves, blocks, blocks > 1 && helped(3 * rows.length));
    },
    sumLeaves: (rows, leaves, leafCount, g, h, out) => {
      if (!holds(rows, g, h)) {
        plainKernels.sumLeaves(rows, leaves, leafCount, g, h, out);
        return;
      }
      const blocks = placeLeaves(rows, leaves, leafCount);
      const sums = keep('leaf sums', 2 * blocks * leafCount, doubles);
      put(rows, keep('leaves', 2 * leafCount, ints), leafCount, sums, g, h, leafRowsBlock);
      lead(operations.sumLeaves, blocks, blocks > 1 && helped(3 * rows.length));
      out.fill(0);
      for (let at = 0; at < 2 * blocks * leafCount; ) {
        for (let k = 0; k < 2 * leafCount; k++) out[k] += sums[at++];
      }
    },
    walkRows: (tree, values, bins, stride, rows, margins) => {
      if (!holds(bins, margins)) {
        plainKernels.walkRows(tree, values, bins, stride, rows, margins);
        return;
      }
      const { slotFeature, slotTable, slotChild } = tree;
      put(bins, stride, place('walked rows', rows, ints), rows.length);
      crew.put(4, place('walked features', slotFeature, ints), place('walked tables', slotTable, arena.bytes));
      crew.put(6, place('walked children', slotChild, ints), place('values', values, doubles), margins);
      lead(operations.walk, Math.ceil(rows.length / unitRows.rows), helped(20 * rows.length));
    },
    findCuts: (columns, rows, maxBins) => {
      const count = rows === null ? (columns[0]?.length ?? 0) : rows.length;
      // A few columns at a time: threads can share them, and memory stays small
      const together = Math.max(8, Math.floor(cutWords / Math.max(1, count)));
      return Array.from({ length: Math.ceil(columns.length / together) }, (_, k) =>
        cutColumns(columns.slice(k * together, (k + 1) * together), rows, count, maxBins),
      ).flat();
    },
    binValues: (values, padded, missingBin, out) => {
      if (!holds(out)) {
        plainKernels.binValues(values, padded, missingBin, out);
        return;
      }
      const mark = arena.mark();
      const at = arena.take(4 * values.length);
      new Float32Array(memory.buffer, at, values.length).set(values);
      const cuts = arena.take(4 * padded.length);
      new Float32Array(memory.buffer, cuts, padded.length).set(padded);
      put(at, values.length, cuts, padded.length + 1, missingBin, out);
      lead(operations.bin, Math.ceil(values.length / unitRows.bin), helped(5 * values.length));
      arena.release(mark);
    },
    binCodes: (values, codes, missingBin, out) => {
      if (!holds(out)) {
        plainKernels.binCodes(values, codes, missingBin, out);
        return;
      }
      const mark = arena.mark();
      const at = arena.take(4 * values.length);
      new Float32Array(memory.buffer, at, values.length).set(values);
      const table = arena.bytes(codes.length);
      table.set(codes);
      put(at, values.length, table, codes.length, missingBin - 1, missingBin, out);
      lead(operations.code, Math.ceil(values.length / unitRows.bin), helped(2 * values.length));
      arena.release(mark);
    },
    transpose: (columns, table) => {
      if (!holds(table, ...columns)) {
        plainKernels.transpose(columns, table);
        return;
      }
      const width = columns.length;
      const count = width === 0 ? 0 : table.length / width;
      const mark = arena.mark();
      const list = ints(width);
      for (let f = 0; f < width; f++) list[f] = columns[f].byteOffset;
      put(list, width, count, table, width);
      lead(operations.transpose, Math.ceil(count / unitRows.transpose), helped(count * width));
      arena.release(mark);
    },
  };
}
