/** The command line as a real process, from the sources unless told otherwise. */
import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The program's source file. */
export const cliProgram = resolve(import.meta.dirname, '../../main/cli.ts');

export type CliResult = {
  /** Exit code; null when a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
};

export type CliOptions = {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Standard input: a file's bytes or text. */
  readonly stdin?: string | Uint8Array;
  /** The program to run; the one of the sources when absent. */
  readonly program?: string;
  readonly uid?: number;
  readonly gid?: number;
};

export type CliRun = { readonly child: ChildProcess; readonly ended: Promise<CliResult> };

/** Starts `augury …`; the caller may signal the child. */
export function startCli(args: readonly string[], options: CliOptions = {}): CliRun {
  const child = spawn(process.execPath, [options.program ?? cliProgram, ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    cwd: options.cwd,
    uid: options.uid,
    gid: options.gid,
    env: { ...process.env, ...options.env },
  });
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
  child.stdin.on('error', () => {}); // the command may end without reading
  child.stdin.end(options.stdin ?? '');
  const ended = new Promise<CliResult>((done, fail) => {
    child.once('error', fail);
    child.once('close', (code) =>
      done({ code, stdout: Buffer.concat(out).toString('utf8'), stderr: Buffer.concat(err).toString('utf8') }),
    );
  });
  return { child, ended };
}

/** Runs `augury …` to its end. */
export const runCli = (args: readonly string[], options: CliOptions = {}): Promise<CliResult> =>
  startCli(args, options).ended;

/** Runs `augury … --json` and gives the one document; throws with the words on stderr when the exit code is another one. */
export async function cliJson<T = Record<string, unknown>>(
  args: readonly string[],
  options: CliOptions & { readonly code?: number } = {},
): Promise<T> {
  const { code, stdout, stderr } = await runCli([...args, '--json', '--quiet'], options);
  if (code !== (options.code ?? 0)) throw new Error(`augury ${args.join(' ')} ended with ${code}: ${stderr}${stdout}`);
  return JSON.parse(stdout) as T;
}
