/**
 * Keeps docs/CAPABILITIES.md true: the test column is made from the capability ids in test names, and a row that works must
 * have one. `node test/tools/capabilities.ts` rewrites the column, `--check` only compares.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { root } from './steps.ts';

const document = join(root, 'docs', 'CAPABILITIES.md');

/** Test files by the capability ids their suites and tests are named with. */
function testsById(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>();
  const folder = join(root, 'test');
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.test\.tsx?$/.test(name)) continue;
    const path = join(folder, name);
    for (const [, ids] of readFileSync(path, 'utf8').matchAll(
      /(?:describe|it)(?:\.\w+(?:\([^)]*\))?)?\(\s*['"`]((?:[A-P]\d{1,2}[, ]+)+)/g,
    )) {
      for (const id of ids.match(/[A-P]\d{1,2}/g) ?? []) {
        const files = found.get(id) ?? new Set();
        files.add(relative(root, path).replaceAll('\\', '/'));
        found.set(id, files);
      }
    }
  }
  return found;
}

const tests = testsById();
const problems: string[] = [];
const before = readFileSync(document, 'utf8');
const after = before.replace(/^\| ([A-P]\d{1,2}) \| ([^|]*) \| ([^|]*) \|[^|\n]*\|$/gm, (_line, id, what, state) => {
  const files = [...(tests.get(id) ?? [])].sort();
  const works = !state.trim().startsWith('not yet');
  if (works && files.length === 0) problems.push(`${id} is said to work (${state.trim()}) and no test is named for it`);
  const shown = files.slice(0, 4).map((file) => `\`${file.replace(/^test\//, '')}\``);
  if (files.length > 4) shown.push(`and ${files.length - 4} more`);
  return `| ${id} | ${what} | ${state} | ${shown.length === 0 ? '–' : shown.join(', ')} |`;
});
if (process.argv.includes('--check')) {
  if (after !== before) problems.push('docs/CAPABILITIES.md is out of date: run node test/tools/capabilities.ts');
} else {
  writeFileSync(document, after);
}
for (const problem of problems) process.stderr.write(`capabilities: ${problem}\n`);
process.exitCode = problems.length === 0 ? 0 : 1;
