/**
 * Compiled training kernels over one shared memory, for one thread and its helpers. Arrays are views on that memory, and
 * their offsets are the addresses that kernels get; views stay valid when the memory grows.
 */
import { resourceProblem } from '../../base/errors.ts';
import { createArena } from './arena.ts';
import { code } from './compiled/training.ts';
import type { HistogramPlan } from './histogram.ts';
import { type LeafRange, leafRowsBlock } from './row-passes.ts';
import type { Team, TeamWork } from './team.ts';
import type { TrainingKernels } from './training.ts';
import { operations, type TrainingExports } from './training-module.ts';
import { plainKernels } from './training-plain.ts';
import {
  compileKernel,
  createKernelMemory,
  instantiateKernel,
  type KernelMemory,
  type KernelModule,
  pageBytes,
} from './web-assembly.ts';

const controlBytes = 1024;
/** Control blocks fill the rest of the module's own page. */
const firstControl = 4096;
/** Places for helpers in a control block. */
const mostHelpers = 63;
/** Such work seen before helpers are called: a short computation is over before they come. */
const patience = 16_000_000;
const integersAt = 640;
const doublesAt = 768;
const bufferBytes = 16_384;
/** Table of bucket starts of a sorting thread. */
const sortTableBytes = 8192;
/** Rows of a unit, by operation. */
const unitRows = { histogram: 1024, partition: 8192, rows: 4096, bin: 16_384, transpose: 1024 } as const;
/** Work, in about half nanoseconds, from which calling helpers pays. */
const leastShared = 40_000;
let compiled: KernelModule | null | undefined;

/** Kernels with a memory of their own for a table of so many cells; null where the machine cannot run them. */
export function openCompiledKernels(cells: number): TrainingKernels | null {
  if (compiled === undefined) compiled = compileKernel(code);
  if (compiled === null) return null;
  try {
    return openKernels(compiled, createKernelMemory(2 * cells + 8 * pageBytes));
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

/** The life of a helper thread: works until it is sent away. */
export function followTraining({ module, memory, control }: TeamWork): void {
  const kernel = instantiateKernel<TrainingExports>(module, memory);
  kernel.chooseControl(control);
  kernel.follow();
}

function openKernels(module: KernelModule, memory: KernelMemory): TrainingKernels {
  const kernel = instantiateKernel<TrainingExports>(module, memory);
  // The first page is the module's own.
  const arena = createArena(memory, pageBytes);
  const { ints, doubles, holds } = arena;

  let helpers = 0;
  let control = firstControl - controlBytes;
  let integers: Int32Array = new Int32Array(0);
  let arguments64: Float64Array = new Float64Array(0);
  const chooseControl = (): void => {
    control += controlBytes;
    integers = new Int32Array(memory.buffer, control + integersAt, 32);
    arguments64 = new Float64Array(memory.buffer, control + doublesAt, 16);
    kernel.chooseControl(control);
  };
  chooseControl();

  let team: Team | null = null;
  let workSeen = 0;
  /** Whether helpers take part in an operation of that work; they are called once enough of it has been seen. */
  const helped = (work: number): boolean => {
    if (team === null || work < leastShared) return false;
    const allowed = team.allowed();
    if (allowed === 0) return false;
    if (helpers > 0) return true;
    workSeen += work;
    if (workSeen < patience || control + 2 * controlBytes > pageBytes) return false;
    helpers = Math.min(allowed, mostHelpers);
    forget(0); // buffers for more threads
    team.start({ module, memory, control }, helpers);
    return true;
  };
  const lead = (operation: number, units: number, shared: boolean): void => {
    if (kernel.lead(operation, units, shared ? 1 : 0) === 0) {
      throw resourceProblem('tree-helper', 'A helper thread of the training did not come back.');
    }
  };
  const put = (...values: readonly (number | ArrayBufferView | null)[]): void => {
    for (let i = 0; i < values.length; i++) {
      const value = values[i];
      integers[i] = value === null ? 0 : typeof value === 'number' ? value : value.byteOffset;
    }
  };

  // Buffers of operations, made at their first use and dropped when they are given back.
  type Buffers = { readonly at: number; readonly array: Int32Array | Float64Array };
  const kept = new Map<string, Buffers>();
  const keep = <A extends Int32Array | Float64Array>(name: string, length: number, make: (length: number) => A): A => {
    const known = kept.get(name);
    if (known !== undefined && known.array.length >= length) return known.array as A;
    const at = arena.mark();
    const array = make(length);
    kept.set(name, { at, array });
    return array;
  };

  let placed: HistogramPlan | null = null;
  let first = -1;
  const placePlan = (plan: HistogramPlan): void => {
    if (placed === plan) return;
    keep('offsets', plan.count, ints).set(plan.offsets);
    keep('features', plan.count, ints).set(plan.features);
    first = plan.features[0] ?? 0;
    for (let j = 0; j < plan.count; j++) if (plan.features[j] !== first + j) first = -1;
    placed = plan;
  };

  const forget = (from: number): void => {
    placed = null;
    for (const [name, { at }] of kept) if (at >= from) kept.delete(name);
  };

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
  /** Adds up what units left in `sums`, in order. */
  const addUnits = (sums: Float64Array, units: number, out: Float64Array): void => {
    out.fill(0);
    for (let i = 0; i < units; i++) {
      out[0] += sums[2 * i];
      out[1] += sums[2 * i + 1];
    }
  };

  return {
    bytes: arena.bytes,
    ints,
    floats: arena.floats,
    doubles,
    mark: arena.mark,
    release: (mark) => {
      arena.release(mark);
      forget(mark);
    },
    hire: (given) => {
      team = given;
      workSeen = 0;
      return () => {
        team = null;
        if (helpers === 0) return;
        helpers = 0;
        kernel.dismiss();
        // Every team has a block of its own, never used again: a helper that starts late still finds there that it may go.
        chooseControl();
      };
    },
    buildHistogram: (plan, bins, stride, packed, rows, start, end, hist) => {
      if (!holds(bins, packed, rows, hist)) {
        plainKernels.buildHistogram(plan, bins, stride, packed, rows, start, end, hist);
        return;
      }
      const shared = helped((end - start) * plan.count - 4 * plan.size);
      placePlan(plan);
      const others = keep('histograms', helpers * plan.size, doubles);
      const flags = keep('flags', helpers + 1, ints);
      const scratch = keep('buffers', ((helpers + 1) * bufferBytes) / 4, ints);
      const offsets = keep('offsets', plan.count, ints);
      const features = keep('features', plan.count, ints);
      put(bins, stride, packed, rows, start, end, hist, plan.size, offsets, features, plan.count, first);
      integers[12] = others.byteOffset;
      integers[13] = flags.byteOffset;
      integers[14] = scratch.byteOffset;
      lead(operations.histogram, Math.ceil((end - start) / unitRows.histogram), shared);
    },
    scanFeatures: (hist, list, count, leaf, floor, out) => {
      if (!holds(hist, list, out)) {
        plainKernels.scanFeatures(hist, list, count, leaf, floor, out);
        return;
      }
      put(hist, list, count, out);
      arguments64[0] = leaf.gradient;
      arguments64[1] = leaf.hessian;
      arguments64[2] = leaf.lambda;
      arguments64[3] = leaf.alpha;
      arguments64[4] = leaf.minHessian;
      arguments64[5] = floor;
      lead(operations.scan, Math.ceil(count / 4), helped(1500 * count));
    },
    subtractHistogram: (parent, child, size) => {
      if (holds(parent, child)) kernel.subtract(parent.byteOffset, child.byteOffset, size);
      else plainKernels.subtractHistogram(parent, child, size);
    },
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
      integers[8] = left;
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
      arguments64[0] = gradientScale;
      arguments64[1] = hessianScale;
      lead(operations.quantise, units, helped(5 * rows.length));
      let sum = 0;
      for (let i = 0; i < units; i++) sum += sums[i];
      return sum;
    },
    logisticGradients: (margins, label, weight, rows, g, h, out) => {
      if (!holds(margins, label, weight, rows, g, h)) {
        plainKernels.logisticGradients(margins, label, weight, rows, g, h, out);
        return;
      }
      const units = Math.ceil(rows.length / unitRows.rows);
      const sums = keep('sums', 2 * units, doubles);
      put(margins, label, weight, rows, rows.length, g, h, sums);
      lead(operations.logistic, units, helped(8 * rows.length));
      addUnits(sums, units, out);
    },
    softmaxProbabilities: (margins, rows, classes, probabilities) => {
      if (!holds(margins, rows, probabilities)) {
        plainKernels.softmaxProbabilities(margins, rows, classes, probabilities);
        return;
      }
      put(margins, rows, rows.length, classes, probabilities, probabilities.length / classes);
      lead(operations.softmax, Math.ceil(rows.length / unitRows.rows), helped(8 * classes * rows.length));
    },
    classGradients: (probabilities, label, weight, rows, g, h, out, shape) => {
      if (!holds(probabilities, label, weight, rows, g, h)) {
        plainKernels.classGradients(probabilities, label, weight, rows, g, h, out, shape);
        return;
      }
      const units = Math.ceil(rows.length / unitRows.rows);
      const sums = keep('sums', 2 * units, doubles);
      const own = probabilities.byteOffset + 4 * shape.own * (probabilities.length / shape.classes);
      put(own, label, weight, rows, rows.length, g, h, sums, shape.own);
      arguments64[0] = shape.factor;
      lead(operations.classGradient, units, helped(4 * rows.length));
      addUnits(sums, units, out);
    },
    addLeafValues: (rows, leaves, values, margins, outputs, output) => {
      if (!holds(rows, margins)) {
        plainKernels.addLeafValues(rows, leaves, values, margins, outputs, output);
        return;
      }
      const blocks = placeLeaves(rows, leaves, values.length);
      const own = keep('values', values.length, doubles);
      own.set(values);
      const list = keep('leaves', 2 * values.length, ints);
      put(rows, list, values.length, own, margins.byteOffset + 8 * output, outputs, leafRowsBlock);
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
    sortLists: (lists) => {
      const shared = lists.length > 1 && helped(12 * lists.length * lists[0].length);
      const mark = arena.mark();
      const places = ints(2 * lists.length);
      let longest = 0;
      const copies = lists.map((values, i) => {
        const at = arena.take(4 * values.length);
        const copy = new Float32Array(memory.buffer, at, values.length);
        copy.set(values);
        places[2 * i] = at;
        places[2 * i + 1] = values.length;
        longest = Math.max(longest, values.length);
        return copy;
      });
      const bytesEach = sortTableBytes + 64 * Math.ceil(longest / 16);
      put(places, arena.take((helpers + 1) * bytesEach), bytesEach);
      lead(operations.sort, lists.length, shared);
      for (let i = 0; i < lists.length; i++) lists[i].set(copies[i]);
      arena.release(mark);
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
