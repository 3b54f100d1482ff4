/**
 * Every file of a folder of messy tables through the application: rows, columns, types and verdict, as a table in
 * docs/BENCHMARKS.md and as JSON. `node bench/peers/reading.ts [FOLDER]`.
 */
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { AuguryError } from '../../main/base/errors.ts';
import { silentLogger } from '../../main/base/logger.ts';
import { neverStop } from '../../main/base/stop.ts';
import { openWarehouse } from '../../main/warehouse/warehouse.ts';
import { replaceSection } from './section.ts';

type Line = {
  readonly file: string;
  readonly rows: number;
  readonly columns: number;
  readonly types: string;
  readonly rejected: number;
  readonly verdict: string;
};

const folder = resolve(process.argv[2] ?? join(import.meta.dirname, '..', '..', '..', 'shared', 'data', 'messy_csv'));

function filesOf(path: string): string[] {
  return readdirSync(path)
    .sort()
    .flatMap((name) => {
      const inside = join(path, name);
      if (statSync(inside).isDirectory()) return filesOf(inside);
      return name === 'README.md' || name.endsWith('.json') ? [] : [inside];
    });
}

/** Types with how many columns have them: "text 3, number 2". */
function typesOf(types: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const type of types) counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${type} ${count}`).join(', ');
}

const dir = mkdtempSync(join(tmpdir(), 'augury-reading-'));
const warehouse = await openWarehouse({ dir, memoryLimitMb: 512, threads: 2, logger: silentLogger });
const lines: Line[] = [];
try {
  for (const [i, path] of filesOf(folder).entries()) {
    const file = relative(folder, path);
    try {
      const { version, receipt } = await warehouse.runImport(
        { sourcePath: path },
        {
          scratchDir: join(dir, 'jobs', String(i)),
          stop: neverStop,
          readCheckpoint: () => null,
          writeCheckpoint: () => {},
          countWork: () => {},
          report: () => {},
        },
      );
      if (receipt.rowsIn !== receipt.rowsKept + receipt.rowsRejected) throw new Error('records are not accounted for');
      lines.push({
        file,
        rows: version.rows,
        columns: version.columns.length,
        types: typesOf(version.columns.map(({ type }) => type)),
        rejected: receipt.rowsRejected,
        verdict: receipt.rowsRejected === 0 ? 'read' : `read, ${receipt.rowsRejected} rejected with line and reason`,
      });
    } catch (error) {
      const reason =
        error instanceof AuguryError ? `refused: ${error.message} ${error.hint ?? ''}` : `failed: ${String(error)}`;
      lines.push({ file, rows: 0, columns: 0, types: '–', rejected: 0, verdict: reason.trim() });
    }
  }
} finally {
  await warehouse.close();
  rmSync(dir, { recursive: true, force: true });
}
const date = new Date().toISOString().slice(0, 10);
const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
const read = lines.filter(({ rows }) => rows > 0).length;
const table = [
  `Measured ${date}: ${read} of ${lines.length} files read, the others refused with a reason.`,
  '',
  '| file | rows | columns | types | verdict |',
  '|---|---|---|---|---|',
  ...lines.map(
    ({ file, rows, columns, types, verdict }) => `| ${file} | ${rows} | ${columns} | ${types} | ${cell(verdict)} |`,
  ),
];
replaceSection('reading', table.join('\n'));
writeFileSync(
  resolve(import.meta.dirname, '..', 'results', 'reading.json'),
  `${JSON.stringify({ date, files: lines }, null, 2)}\n`,
);
process.stdout.write(`${table.join('\n')}\n`);
