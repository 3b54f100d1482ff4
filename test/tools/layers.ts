/**
 * Checks that imports point one way (.dependency-cruiser.cjs) and that no file is over the size limit. The cruiser
 * passes when it reads nothing at all, so the number of modules it saw is compared with the files on disk.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { cruise, type IModule } from 'dependency-cruiser';
import { root } from './steps.ts';

const MAX_LINES = 400;
const zones = ['main', 'preload', 'renderer', 'test', 'bench', 'bin', 'resources'];

/** Source files of the zones; AssemblyScript sources and fixtures are no TypeScript of ours. */
export function sourceFiles(): string[] {
  return zones.flatMap((zone) => {
    try {
      return readdirSync(join(root, zone), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(ts|tsx|cjs)$/.test(entry.name) && !entry.name.endsWith('.d.ts'))
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(root.length + 1)
            .replaceAll('\\', '/'),
        )
        .filter((file) => !/kernels\/(assembly|compiled)\/|^test\/fixtures\//.test(file));
    } catch {
      return [];
    }
  });
}

const problems: string[] = [];
const files = sourceFiles();

for (const file of files) {
  const lines = readFileSync(join(root, file), 'utf8').split('\n').length - 1;
  if (lines > MAX_LINES) problems.push(`${file}: ${lines} lines; the limit is ${MAX_LINES}`);
}

const rules = createRequire(import.meta.url)(join(root, '.dependency-cruiser.cjs'));
process.chdir(root);
const scope = zones.filter((zone) => files.some((file) => file.startsWith(`${zone}/`)));
const { output } = await cruise(scope, { ...rules.options, ruleSet: { forbidden: rules.forbidden }, validate: true });
if (typeof output === 'string') throw new Error('the cruiser gave text instead of modules');

const seen = new Set(output.modules.map((module: IModule) => module.source));
const unseen = files.filter((file) => !seen.has(file));
if (unseen.length > 0) {
  problems.push(
    `${unseen.length} source files were not read by the layer check, e.g. ${unseen.slice(0, 3).join(', ')}`,
  );
}
for (const violation of output.summary.violations) {
  const cycle = violation.cycle?.map((step) => step.name).join(' → ');
  problems.push(`${violation.rule.name}: ${violation.from} → ${cycle ?? violation.to}`);
}

for (const problem of problems) process.stderr.write(`layers: ${problem}\n`);
process.stdout.write(
  `layers: ${files.length} files, ${output.summary.totalDependenciesCruised} imports, ${problems.length} problems\n`,
);
process.exitCode = problems.length === 0 ? 0 : 1;
