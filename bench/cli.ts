import { spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { samplePeak } from './process-memory.ts';

const root = resolve(import.meta.dirname, '..');

export type CliRun = {
  readonly document: Record<string, unknown>;
  readonly seconds: number;
  readonly peakBytes: number;
  readonly code: number;
};

/** Runs the built command line as a user would, timed and its memory sampled from outside. */
export function augury(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<CliRun> {
  return new Promise((done, fail) => {
    const started = performance.now();
    const child = spawn(process.execPath, [join(root, 'out', 'main', 'cli.js'), ...args, '--json', '--quiet'], {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const peak = samplePeak(child.pid ?? 0);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.on('error', fail);
    child.on('close', (code) => {
      const peakBytes = peak.stop();
      const seconds = (performance.now() - started) / 1000;
      try {
        done({ document: JSON.parse(stdout || '{}'), seconds, peakBytes, code: code ?? -1 });
      } catch {
        fail(new Error(`augury ${args[0]} ended with ${code}: ${stderr}`));
      }
    });
  });
}
