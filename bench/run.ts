/**
 * `npm run bench`: builds, measures, writes bench/results/bench.json and the table in docs/BENCHMARKS.md between its
 * markers. Give section names to run some only: budget, files, grid, interaction, start, wide.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism, cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import type { Figure, Measure } from './result.ts';
import { measureBudget } from './sections/budget.ts';
import { measureFiles } from './sections/files.ts';
import { measureGrid } from './sections/grid.ts';
import { measureInteraction } from './sections/interaction.ts';
import { measureStart } from './sections/start.ts';
import { measureWide } from './sections/wide.ts';
import { writeTable } from './table-data.ts';

const root = resolve(import.meta.dirname, '..');
const { ensureBuilt } = createRequire(import.meta.url)('../bin/lib/build.cjs') as { ensureBuilt: () => void };
ensureBuilt();

const sections: Readonly<Record<string, (folder: string, measure: Measure) => Promise<void>>> = {
  budget: measureBudget,
  files: measureFiles,
  grid: measureGrid,
  interaction: measureInteraction,
  start: measureStart,
  wide: measureWide,
};
const wanted = process.argv.slice(2).filter((name) => name in sections);
const resultFile = join(root, 'bench', 'results', 'bench.json');
const figures: Figure[] = previous().filter((figure) => wanted.length > 0 && !wanted.includes(figure.section));
const folder = mkdtempSync(join(tmpdir(), 'augury-bench-'));
try {
  writeTable(join(folder, 'big.csv'), 1_000_000, 1);
  for (const name of wanted.length > 0 ? wanted : Object.keys(sections)) {
    await sections[name](folder, (figure) => {
      figures.push({ section: name, ...figure });
      const verdict = figure.met === null ? '' : figure.met ? ' ✓' : ' ✗';
      process.stdout.write(
        `${name}: ${figure.what}: ${shown(figure.value)} ${figure.unit}${figure.bar === null ? '' : ` (bar ${figure.bar})`}${verdict} (${figure.detail})\n`,
      );
    });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const machine = `${cpus()[0]?.model ?? 'unknown CPU'}, ${availableParallelism()} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.versions.node}`;
const date = new Date().toISOString().slice(0, 10);
mkdirSync(join(root, 'bench', 'results'), { recursive: true });
writeFileSync(resultFile, `${JSON.stringify({ date, machine, figures }, null, 2)}\n`);
writeTableOfFigures();

function previous(): Figure[] {
  try {
    return (JSON.parse(readFileSync(resultFile, 'utf8')) as { figures: Figure[] }).figures;
  } catch {
    return [];
  }
}

function shown(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString('en') : Number(value.toPrecision(3)).toString();
}

function writeTableOfFigures(): void {
  const file = join(root, 'docs', 'BENCHMARKS.md');
  const text = readFileSync(file, 'utf8');
  const rows = figures.map(
    (f) =>
      `| ${f.section} | ${f.what} | ${shown(f.value)} ${f.unit} | ${f.bar ?? '–'} | ${f.met === null ? '–' : f.met ? 'yes' : 'no'} | ${f.detail} |`,
  );
  const table = [
    `Machine: ${machine}. Date: ${date}.`,
    '',
    '| section | what | result | bar | met | how |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
  writeFileSync(
    file,
    text.replace(/<!-- bench -->[\s\S]*<!-- \/bench -->/, `<!-- bench -->\n${table}\n<!-- /bench -->`),
  );
}
