import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../../main/base/rng.ts';
import { neverStop } from '../../../main/base/stop.ts';
import type { FrameBlock, WantedColumn } from '../../../main/warehouse/stream/score-source.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const numbers: readonly WantedColumn[] = ['a', 'b', 'c'].map((name) => ({
  name,
  type: 'double',
  logicalType: 'number',
}));
const text: WantedColumn = { name: 't', type: 'string', logicalType: 'text' };

/** Numbers in every plain writing, missing ones, cells and rows that are rejected; at `odd` a number with grouped digits. */
function table(rows: number, odd: number): string {
  const rng = createRng(7);
  const cell = (): string => {
    const value = rng.normal() * 10 ** rng.int(9);
    const style = rng.int(40);
    if (style === 0) return '';
    if (style === 1) return 'NA';
    if (style === 2) return `"${value.toFixed(3)}"`;
    if (style === 3) return value.toExponential(6);
    if (style === 4) return `00${rng.int(1000)}`;
    if (style === 5) return String(value);
    if (style === 6) return `+${Math.abs(value).toFixed(1)}`;
    return value.toFixed(rng.int(7));
  };
  const lines = Array.from({ length: rows }, (_, i) => {
    if (i === odd) return '"1,234.5",2,3,t';
    if (i % 211 === 17) return 'word,1,2,t';
    if (i % 307 === 5) return '1,2';
    return `${cell()},${cell()},${cell()},t${i % 3}`;
  });
  return `a,b,c,t\n${lines.join('\n')}\n`;
}

async function read(path: string, wanted: readonly WantedColumn[], resumeAfter = 0): Promise<FrameBlock[]> {
  const source = await bench.warehouse.openSource({ path });
  const blocks: FrameBlock[] = [];
  try {
    const request = { wanted, keep: ['t'], chunkRows: 300, stop: neverStop };
    for await (const block of source.blocks({ ...request, scratchDir: bench.hooks().scratchDir })) {
      blocks.push(block);
      if (blocks.length === resumeAfter) break;
    }
    if (resumeAfter === 0) return blocks;
    const { resume } = blocks[resumeAfter - 1];
    for await (const block of source.blocks({ ...request, scratchDir: bench.hooks().scratchDir, resume })) {
      blocks.push(block);
    }
    return blocks;
  } finally {
    await source.close();
  }
}

const shown = (blocks: readonly FrameBlock[]) =>
  blocks.map(({ frame, kept, firstRecord, records, recordOf, lineOf, rejected }) => ({
    values: frame.columns.flatMap((column) =>
      column.type === 'double' ? [Array.from(column.values.subarray(0, frame.rowCount))] : [],
    ),
    kept,
    firstRecord,
    records,
    recordOf: [...recordOf],
    lineOf: [...(lineOf ?? [])],
    rejected,
  }));

describe('F1 files of plain numbers', () => {
  it.each([
    ['throughout', 1e9],
    ['up to a number in another writing', 1500],
  ])('give the rows, values and rejects of the general way: %s', async (_, odd) => {
    const path = bench.file(`plain-${odd}.csv`, table(2500, odd));
    const general = shown(await read(path, [...numbers, text]));
    expect(shown(await read(path, numbers))).toEqual(general);
    expect(shown(await read(path, numbers, 3))).toEqual(general);
    expect(general.flatMap(({ rejected }) => rejected).length).toBeGreaterThan(10);
  });
});
