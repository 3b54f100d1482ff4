/**
 * `npm test`: lint, types, build, then every test. All steps run even when one fails; the last line of the output is
 * the tally, alone on its line, and the exit code follows it. A lint, type or build step counts as one test.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { node, root, runStep, tool } from './steps.ts';

type Tally = { passed: number; failed: number; skipped: number };
const total: Tally = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];

async function check(name: string, args: readonly string[]): Promise<boolean> {
  process.stdout.write(`\n── ${name}\n`);
  const ok = (await runStep(node, args)) === 0;
  total[ok ? 'passed' : 'failed'] += 1;
  if (!ok) failures.push(name);
  return ok;
}

type Report = {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: unknown[] }[];
};

/** Runs vitest and adds its counts; a run that leaves no report, or a file that never ran, is a failure. */
async function vitest(name: string, args: readonly string[]): Promise<void> {
  process.stdout.write(`\n── ${name}\n`);
  const folder = join(root, 'out', 'reports');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${name}.json`);
  rmSync(file, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await runStep(node, [tool('vitest/vitest.mjs'), 'run', ...args, ...reporters]);
  if (!existsSync(file)) {
    total.failed += 1;
    failures.push(`${name}: no report`);
    return;
  }
  const report: Report = JSON.parse(readFileSync(file, 'utf8'));
  const neverRan = report.testResults.filter((one) => one.status === 'failed' && one.assertionResults.length === 0);
  let failed = report.numFailedTests + neverRan.length;
  if (code !== 0 && failed === 0) failed = 1;
  total.passed += report.numPassedTests;
  total.failed += failed;
  total.skipped += report.numPendingTests + report.numTodoTests;
  if (failed > 0) failures.push(`${name}: ${failed} failed`);
}

await check('kernels', [join(root, 'bin/lib/kernels.cjs')]);
await check('format and lint', [tool('@biomejs/biome/bin/biome'), 'check', '.']);
await check('layers', [join(root, 'test/tools/layers.ts')]);
await check('dead exports', [tool('knip/bin/knip.js')]);
await check('types', [join(root, 'test/tools/typecheck.ts')]);
await check('capabilities', [join(root, 'test/tools/capabilities.ts'), '--check']);
const built = await check('build', [tool('electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn']);
await vitest('tests', []);
if (built) await vitest('end-to-end', ['--config', 'vitest.e2e.config.ts']);
else {
  total.failed += 1;
  failures.push('end-to-end: not run, because the build failed');
}

for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
