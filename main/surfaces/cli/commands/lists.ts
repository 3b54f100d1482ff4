import type { Command } from 'commander';
import { invalidInput, notFound } from '../../../base/errors.ts';
import type { JobSnapshot } from '../../../contract/jobs.ts';
import { type CurveFlags, curveInput, curveLines } from '../curve-lines.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { type ImportFlags, importedLines, importForeignModel } from '../import-model.ts';
import type { AuguryClient } from '../io.ts';
import { bytesText, figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { findDataset, splitList } from '../resolve.ts';
import { diffLines, lineageLines, versionsToCompare } from '../version-lines.ts';

const when = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

function needId(id: string | undefined, what: string): string {
  if (id === undefined) throw invalidInput('no-id', `Name the ${what}.`, { hint: `augury ${what}s list shows them.` });
  return id;
}

/** `augury models|datasets|jobs [list|show ID|delete ID|cancel ID|pause ID|resume ID]` */
export function registerLists(program: Command, context: CommandContext): void {
  program
    .command('datasets')
    .description('List, show or delete data sets; versions, steps, lineage and diff of their versions')
    .argument('[action]', 'list, show, versions, steps, lineage, diff or delete', 'list')
    .argument('[id]', 'id or name')
    .argument('[versions...]', 'diff: two version numbers; the last change when left out')
    .option('--key <columns>', 'diff: columns that name a row, separated by commas')
    .action((action: string, id: string | undefined, numbers: readonly string[], flags: { readonly key?: string }) =>
      context.run(async ({ client, output }) => {
        if (action === 'list') {
          const { items, total } = await client.datasets.list({ limit: 1000 });
          output.result({ datasets: items, total }, () =>
            table(
              items.map((d) => [d.id, d.name, d.version, d.rows, d.columns, bytesText(d.bytes)]),
              ['id', 'name', 'version', 'rows', 'columns', 'size'],
            ),
          );
          return exitCodes.done;
        }
        const found = await findDataset(client, needId(id, 'dataset'));
        if (found === null)
          throw notFound('no-such-dataset', `There is no data set "${id}".`, {
            hint: 'augury datasets list shows them.',
          });
        if (action === 'show') {
          const detail = await client.datasets.get({ id: found });
          output.result(detail, () => [
            `${detail.name} (${detail.id}), version ${detail.version}: ${detail.rows} rows`,
            ...table(
              detail.schema.map((c) => [c.name, c.type, c.missing]),
              ['column', 'type', 'missing'],
            ),
          ]);
        } else if (action === 'versions') {
          const { items } = await client.datasets.versions({ id: found });
          output.result({ dataset: found, versions: items }, () =>
            table(
              items.map((item) => [
                item.version,
                item.current === true ? 'current' : '',
                item.rows,
                item.columns,
                when(item.createdAt),
                (item.steps ?? []).map((step) => step.text).join(' ') || `Read from ${item.sourceName}`,
              ]),
              ['version', '', 'rows', 'columns', 'made', 'what was done'],
            ),
          );
        } else if (action === 'steps') {
          const recipe = await client.datasets.recipe({ id: found });
          output.result(recipe, () => recipe.text.split('\n'));
        } else if (action === 'lineage') {
          const graph = await client.datasets.lineage({ id: found });
          output.result(graph, () => lineageLines(graph));
        } else if (action === 'diff') {
          const pair = await versionsToCompare(client, found, numbers);
          const key = splitList(flags.key);
          const diff = await client.datasets.diff({ id: found, ...pair, ...(key.length === 0 ? {} : { key }) });
          output.result(diff, () => diffLines(diff));
        } else if (action === 'delete') {
          const { eventId } = await client.datasets.delete({ id: found });
          output.result({ deleted: found, eventId }, () => [`deleted ${found}`]);
        } else
          throw invalidInput('bad-action', `datasets ${action} is unknown.`, {
            hint: 'Use list, show, versions, steps, lineage, diff or delete.',
          });
        return exitCodes.done;
      }),
    );

  program
    .command('models')
    .description('List, show or delete models, or import one of another library')
    .argument('[action]', 'list, show, curves, delete or import', 'list')
    .argument('[id]', 'id or name; with import the file of the model')
    .option('--term <number>', 'curves: the term to write in full')
    .option('--schema <file>', 'import: JSON with columns, classes and, for ONNX, the meaning of the output')
    .option('--parity <file>', 'import: rows with the library’s own predictions, compared before the model is taken in')
    .option('--name <name>', 'import: name of the model')
    .option('--target <column>', 'import: what the model predicts')
    .option('--classes <a,b>', 'import: names of the classes in the order of the outputs')
    .option('--output <number>', 'import: which output, of a regression with several')
    .action((action: string, id: string | undefined, flags: ImportFlags & CurveFlags) =>
      context.run(async ({ client, io, options, output }) => {
        if (action === 'import') {
          const detail = await importForeignModel(client, io, needId(id, 'model'), flags, options);
          output.result(detail, () => importedLines(detail));
          return exitCodes.done;
        }
        if (action === 'list') {
          const { items, total } = await client.models.list({ limit: 1000 });
          output.result({ models: items, total }, () =>
            table(
              items.map((m) => [
                m.id,
                m.name,
                m.task,
                m.metric,
                m.unscored === true ? '' : figure(m.score.value),
                m.unscored === true ? '' : figure(m.baseline),
                when(m.createdAt),
              ]),
              ['id', 'name', 'task', 'metric', 'score', 'baseline', 'made'],
            ),
          );
          return exitCodes.done;
        }
        const found = await modelByName(client, needId(id, 'model'));
        if (action === 'show') {
          const detail = await client.models.get({ id: found });
          output.result(detail, () => [
            `${detail.name} (${detail.id}): ${detail.task} of ${detail.target}${detail.unscored === true ? '' : `, ${detail.metric} ${figure(detail.score.value)}`}`,
            ...table(
              detail.inputs.map((c) => [c.name, c.type, figure(c.importance)]),
              ['input', 'type', 'importance'],
            ),
          ]);
        } else if (action === 'curves') {
          const curves = await client.models.curves({ id: found, ...curveInput(flags) });
          output.result(curves, () => curveLines(curves));
        } else if (action === 'delete') {
          const { eventId } = await client.models.delete({ id: found });
          output.result({ deleted: found, eventId }, () => [`deleted ${found}`]);
        } else
          throw invalidInput('bad-action', `models ${action} is unknown.`, {
            hint: 'Use list, show, curves, delete or import.',
          });
        return exitCodes.done;
      }),
    );

  program
    .command('jobs')
    .description('List, show, pause, resume or cancel jobs')
    .argument('[action]', 'list, show, pause, resume or cancel', 'list')
    .argument('[id]', 'job id')
    .action((action: string, id: string | undefined) =>
      context.run(async ({ client, io, options, output }) => {
        if (action === 'list') {
          const { items, total } = await client.jobs.list({ limit: 200 });
          output.result({ jobs: items, total }, () =>
            table(
              items.map((j) => [
                j.id,
                j.kind,
                j.state,
                `${Math.round(j.fraction * 100)} %`,
                when(j.createdAt),
                j.title,
              ]),
              ['id', 'kind', 'state', 'done', 'made', 'what'],
            ),
          );
          return exitCodes.done;
        }
        const jobId = needId(id, 'job');
        if (action === 'show') {
          const job = await client.jobs.get({ id: jobId });
          output.result(job, () => [
            `${job.id} ${job.kind}: ${job.state}, ${Math.round(job.fraction * 100)} % ${job.stage}`,
            ...(job.error ? [job.error.message, job.error.hint] : []),
          ]);
        } else if (action === 'cancel') {
          const job = await client.jobs.cancel({ id: jobId });
          output.result(job, () => [`${job.id}: ${job.state}`]);
        } else if (action === 'pause') {
          await client.jobs.pause({ id: jobId });
          const job = await stopped(client, jobId);
          output.result(job, () => [pausedLine(job)]);
        } else if (action === 'resume') {
          const started = await client.jobs.retry({ id: jobId });
          const job = await followJob(client, started.jobId, io, options);
          output.result(job, () => [`${job.id}: ${job.state}`]);
        } else
          throw invalidInput('bad-action', `jobs ${action} is unknown.`, {
            hint: 'Use list, show, pause, resume or cancel.',
          });
        return exitCodes.done;
      }),
    );
}

/** The job once it runs no more. */
async function stopped(client: AuguryClient, id: string): Promise<JobSnapshot> {
  for (;;) {
    const job = await client.jobs.get({ id });
    if (job.state !== 'running') return job;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const pausedLine = (job: JobSnapshot): string =>
  job.paused === true
    ? `${job.id}: paused at ${Math.round(job.fraction * 100)} %; augury jobs resume ${job.id} goes on`
    : `${job.id}: ${job.state}, nothing to pause`;

async function modelByName(client: AuguryClient, text: string): Promise<string> {
  if (/^md_[0-9a-z]+$/.test(text)) return text;
  const { items } = await client.models.list({ search: text, limit: 1000 });
  const found = items.find((item) => item.name === text);
  if (found) return found.id;
  throw notFound('no-such-model', `There is no model "${text}".`, { hint: 'augury models list shows them.' });
}
