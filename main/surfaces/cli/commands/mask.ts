import type { Command } from 'commander';
import { invalidInput, notFound } from '../../../base/errors.ts';
import type { MaskResult } from '../../../contract/masking.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { bytesText } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { findDataset } from '../resolve.ts';
import { type PrivacyFlags, privacyOf } from './import.ts';

const actions = { keep: 'kept', mask: 'masked', hash: 'hashed', drop: 'left out' } as const;
const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

/** `augury mask DATASET` */
export function registerMask(program: Command, context: CommandContext): void {
  program
    .command('mask')
    .description(
      'Cover personal data of a data set that was imported in clear, and erase its earlier versions, kept files and rejected rows for good; cannot be undone',
    )
    .argument('<dataset>', 'data set, by id or name')
    .option('--mask <columns>', 'replace the values of these columns by a fixed word')
    .option('--hash <columns>', 'replace them by a keyed hash, so that joins still work')
    .option('--drop <columns>', 'leave these columns out')
    .option('--keep <columns>', 'keep these columns although personal data are found in them')
    .option('--pii <action>', 'for all other columns with personal data: keep-all, mask-all, hash-all or drop-all')
    .option('--yes', 'erase for good; without it nothing is done')
    .action((dataset: string, flags: PrivacyFlags & { yes?: boolean }) =>
      context.run(async ({ client, io, options, output }) => {
        const id = await findDataset(client, dataset);
        if (id === null) {
          throw notFound('dataset-not-found', `There is no data set called "${dataset}".`, {
            hint: 'augury datasets lists them.',
          });
        }
        const { privacy } = privacyOf(flags);
        if (privacy === undefined) {
          throw invalidInput('no-action', 'Say what to cover.', {
            hint: 'For example --pii mask-all, or --mask email --hash customer --drop ssn.',
          });
        }
        if (flags.yes !== true) {
          throw invalidInput(
            'not-confirmed',
            'This erases all earlier versions of the data set, the kept copies of its files and its rejected rows. It cannot be undone.',
            { hint: 'Give --yes to do it.' },
          );
        }
        const { jobId } = await client.datasets.mask({ id, privacy, confirm: true });
        const done = (await followJob(client, jobId, io, options)).result as MaskResult;
        output.result(done, () => [
          ...(done.columns.length === 0 ? ['No column had to be covered.'] : []),
          ...done.columns.map(({ column, action, cells }) => `${column}: ${actions[action]}, ${cells} cells`),
          `version ${done.version} is the current one; erased for good: ${plural(done.erased.versions.length, 'version', 'versions')}, ${plural(done.erased.files, 'file', 'files')} (${bytesText(done.erased.bytes)})`,
          ...(done.erased.backups > 0
            ? [`${plural(done.erased.backups, 'earlier copy', 'earlier copies')} of the store removed with them`]
            : []),
          ...done.elsewhere.map(({ kind, name, why }) => `STILL THERE: ${kind} "${name}". ${why}`),
        ]);
        return exitCodes.done;
      }),
    );
}
