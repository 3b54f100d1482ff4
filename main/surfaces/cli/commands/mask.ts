import type { Command } from 'commander';
import { invalidInput, notFound } from '../../../base/errors.ts';
import type { Dependent, DependentAction, MaskResult } from '../../../contract/masking.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { bytesText } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { findDataset, splitList } from '../resolve.ts';
import { type PrivacyFlags, privacyOf } from './import.ts';

const actions = { keep: 'kept', mask: 'masked', hash: 'hashed', drop: 'left out' } as const;
const plural = (count: number, one: string, many: string): string => `${count} ${count === 1 ? one : many}`;

const fates: Record<DependentAction, string> = {
  again: 'made again from the masked data',
  mask: 'masked in the same way',
  delete: 'deleted for good',
  keep: 'kept as it is',
};

/** What is done with each dependent that the options name. Throws not-found and invalid-input naming it. */
function chosenDependents(
  found: readonly Dependent[],
  erase: readonly string[],
  remove: readonly string[],
): Record<string, DependentAction> {
  const named = (text: string): readonly Dependent[] => {
    const those = found.filter(({ id, name }) => id === text || name === text);
    if (those.length > 0) return those;
    throw notFound('dependent-not-found', `"${text}" holds nothing of this data set.`, {
      hint:
        found.length === 0 ? 'Nothing else does.' : `What does: ${found.map(({ name }) => `"${name}"`).join(', ')}.`,
      details: { name: text },
    });
  };
  const chosen: Record<string, DependentAction> = {};
  for (const { id } of remove.flatMap(named)) chosen[id] = 'delete';
  for (const text of erase) {
    const those = text === 'all' ? found.filter(({ id }) => chosen[id] === undefined) : named(text);
    for (const { id, name, offers } of those) {
      const [best = 'keep'] = offers;
      if (best !== 'again' && best !== 'mask') {
        throw invalidInput('only-deleted', `"${name}" can only be deleted or kept.`, {
          hint: `Add --delete ${JSON.stringify(name)}, or name what is to be erased instead of all.`,
          details: { name },
        });
      }
      chosen[id] = best;
    }
  }
  return chosen;
}

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
    .option(
      '--erase <names>',
      'follow the values: data sets made of this one are made again from the masked data or masked too; models, scorings and data sets that cannot be are named with --delete. Names or ids, or all',
    )
    .option('--delete <names>', 'delete these data sets, models or scorings for good with it; names or ids')
    .option('--yes', 'erase for good; without it nothing is done and all that would be is listed')
    .action((dataset: string, flags: PrivacyFlags & { yes?: boolean; erase?: string; delete?: string }) =>
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
        const plan = await client.datasets.erasure({ id });
        const dependents = chosenDependents(plan.dependents, splitList(flags.erase), splitList(flags.delete));
        if (flags.yes !== true) {
          const listed = plan.dependents.map(
            (each) =>
              `\n  ${each.kind} "${each.name}" (${each.id}): ${fates[dependents[each.id] ?? 'keep']}. ${each.why}${dependents[each.id] === undefined ? ` Possible: ${each.offers.join(', ')}.` : ''}`,
          );
          throw invalidInput(
            'not-confirmed',
            `This erases all earlier versions of the data set, the kept copies of its files and its rejected rows. It cannot be undone.${listed.length === 0 ? '' : ` What else holds the values:${listed.join('')}`}`,
            {
              hint: `Give --yes to do it${listed.length === 0 ? '' : '; --erase and --delete say what is to be done with what else holds the values'}.`,
            },
          );
        }
        const { jobId } = await client.datasets.mask({ id, privacy, dependents, confirm: true });
        const done = (await followJob(client, jobId, io, options)).result as MaskResult;
        output.result(done, () => [
          ...(done.columns.length === 0 ? ['No column had to be covered.'] : []),
          ...done.columns.map(({ column, action, cells }) => `${column}: ${actions[action]}, ${cells} cells`),
          `version ${done.version} is the current one; erased for good: ${plural(done.erased.versions.length, 'version', 'versions')}, ${plural(done.erased.files, 'file', 'files')} (${bytesText(done.erased.bytes)})`,
          ...(done.erased.backups > 0
            ? [`${plural(done.erased.backups, 'earlier copy', 'earlier copies')} of the store removed with them`]
            : []),
          ...done.dependents.map(
            ({ kind, name, action, version }) =>
              `${kind} "${name}": ${fates[action]}${version === null ? '' : `, now version ${version}`}`,
          ),
          ...done.elsewhere.map(({ kind, name, why }) => `STILL THERE: ${kind} "${name}". ${why}`),
        ]);
        return exitCodes.done;
      }),
    );
}
