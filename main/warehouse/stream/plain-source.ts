/**
 * Blocks of CSV whose wanted columns are all numbers with a decimal point: read here, cell by cell, without the way over
 * an intermediate file and DuckDB, which takes most of the time of a job that scores. The same rows are taken and rejected,
 * with the same values. A cell that is a number in some other writing (grouped digits, a percent sign …) ends this way:
 * the caller goes on behind the last block with the general one.
 */
import { throwIfStopped } from '../../base/stop.ts';
import { byteOptions, openRows } from '../import/plan.ts';
import type { TextSample } from '../import/sample-text.ts';
import { reads, readsAsMissing } from '../readings/fit.ts';
import { signatureOf } from '../readings/signature.ts';
import { readPlainNumber } from './plain-number.ts';
import { PlainRows } from './plain-rows.ts';
import { CsvRows, cellText, recordText } from './rows.ts';
import { scanRows } from './scan.ts';
import type { BlockRequest, FrameBlock } from './score-source.ts';
import { cellReason, type Resume, type Target } from './text-block.ts';

/** Whether the columns can be read this way. */
export const isPlain = (sample: TextSample, targets: readonly Target[]): boolean =>
  sample.plan.format.kind === 'csv' &&
  targets.every(({ wanted, reading }) => wanted.type === 'double' && reading === 'number-point');

export type PlainRequest = Pick<BlockRequest, 'chunkRows' | 'stop'> & {
  readonly path: string;
  readonly sample: TextSample;
  readonly targets: readonly Target[];
  /** Positions of the columns whose texts are handed along. */
  readonly keep: readonly number[];
  readonly from: Resume;
  readonly rawBytes: number;
};

type Pending = {
  readonly columns: readonly Float64Array[];
  readonly kept: string[][];
  readonly recordOf: Int32Array;
  readonly lineOf: Int32Array;
  readonly rejected: { line: number; reason: string; text: string }[];
  records: number;
  rowCount: number;
};

/** Ends early, without the block that it was in, at a cell for the general way; gives whether it did. */
export async function* plainBlocks(request: PlainRequest): AsyncGenerator<FrameBlock, boolean> {
  const { path, sample, targets, keep, from, chunkRows } = request;
  const rows = openRows(sample.plan, from.records, false, from.offset);
  const numbers = new Float64Array(targets.length);
  const start = (): Pending => ({
    columns: targets.map(() => new Float64Array(new SharedArrayBuffer(8 * chunkRows))),
    kept: keep.map(() => []),
    recordOf: new Int32Array(chunkRows),
    lineOf: new Int32Array(chunkRows),
    rejected: [],
    records: 0,
    rowCount: 0,
  });
  let block = start();
  let data = from.data;
  let foreign = false;

  /** The reason to reject the row, '' when its numbers are read; sets `foreign` at a cell for the general way. */
  const readRow = (): string => {
    for (let k = 0; k < targets.length; k++) {
      const { position, reading } = targets[k];
      const at = rows.starts[position];
      const end = rows.ends[position];
      const value = readPlainNumber(rows.cellBytes, at, end);
      numbers[k] = value;
      if (!Number.isNaN(value)) continue;
      const signature = signatureOf(rows.cellBytes, at, end);
      if (readsAsMissing(signature, reading)) continue;
      if (!reads(signature, reading, -1)) return cellReason(targets[k], cellText(rows, position));
      foreign = true;
      return '';
    }
    return '';
  };

  const visit = (line: number, bytes: Uint8Array): boolean => {
    if (foreign || rows.outcome === 'blank' || rows.outcome === 'skipped') return foreign;
    const reason = rows.outcome === 'rejected' ? rows.reason : readRow();
    if (foreign) return true;
    if (reason === '') {
      const { rowCount, columns } = block;
      for (let k = 0; k < columns.length; k++) columns[k][rowCount] = numbers[k];
      for (const [k, position] of keep.entries()) block.kept[k].push(cellText(rows, position));
      block.recordOf[rowCount] = block.records;
      block.lineOf[rowCount] = line;
      block.rowCount++;
    } else {
      block.rejected.push({ line, reason, text: recordText(rows, bytes) });
    }
    block.records++;
    return block.records >= chunkRows;
  };

  const positions = targets.map(({ position }) => position);
  // The kernel takes empty cells for missing values, as every reading of numbers does
  const bulk = PlainRows.find(sample.plan, rows, positions, keep, {
    room: () => chunkRows - block.records,
    take: (kernel, line) => {
      const { rowCount, records, columns } = block;
      for (let k = 0; k < columns.length; k++) columns[k].set(kernel.values(k), rowCount);
      for (let k = 0; k < keep.length; k++) {
        for (let row = 0; row < kernel.rows; row++) block.kept[k].push(kernel.textOf(k, row));
      }
      for (let row = 0; row < kernel.rows; row++) {
        block.recordOf[rowCount + row] = records + row;
        block.lineOf[rowCount + row] = line + row;
      }
      block.rowCount += kernel.rows;
      block.records += kernel.rows;
      return block.records >= chunkRows;
    },
  });
  const place = { offset: from.offset, line: from.line };
  for await (const step of scanRows(path, byteOptions(sample.plan), place, rows, visit, bulk)) {
    throwIfStopped(request.stop);
    if (foreign) return true;
    if (!(step.paused || step.last) || block.records === 0) continue;
    const { rowCount, records, columns } = block;
    const { offset, line } = step.position;
    yield {
      frame: {
        rowCount,
        columns: targets.map(({ wanted }, k) => ({
          type: 'double',
          name: wanted.name,
          values: columns[k].subarray(0, rowCount),
        })),
      },
      kept: block.kept,
      firstRecord: data,
      records,
      recordOf: block.recordOf.slice(0, rowCount),
      lineOf: block.lineOf.slice(0, rowCount),
      rejected: block.rejected,
      resume: { offset, line, records: rows instanceof CsvRows ? rows.recordsSeen : 0, data: data + records },
      fraction: step.last ? 1 : Math.min(0.999, offset / Math.max(1, request.rawBytes)),
    };
    data += records;
    block = start();
  }
  return false;
}
