import { spawn } from 'node:child_process';
import { dirname, join, resolve } from 'node:path';

/** The repository's root. */
export const root = resolve(import.meta.dirname, '../..');

/** PATH with the pinned Node and the project's tools first, whatever Node started us. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const bin = join(root, 'node_modules', '.bin');
  const separator = process.platform === 'win32' ? ';' : ':';
  return { ...process.env, PATH: [dirname(process.execPath), bin, process.env.PATH ?? ''].join(separator) };
}

/** Runs a program of node_modules/.bin or a script with our output; resolves to its exit code. */
export function runStep(file: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(file, args, { cwd: root, stdio: 'inherit', env: { ...toolEnvironment(), ...env } });
    child.on('error', fail);
    child.on('exit', (code) => done(code ?? 1));
  });
}

export const node = process.execPath;

/** Path of a package's command, run through `node` so that it works on every system. */
export const tool = (path: string): string => join(root, 'node_modules', path);
