/**
 * The profile against DuckDB's SUMMARIZE on the same Parquet file, same threads and memory: alternating runs, medians.
 *   node bench/peers/profile.ts [--rows 1000000] [--columns 100] [--repeats 3]
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLogger } from '../../main/base/logger.ts';
import { neverStop } from '../../main/base/stop.ts';
import { Duck, literal } from '../../main/warehouse/duck.ts';
import { openWarehouse } from '../../main/warehouse/warehouse.ts';
import { median } from '../result.ts';

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '1000000' },
    columns: { type: 'string', default: '100' },
    repeats: { type: 'string', default: '3' },
  },
});
const rows = Number(values.rows);
const columnCount = Number(values.columns);
const settings = { memoryLimitMb: 1024, threads: 2 };

/** Numbers of several shapes, whole numbers, texts with few and with many values, dates; a tenth missing in every fifth. */
function columnSql(i: number): string {
  const u = `((hash(i * 1000 + ${i}) % 1000003) / 1000003.0)`;
  const value = [
    `round(-ln(1 - ${u}) * 100, 2)`,
    `sqrt(-2 * ln(1 - ${u})) * cos(6.2831853 * ${u})`,
    `CAST(floor(${u} * 1000) AS BIGINT)`,
    `CAST(i + floor(${u} * 10) AS BIGINT)`,
    `'level ' || CAST(floor(${u} * 12) AS INTEGER)`,
    `'place ' || CAST(floor(${u} * 40000) AS INTEGER)`,
    `DATE '2015-01-01' + CAST(floor(${u} * 3000) AS INTEGER)`,
    `${u} * ${u} * 1e6`,
  ][i % 8];
  return `${i % 5 === 0 ? `CASE WHEN hash(i + ${i}) % 10 = 0 THEN NULL ELSE ${value} END` : value} AS c${i}`;
}

const root = mkdtempSync(join(tmpdir(), 'augury-profile-bench-'));
const workspace = join(root, 'workspace');
const scratchDir = join(workspace, 'jobs', 'one');
mkdirSync(scratchDir, { recursive: true });
const file = join(root, 'table.parquet');
try {
  const peer = await Duck.open({ file: null, spillDir: join(root, 'spill'), folders: [root], ...settings });
  const session = await peer.session();
  const list = Array.from({ length: columnCount }, (_, i) => columnSql(i)).join(', ');
  await session.run(
    `COPY (SELECT ${list} FROM range(${rows}) t(i)) TO ${literal(file)} (FORMAT parquet, COMPRESSION zstd)`,
  );
  const warehouse = await openWarehouse({ dir: workspace, ...settings, logger: silentLogger });
  const { version } = await warehouse.runImport(
    { sourcePath: file, sourceName: 'table.parquet', options: {}, readings: {} },
    {
      scratchDir,
      stop: neverStop,
      readCheckpoint: () => null,
      writeCheckpoint: () => {},
      countWork: () => {},
      report: () => {},
    },
  );
  const parts = version.parts.map((part) => literal(join(workspace, part.file))).join(', ');
  const seconds: Record<'augury' | 'summarize', number[]> = { augury: [], summarize: [] };
  const timed = async (name: keyof typeof seconds, run: () => Promise<unknown>): Promise<void> => {
    const started = performance.now();
    await run();
    seconds[name].push((performance.now() - started) / 1000);
  };
  for (let k = 0; k < Number(values.repeats); k++) {
    await timed('summarize', () => session.rows(`SUMMARIZE SELECT * FROM read_parquet([${parts}])`));
    await timed('augury', () => warehouse.profile(version));
  }
  const ratio = median(seconds.augury) / median(seconds.summarize);
  const figures = { rows, columns: columnCount, ...settings, seconds, ratio, bar: '≤ 1.5', met: ratio <= 1.5 };
  writeFileSync(resolve(import.meta.dirname, '../results/profile.json'), `${JSON.stringify(figures, null, 2)}\n`);
  process.stdout.write(
    `profile ${median(seconds.augury).toFixed(2)} s, SUMMARIZE ${median(seconds.summarize).toFixed(2)} s, ratio ${ratio.toFixed(2)}\n`,
  );
  await warehouse.close();
  await session.close();
  await peer.close();
} finally {
  rmSync(root, { recursive: true, force: true });
}
