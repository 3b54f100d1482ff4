/**
 * `npm run bench:peers`: comparisons with Python packages, in a virtual environment of their own under .venv. Optional: nothing
 * else needs Python. Today: the exported graph through Python's onnxruntime, 10 000 hard rows a model, against the application; and
 * training time, accuracy and memory against LightGBM and XGBoost (about eight minutes on an idle machine).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const here = import.meta.dirname;
const environment = resolve(here, '..', '..', '.venv');
const python = join(environment, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');

function run(file: string, args: readonly string[]): void {
  const done = spawnSync(file, args, { stdio: 'inherit' });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (!existsSync(python)) run(process.platform === 'win32' ? 'python' : 'python3', ['-m', 'venv', environment]);
run(python, ['-m', 'pip', 'install', '-q', '-r', join(here, 'requirements.txt')]);
const folder = mkdtempSync(join(tmpdir(), 'augury-peers-'));
try {
  run(process.execPath, [join(here, 'onnx-parity.ts'), folder, ...process.argv.slice(2)]);
  run(python, [join(here, 'onnx_parity.py'), folder]);
  for (const bench of ['scoring', 'shap']) {
    run(process.execPath, [join(here, `${bench}.ts`), '--python', python, '--folder', folder]);
  }
  run(process.execPath, [join(here, 'training.ts'), python]);
  run(process.execPath, [join(here, 'pollock.ts'), python]);
  run(process.execPath, [join(here, 'import-speed.ts'), python]);
  const corpus = resolve(here, '..', '..', '..', 'shared', 'data', 'messy_csv');
  if (existsSync(corpus)) run(process.execPath, [join(here, 'reading.ts'), corpus]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
