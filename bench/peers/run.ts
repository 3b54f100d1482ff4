/**
 * `npm run bench:peers [-- NAME …]`: comparisons with Python packages, in virtual environments of their own under .venv and
 * .venv-accuracy. Optional: nothing else needs Python. Without names everything runs but `accuracy`, which takes hours.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const root = resolve(here, '..', '..');
const shared = resolve(root, '..', 'shared', 'data');

function run(file: string, args: readonly string[]): void {
  const done = spawnSync(file, args, { stdio: 'inherit' });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

/** The Python of an environment that has what the requirements name. */
function python(environment: string, requirements: string): string {
  const folder = join(root, environment);
  const windows = process.platform === 'win32';
  const program = join(folder, windows ? 'Scripts/python.exe' : 'bin/python');
  if (!existsSync(program)) run(windows ? 'python' : 'python3', ['-m', 'venv', folder]);
  run(program, ['-m', 'pip', 'install', '-q', '-r', join(here, requirements)]);
  return program;
}

const script = (name: string, ...args: readonly string[]): void => run(process.execPath, [join(here, name), ...args]);
const peers = (): string => python('.venv', 'requirements.txt');

/** Runs with a folder that is gone afterwards. */
function inFolder(use: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'augury-peers-'));
  try {
    use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs where the data are, and says so where they are not. */
function withData(path: string, use: (file: string) => void): void {
  const file = join(shared, path);
  if (existsSync(file)) use(file);
  else process.stderr.write(`${path}: data not here, skipped\n`);
}

const benches: Readonly<Record<string, () => void>> = {
  onnx: () =>
    inFolder((folder) => {
      script('onnx-parity.ts', folder);
      run(peers(), [join(here, 'onnx_parity.py'), folder]);
    }),
  scoring: () => inFolder((folder) => script('scoring.ts', '--python', peers(), '--folder', folder)),
  shap: () => inFolder((folder) => script('shap.ts', '--python', peers(), '--folder', folder)),
  training: () => script('training.ts', peers()),
  pollock: () => script('pollock.ts', peers()),
  import: () => script('import-speed.ts', peers()),
  profile: () => script('profile.ts'),
  reading: () => withData('messy_csv', (folder) => script('reading.ts', folder)),
  coverage: () =>
    withData('california_housing/housing.csv', (file) => script('interval-coverage.ts', file, 'median_house_value')),
  accuracy: () => script('accuracy.ts', python('.venv-accuracy', 'requirements-accuracy.txt')),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => benches[name] === undefined);
if (unknown.length > 0) {
  process.stderr.write(`no such comparison: ${unknown.join(', ')}; there are ${Object.keys(benches).join(', ')}\n`);
  process.exit(2);
}
for (const name of named.length > 0 ? named : Object.keys(benches).filter((each) => each !== 'accuracy')) {
  process.stderr.write(`── ${name}\n`);
  benches[name]();
}
