import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import type { CommandContext } from '../program.ts';
import { parseCount } from '../resolve.ts';

/** `augury serve`: runs until interrupted. */
export function registerServe(program: Command, context: CommandContext): void {
  program
    .command('serve')
    .description('The application in a browser and the HTTP API, on this machine only')
    .option('--port <port>', 'port; 0 picks a free one', '8787')
    .option('--host <host>', 'loopback address to listen on', '127.0.0.1')
    .option('--open', 'open the browser')
    .option('--sample', 'load the sample project into an empty workspace')
    .action((flags: { port: string; host: string; open?: boolean; sample?: boolean }) =>
      context.runPlain(async ({ io, workspace }) => {
        await io.serve(workspace, {
          port: parseCount(flags.port),
          host: flags.host,
          open: flags.open === true,
          sample: flags.sample === true,
        });
        return exitCodes.done;
      }),
    );
}
