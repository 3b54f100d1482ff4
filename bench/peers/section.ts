import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->` in docs/BENCHMARKS.md. */
export function replaceSection(name: string, text: string): void {
  const path = resolve(import.meta.dirname, '..', '..', 'docs', 'BENCHMARKS.md');
  const content = readFileSync(path, 'utf8');
  const open = `<!-- ${name} -->`;
  const close = `<!-- /${name} -->`;
  const from = content.indexOf(open);
  const to = content.indexOf(close);
  if (from < 0 || to < from) throw new Error(`docs/BENCHMARKS.md has no section ${name}`);
  writeFileSync(path, `${content.slice(0, from + open.length)}\n${text}\n${content.slice(to)}`);
}
