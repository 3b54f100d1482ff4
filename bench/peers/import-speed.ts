/**
 * Import of a generated file against DuckDB reading the same file to Parquet, alternating, each in a process of its own:
 * `node bench/peers/import-speed.ts PYTHON [--mb 500] [--rounds 3]`. The import hashes and keeps the file, counts every
 * reading of every cell over all rows, and stores typed parts durably; DuckDB sniffs, reads and writes.
 */
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { silentLogger } from '../../main/base/logger.ts';
import { createRng } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import { openWarehouse } from '../../main/warehouse/warehouse.ts';
import { replaceSection } from './section.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mb: { type: 'string', default: '500' },
    rounds: { type: 'string', default: '3' },
    own: { type: 'string' },
  },
});
const threads = Math.min(2, availableParallelism());

/** Twelve columns: numbers, codes, dates and times, flags, words and quoted texts. */
function generate(path: string, bytes: number): void {
  const rng = createRng(11);
  const cities = ['Oslo', 'Köln', 'New York', 'Brno', 'São Paulo'];
  const levels = ['low', 'mid', 'high'];
  const file = openSync(path, 'w');
  let text = 'id,customer,city,amount,items,share,day,at,score,flag,level,remark\n';
  const two = (value: number): string => String(value).padStart(2, '0');
  for (let i = 0, written = 0; written < bytes; i++) {
    const n = Math.floor(rng.next() * 1e6);
    const clock = `${two(Math.floor(i / 3600) % 24)}:${two(Math.floor(i / 60) % 60)}:${two(i % 60)}`;
    const score = n % 10 === 0 ? '' : ((n % 500) / 10).toFixed(1);
    const remark = i % 50 === 0 ? '"a, ""b"""' : `note ${i % 97}`;
    text += `${i},C${String(n).padStart(7, '0')},${cities[n % 5]},${(n / 1000).toFixed(2)},${n % 100},${rng.next().toFixed(4)},20${two(10 + (n % 14))}-${two(1 + (n % 12))}-${two(1 + (n % 28))},2024-01-${two(1 + (n % 28))} ${clock},${score},${n % 2 === 0},${levels[n % 3]},${remark}\n`;
    if (text.length > 1 << 20) {
      written += writeSync(file, text);
      text = '';
    }
  }
  closeSync(file);
}

/** One import in this process; prints seconds and peak memory. */
async function importOnce(path: string): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'augury-import-'));
  try {
    const warehouse = await openWarehouse({ dir, memoryLimitMb: 1024, threads, logger: silentLogger });
    const started = performance.now();
    const { version } = await warehouse.runImport(
      { sourcePath: path },
      {
        scratchDir: join(dir, 'jobs', 'one'),
        stop: neverStop,
        readCheckpoint: () => null,
        writeCheckpoint: () => {},
        countWork: () => {},
        report: () => {},
      },
    );
    const seconds = (performance.now() - started) / 1000;
    await warehouse.close();
    const usage = process.resourceUsage();
    process.stdout.write(
      JSON.stringify({
        seconds,
        cpu: (usage.userCPUTime + usage.systemCPUTime) / 1e6,
        peakMb: usage.maxRSS / 1024,
        rows: version.rows,
      }),
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** The middle value; of an even count the mean of the two in the middle. */
function median(samples: readonly number[]): number {
  const sorted = [...samples].sort((a, b) => a - b);
  const half = sorted.length / 2;
  return (sorted[Math.ceil(half) - 1] + sorted[Math.floor(half)]) / 2;
}

type Run = { readonly seconds: number; readonly cpu: number; readonly peakMb: number; readonly rows: number };

const duck = `
import duckdb, json, resource, sys, time
c = duckdb.connect(); c.execute("set threads=" + sys.argv[3]); c.execute("set enable_progress_bar=false")
t = time.perf_counter()
rows = c.execute(f"copy (from read_csv('{sys.argv[1]}')) to '{sys.argv[2]}' (format parquet)").fetchone()[0]
s = time.perf_counter() - t
u = resource.getrusage(resource.RUSAGE_SELF)
print(json.dumps({"seconds": s, "cpu": u.ru_utime + u.ru_stime, "peakMb": u.ru_maxrss / 1024, "rows": rows}))
`;

function child(command: string, args: readonly string[]): Run {
  const done = spawnSync(command, args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return JSON.parse(done.stdout.trim().split('\n').at(-1) ?? '') as Run;
}

function compare(python: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'augury-import-speed-'));
  try {
    mkdirSync(folder, { recursive: true });
    const path = join(folder, 'rows.csv');
    generate(path, Number(values.mb) * 1e6);
    const megabytes = statSync(path).size / 1e6;
    const [load] = loadavg();
    const runs: { readonly own: Run; readonly duck: Run }[] = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      const theirs = child(python, ['-c', duck, path, join(folder, 'out.parquet'), String(threads)]);
      runs.push({ duck: theirs, own: child(process.execPath, [import.meta.filename, '--own', path]) });
    }
    const pick = (who: 'own' | 'duck', what: keyof Run): number => median(runs.map((run) => run[who][what]));
    const ratios = runs.map(({ own, duck: theirs }) => own.seconds / theirs.seconds);
    const ratio = median(ratios);
    const cpuRatio = median(runs.map(({ own, duck: theirs }) => own.cpu / theirs.cpu));
    const peakMb = Math.max(...runs.map(({ own }) => own.peakMb));
    const date = new Date().toISOString().slice(0, 10);
    const row = (name: string, who: 'own' | 'duck'): string =>
      `| ${name} | ${pick(who, 'seconds').toFixed(1)} s | ${(megabytes / pick(who, 'seconds')).toFixed(0)} MB/s | ${pick(who, 'cpu').toFixed(1)} s | ${pick(who, 'peakMb').toFixed(0)} MiB |`;
    const lines = [
      `Measured ${date}: ${megabytes.toFixed(0)} MB, ${runs[0].own.rows.toLocaleString('en')} rows, ${threads} threads, median of ${runs.length} alternating rounds; load of the machine before: ${load.toFixed(1)}.`,
      '',
      '| reader | time | rate | CPU time | peak memory |',
      '|---|---|---|---|---|',
      row('import', 'own'),
      row('DuckDB to Parquet', 'duck'),
      '',
      `Ratio ${ratio.toFixed(2)}, of the rounds ${ratios.map((each) => each.toFixed(2)).join(', ')} (bar ≤ 2.5: ${ratio <= 2.5 ? 'met' : 'not met'}); of CPU time ${cpuRatio.toFixed(2)}; peak memory ${peakMb.toFixed(0)} MiB (bar < 2048: ${peakMb < 2048 ? 'met' : 'not met'}).`,
    ];
    replaceSection('import-speed', lines.join('\n'));
    const results = resolve(import.meta.dirname, '..', 'results', 'import-speed.json');
    writeFileSync(
      results,
      `${JSON.stringify({ date, megabytes, threads, load, ratio, cpuRatio, peakMb, runs }, null, 2)}\n`,
    );
    process.stdout.write(`${lines.join('\n')}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

if (values.own === undefined) compare(positionals[0] ?? 'python3');
else await importOnce(values.own);
