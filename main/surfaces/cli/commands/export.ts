import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput, notFound } from '../../../base/errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { bytesText } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { exportFormatOf, findDataset, modelOf } from '../resolve.ts';
import { formulaLines, keepFormulasHelp } from './score.ts';

/** `augury export DATASET|MODEL -o FILE` */
export function registerExport(program: Command, context: CommandContext): void {
  program
    .command('export')
    .description('Write a data set (CSV, Excel .xlsx, JSONL, Parquet) or a model package to a file')
    .argument('<what>', 'data set or model, by id or name')
    .option('-o, --output <file>', 'file to write; a model as .augury-model, or .onnx for its graph alone')
    .option('--mlflow <dir>', 'a model with its run and trials into a folder in MLflow’s layout')
    .option('--experiment <name>', 'with --mlflow: name of the experiment')
    .option('--as-read', "every cell's text as it stood in the source, header included (data sets imported from text)")
    .option('--keep-formulas', keepFormulasHelp)
    .action(
      (
        what: string,
        flags: { output?: string; asRead?: boolean; keepFormulas?: boolean; mlflow?: string; experiment?: string },
      ) =>
        context.run(async ({ client, io, options, output }) => {
          if (flags.mlflow !== undefined) {
            const written = await client.models.exportMlflow({
              id: await modelOf(client, what, io),
              directory: resolve(io.cwd, flags.mlflow),
              ...(flags.experiment === undefined ? {} : { experiment: flags.experiment }),
            });
            output.result(written, () => [
              `run ${written.runId} and ${written.runs - 1} trials written to ${written.directory}`,
              `MLflow shows them with: MLFLOW_ALLOW_FILE_STORE=true mlflow ui --backend-store-uri ${written.directory}`,
            ]);
            return exitCodes.done;
          }
          if (flags.output === undefined) {
            throw invalidInput('no-output', 'Say where to: -o FILE, or --mlflow DIR for a model.', {
              hint: 'augury export --help shows both.',
            });
          }
          const path = resolve(io.cwd, flags.output);
          const datasetId = await findDataset(client, what);
          if (datasetId !== null) {
            const { jobId } = await client.datasets.export({
              id: datasetId,
              destination: { path },
              format: exportFormatOf(flags.output),
              ...(flags.asRead === true ? { asRead: true } : {}),
              ...(flags.keepFormulas === true ? { keepFormulas: true } : {}),
            });
            const job = await followJob(client, jobId, io, options);
            const result = job.result as {
              rows: number;
              file: string;
              sha256: string;
              bytes: number;
              formulas: number;
            };
            output.result(result, () => [
              `${result.rows} rows written to ${result.file} (${bytesText(result.bytes)})`,
              ...formulaLines(result.formulas),
            ]);
            return exitCodes.done;
          }
          const models = await client.models.list({ search: what.startsWith('md_') ? '' : what, limit: 1000 });
          const model = models.items.find((item) => item.id === what || item.name === what);
          if (!model) {
            throw notFound('nothing-to-export', `There is no data set and no model called "${what}".`, {
              hint: 'augury datasets and augury models list them.',
            });
          }
          const written = await client.models.export({ id: model.id, path });
          const document = { rows: model.rows, file: written.file, sha256: written.sha256, bytes: written.bytes };
          output.result(document, () => [`${model.name} written to ${written.file} (${bytesText(written.bytes)})`]);
          return exitCodes.done;
        }),
    );
}
