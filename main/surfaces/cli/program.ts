/**
 * The command line: one command a file, all of them clients of the contract. `runCli` never exits the process; it
 * returns the exit code, so that tests call it like a function.
 */
import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { conflict } from '../../base/errors.ts';
import { registerClean } from './commands/clean.ts';
import { registerDemo } from './commands/demo.ts';
import { registerDoctor } from './commands/doctor.ts';
import { registerEvaluate } from './commands/evaluate.ts';
import { registerExplain } from './commands/explain.ts';
import { registerExport } from './commands/export.ts';
import { registerFeatures } from './commands/features.ts';
import { registerImport } from './commands/import.ts';
import { registerLists } from './commands/lists.ts';
import { registerMask } from './commands/mask.ts';
import { registerProfile } from './commands/profile.ts';
import { registerScore } from './commands/score.ts';
import { registerServe } from './commands/serve.ts';
import { registerSql } from './commands/sql.ts';
import { registerTrain } from './commands/train.ts';
import { describeFailure, exitCodes } from './exit-codes.ts';
import type { AuguryClient, CliIo, GlobalOptions } from './io.ts';
import { createOutput, type Output } from './output.ts';
import { removeSpooled } from './resolve.ts';

export type CommandRun = {
  readonly client: AuguryClient;
  readonly io: CliIo;
  readonly options: GlobalOptions;
  readonly output: Output;
};

export type RunSettings = { readonly threads?: number; readonly workspace?: string; readonly cleanup?: () => void };

/** What a command's registration is given. */
export type CommandContext = {
  /** Connects, runs, closes; failures become exit codes and words on stderr (or the JSON document). */
  readonly run: (action: (run: CommandRun) => Promise<number>, settings?: RunSettings) => Promise<void>;
  /** The same for commands that bring their own host. */
  readonly runPlain: (
    action: (run: Omit<CommandRun, 'client'> & { readonly workspace: string }) => Promise<number>,
  ) => Promise<void>;
};

/** Parses and runs one command line; `argv` is without node and script. */
export async function runCli(argv: readonly string[], io: CliIo): Promise<number> {
  let exitCode: number = exitCodes.done;
  const program = new Command('augury')
    .description('Predictive analytics on this machine: import, train, explain, decide.')
    .version(io.version)
    .option('--workspace <dir>', 'folder of the workspace (default: the user’s data folder; AUGURY_HOME overrides)')
    .option('--json', 'one JSON document on standard output')
    .option('--quiet', 'no progress on standard error')
    .exitOverride()
    .configureOutput({ writeOut: (text) => void io.stdout.write(text), writeErr: (text) => void io.stderr.write(text) })
    .showHelpAfterError('augury --help lists the commands.')
    .enablePositionalOptions(false);

  const optionsOf = (): GlobalOptions => program.opts<GlobalOptions>();
  const workspaceOf = (): string => resolve(io.cwd, optionsOf().workspace ?? io.defaultWorkspace);
  const guarded = async (action: () => Promise<number>): Promise<void> => {
    try {
      exitCode = await action();
    } catch (error) {
      const failure = describeFailure(error);
      exitCode = failure.exitCode;
      if (optionsOf().json) io.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
      io.stderr.write(`augury: ${failure.message}\n${failure.hint === '' ? '' : `        ${failure.hint}\n`}`);
    }
  };
  const context: CommandContext = {
    run: (action, settings = {}) =>
      guarded(async () => {
        const connection = await io.connect(
          settings.workspace ?? workspaceOf(),
          settings.threads === undefined ? {} : { threads: settings.threads },
        );
        try {
          const options = optionsOf();
          return await action({ client: connection.client, io, options, output: createOutput(io, options) });
        } catch (error) {
          if (connection.isLost?.() !== true) throw error;
          throw conflict('host-gone', 'The running Augury ended before this command was done.', {
            hint: 'Start it again: a job that was running goes on then. augury jobs lists them.',
            cause: error,
          });
        } finally {
          await connection.close();
          removeSpooled(io);
          settings.cleanup?.();
        }
      }),
    runPlain: (action) =>
      guarded(() => {
        const options = optionsOf();
        return action({ io, options, output: createOutput(io, options), workspace: workspaceOf() });
      }),
  };

  registerDemo(program, context);
  registerImport(program, context);
  registerProfile(program, context);
  registerClean(program, context);
  registerMask(program, context);
  registerTrain(program, context);
  registerScore(program, context);
  registerEvaluate(program, context);
  registerExplain(program, context);
  registerExport(program, context);
  registerSql(program, context);
  registerFeatures(program, context);
  registerLists(program, context);
  registerServe(program, context);
  registerDoctor(program, context);
  for (const command of program.commands) {
    command
      .option('--workspace <dir>', 'folder of the workspace')
      .option('--json', 'one JSON document on standard output')
      .option('--quiet', 'no progress on standard error')
      .hook('preAction', (_, acting) => {
        for (const name of ['workspace', 'json', 'quiet'] as const) {
          const value = acting.opts<GlobalOptions>()[name];
          if (value !== undefined) program.setOptionValue(name, value);
        }
      });
  }
  try {
    await program.parseAsync([...argv], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    if (argv.includes('--json')) {
      const message = error.message.replace(/^error: /, '');
      const failure = {
        exitCode: exitCodes.usage,
        code: 'usage',
        message,
        hint: 'augury --help lists the commands.',
        details: {},
      };
      io.stdout.write(`${JSON.stringify({ error: failure }, null, 2)}\n`);
    }
    return exitCodes.usage;
  }
  return exitCode;
}
