/**
 * `npm test`: lint, types, build, then every test. All steps run even when one fails; the last line of the output is
 * the tally, alone on its line, and the exit code follows it. A lint, type or build step counts as one test.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { node, root, runStep, tool } from './steps.ts';

type Tally = { passed: number; failed: number; skipped: number };
const total: Tally = { passed: 0, failed: 0, skipped: 0 };
const failures: string[] = [];
const secondTries: string[] = [];

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
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { fullName: string; status: string; failureMessages: string[] }[];
  }[];
};

/** Tests that passed only when they were tried again: not hidden, and to be mended. */
const triedAgain = (report: Report): string[] =>
  report.testResults.flatMap((file) =>
    file.assertionResults
      .filter((one) => one.status === 'passed' && one.failureMessages.length > 0)
      .map((one) => `${relative(root, file.name)}: ${one.fullName}`),
  );

/** What failed and why, in a few lines each: a long log is often kept only by its end. */
function reasons(report: Report): string[] {
  const brief = (message: string) => message.split('\n').slice(0, 12).join('\n    ');
  return report.testResults.flatMap((file) => {
    const tests = file.assertionResults.filter((one) => one.status === 'failed');
    const where = relative(root, file.name);
    if (tests.length > 0)
      return tests.map((one) => `${where}: ${one.fullName}\n    ${brief(one.failureMessages.join('\n'))}`);
    return file.status === 'failed' ? [`${where}\n    ${brief(file.message)}`] : [];
  });
}

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
  secondTries.push(...triedAgain(report));
  if (failed > 0) failures.push(`${name}: ${failed} failed`, ...reasons(report));
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

for (const test of secondTries) process.stdout.write(`passed when tried again: ${test}\n`);
for (const failure of failures) process.stdout.write(`failed: ${failure}\n`);
const skipped = total.skipped > 0 ? `, ${total.skipped} skipped` : '';
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed${skipped}\n`);
process.exitCode = total.failed === 0 ? 0 : 1;
