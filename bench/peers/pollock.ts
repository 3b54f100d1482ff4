/**
 * Header, record and cell F1 of the application's reader and of the peers' over files with planted defects (pollock-files.ts):
 * `node bench/peers/pollock.ts PYTHON`. Texts are compared, so what a reader makes of types does not count. Records are a
 * multiset; cells are counted with their column. A file that a reader refuses counts 0.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { silentLogger } from '../../main/base/logger.ts';
import { neverStop } from '../../main/base/stop.ts';
import { openWarehouse } from '../../main/warehouse/warehouse.ts';
import { type DefectFile, defectFiles, type Sheet } from './pollock-files.ts';
import { replaceSection } from './section.ts';

type Read = Sheet | { readonly error: string };
type Score = { readonly header: number; readonly record: number; readonly cell: number };

function f1(found: readonly string[], truth: readonly string[]): number {
  if (found.length === 0 && truth.length === 0) return 1;
  const left = new Map<string, number>();
  for (const item of truth) left.set(item, (left.get(item) ?? 0) + 1);
  let hits = 0;
  for (const item of found) {
    const count = left.get(item) ?? 0;
    if (count === 0) continue;
    hits++;
    left.set(item, count - 1);
  }
  return (2 * hits) / (found.length + truth.length);
}

const recordKey = (record: readonly string[]): string => record.join('\u001f');
const cellKeys = (sheet: Sheet): string[] =>
  sheet.records.flatMap((record) => record.map((text, i) => `${i}\u001f${text}`));

function score(read: Read, truth: Sheet): Score {
  if ('error' in read) return { header: 0, record: 0, cell: 0 };
  return {
    header: f1(read.header, truth.header),
    record: f1(read.records.map(recordKey), truth.records.map(recordKey)),
    cell: f1(cellKeys(read), cellKeys(truth)),
  };
}

/** What the application reads: the kept rows as they stood in the file. */
async function readOurs(files: readonly DefectFile[], folder: string): Promise<Record<string, Read>> {
  const dir = join(folder, 'workspace');
  mkdirSync(dir);
  const warehouse = await openWarehouse({ dir, memoryLimitMb: 512, threads: 2, logger: silentLogger });
  const out: Record<string, Read> = {};
  for (const [i, { name }] of files.entries()) {
    try {
      const scratchDir = join(dir, 'jobs', String(i));
      const { version } = await warehouse.runImport(
        { sourcePath: join(folder, 'files', `${name}.csv`) },
        {
          scratchDir,
          stop: neverStop,
          readCheckpoint: () => null,
          writeCheckpoint: () => {},
          countWork: () => {},
          report: () => {},
        },
      );
      const destination = join(folder, 'ours.jsonl');
      await warehouse.exportVersion({ version, destination, format: 'jsonl', scratchDir, asRead: true });
      const lines = readFileSync(destination, 'utf8').split('\n').slice(0, -1);
      const { format } = version.source;
      const named = format.kind === 'csv' && format.csv.header;
      out[name] = {
        header: named ? version.columns.map(({ sourceName }) => sourceName) : [],
        records: lines.map((text) => Object.values(JSON.parse(text) as Record<string, string>)),
      };
    } catch (error) {
      out[name] = { error: error instanceof Error ? error.message : String(error) };
    }
  }
  await warehouse.close();
  return out;
}

const folder = mkdtempSync(join(tmpdir(), 'augury-pollock-'));
try {
  const files = defectFiles(7);
  mkdirSync(join(folder, 'files'));
  for (const { name, bytes } of files) writeFileSync(join(folder, 'files', `${name}.csv`), bytes);
  const ours = await readOurs(files, folder);
  const [python = 'python3', ...flags] = process.argv.slice(2);
  const answer = join(folder, 'peers.json');
  const script = join(import.meta.dirname, 'reading_peers.py');
  const done = spawnSync(python, [script, join(folder, 'files'), answer], { stdio: ['ignore', 'ignore', 'inherit'] });
  if (done.status !== 0) throw new Error('the peers ended early');
  const peers = JSON.parse(readFileSync(answer, 'utf8')) as Record<string, Record<string, Read>>;
  const scored = Object.entries({ augury: ours, ...peers }).map(([reader, reads]) => {
    const perFile = files.map(({ name, truth }) => ({ name, ...score(reads[name], truth) }));
    const mean = (key: keyof Score): number => perFile.reduce((sum, file) => sum + file[key], 0) / perFile.length;
    return { reader, header: mean('header'), record: mean('record'), cell: mean('cell'), perFile };
  });
  if (flags.includes('--detail')) {
    for (const { name, header, record, cell } of scored[0].perFile) {
      if (header < 1 || record < 1) {
        const read = ours[name];
        process.stderr.write(
          `${name}: ${header.toFixed(3)} ${record.toFixed(3)} ${cell.toFixed(3)} ${'error' in read ? read.error : ''}\n`,
        );
      }
    }
  }
  const date = new Date().toISOString().slice(0, 10);
  const results = resolve(import.meta.dirname, '..', 'results', 'pollock.json');
  writeFileSync(results, `${JSON.stringify({ date, files: files.length, readers: scored }, null, 1)}\n`);
  const rows = scored.map(
    ({ reader, header, record, cell }) =>
      `| ${reader} | ${header.toFixed(3)} | ${record.toFixed(3)} | ${cell.toFixed(3)} |`,
  );
  const table = [
    `Measured ${date} over ${files.length} files; mean F1.`,
    '',
    '| reader | header | record | cell |',
    '|---|---|---|---|',
    ...rows,
  ];
  replaceSection('pollock', table.join('\n'));
  process.stdout.write(`${rows.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
