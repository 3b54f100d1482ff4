import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import type { CommandContext } from '../program.ts';

/** `augury doctor`: exit code 1 when a check fails. */
export function registerDoctor(program: Command, context: CommandContext): void {
  program
    .command('doctor')
    .description('Check the installation and the workspace, and say what to do')
    .action(() =>
      context.run(async ({ client, output }) => {
        const { checks } = await client.system.doctor({});
        output.result({ ok: checks.every((check) => check.ok), checks }, () =>
          checks.map(
            (check) =>
              `${check.ok ? 'ok  ' : 'FAIL'} ${check.name}: ${check.detail}${check.ok || check.hint === '' ? '' : ` → ${check.hint}`}`,
          ),
        );
        return checks.every((check) => check.ok) ? exitCodes.done : exitCodes.unexpected;
      }),
    );
}
