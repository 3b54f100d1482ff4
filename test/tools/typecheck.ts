/** Type-checks every zone with its own typings: what a zone must not know, its compiler does not know either. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { node, root, runStep, tool } from './steps.ts';

const zones = ['main/ml', 'main', 'preload', 'renderer', 'test'];

let failed = 0;
for (const zone of zones) {
  const project = join(root, zone, 'tsconfig.json');
  if (!existsSync(project)) {
    process.stderr.write(`typecheck: ${zone}/tsconfig.json is missing\n`);
    failed += 1;
    continue;
  }
  if ((await runStep(node, [tool('typescript/bin/tsc'), '-p', project])) !== 0) {
    process.stderr.write(`typecheck: ${zone} failed\n`);
    failed += 1;
  }
}
process.exitCode = failed === 0 ? 0 : 1;
