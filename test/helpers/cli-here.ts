/** The command line in this process, over a host that stays open: the same program as the real one, without its start. */

import { join } from 'node:path';
import { Readable } from 'node:stream';
import type { CliIo } from '../../main/surfaces/cli/io.ts';
import { runCli } from '../../main/surfaces/cli/program.ts';
import type { CliResult } from './cli-process.ts';
import { samplesFolder, type TestHost, testVersion } from './host.ts';

/** Runs `augury …` against the host's workspace. */
export async function cliHere(test: TestHost, args: readonly string[], stdin = ''): Promise<CliResult> {
  let stdout = '';
  let stderr = '';
  const io: CliIo = {
    stdout: { write: (chunk) => (stdout += Buffer.from(chunk).toString('utf8')) },
    stderr: { write: (chunk) => (stderr += chunk), isTTY: false },
    stdin: Readable.from([Buffer.from(stdin)]),
    cwd: test.folder,
    env: {},
    onInterrupt: () => () => {},
    connect: async () => ({ client: test.clientFor({ surface: 'cli' }), attached: true, close: async () => {} }),
    serve: () => Promise.reject(new Error('not here')),
    defaultWorkspace: test.workspace,
    version: testVersion,
    sampleFile: (name) => join(samplesFolder, `${name}.csv`),
  };
  const code = await runCli(args, io);
  return { code, stdout, stderr };
}
