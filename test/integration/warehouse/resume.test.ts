import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../../main/base/rng.ts';
import type { StopSignal } from '../../../main/base/stop.ts';
import type { RunHooks } from '../../../main/warehouse/types.ts';
import { type Bench, openBench } from '../../helpers/warehouse.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await openBench();
});
afterAll(() => bench.close());

const rows = 12_000;
const chunk = { rows: 1000, bytes: 1 << 20 };

function table(): string {
  const rng = createRng(5);
  const lines = ['id,x,d,t'];
  for (let i = 0; i < rows; i++) {
    lines.push(
      i % 97 === 5
        ? `${i},broken`
        : `${i},${(rng.next() * 100).toFixed(3)},2024-01-${String(1 + (i % 28)).padStart(2, '0')},"w ${i % 13}\nx"`,
    );
  }
  return `${lines.join('\n')}\n`;
}

/** Hooks that die at the n-th checkpoint, as a kill between two durable steps would leave things. */
function dying(hooks: RunHooks & { work: () => number }, after: number): RunHooks {
  let seen = 0;
  return {
    ...hooks,
    writeCheckpoint: (value) => {
      hooks.writeCheckpoint(value);
      seen++;
      if (seen === after) throw new Error('killed');
    },
  };
}

describe('B1 import resumes after a kill', () => {
  it.each([
    ['plain', (text: string) => Buffer.from(text)],
    ['gzip', (text: string) => gzipSync(text)],
    ['UTF-16', (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le')],
  ])('with identical bytes from five points and at most 60 % repeated work (%s)', async (name, encode) => {
    const path = bench.file(`${name}.csv`, encode(table()));
    const whole = bench.hooks();
    const request = { sourcePath: path, chunk };
    const expected = await bench.warehouse.runImport(request, whole);
    expect(expected.version.parts.length).toBeGreaterThan(8);
    for (const point of [1, 6, 12, 14, 22]) {
      for (const part of expected.version.parts) rmSync(join(bench.dir, part.file), { force: true });
      const hooks = bench.hooks(`kill-${name}-${point}`);
      await expect(bench.warehouse.runImport(request, dying(hooks, point))).rejects.toThrow('killed');
      const before = hooks.work();
      const resumed = await bench.warehouse.runImport(request, hooks);
      expect(resumed.version).toEqual(expected.version);
      expect(resumed.receipt).toEqual(expected.receipt);
      expect(await bench.warehouse.verifyVersion(resumed.version)).toEqual([]);
      expect(hooks.work() - whole.work()).toBeLessThanOrEqual(0.6 * before);
    }
  });

  it('stops when cancelled and goes on later', async () => {
    const path = bench.file('cancel.csv', table());
    let polls = 0;
    const stop: StopSignal = { stopped: () => ++polls > 4 };
    await expect(
      bench.warehouse.runImport({ sourcePath: path, chunk }, bench.hooks('cancel', stop)),
    ).rejects.toMatchObject({ family: 'cancelled' });
    const resumed = await bench.warehouse.runImport({ sourcePath: path, chunk }, bench.hooks('cancel'));
    expect(resumed.version.rows + resumed.version.rejected.rows).toBe(rows);
  });

  it('gives the same version with one thread and with four that store several chunks at a time', async () => {
    const path = bench.file('threads.csv', table());
    const hashes = new Set<string>();
    for (const threads of [1, 4]) {
      const other = await openBench(threads, 1536);
      try {
        hashes.add((await other.warehouse.runImport({ sourcePath: path, chunk }, other.hooks())).version.hash);
      } finally {
        await other.close();
      }
    }
    expect(hashes.size).toBe(1);
  });

  it('leaves no temporary file in data/ and raw/', () => {
    for (const folder of ['data', 'raw']) {
      expect(existsSync(join(bench.dir, folder))).toBe(true);
      expect(
        readdirSync(join(bench.dir, folder)).filter(
          (name) => !/^[0-9a-f]{64}(\.parquet|\.rejects\.csv|\.version\.json)?$/.test(name),
        ),
      ).toEqual([]);
    }
  });
});
