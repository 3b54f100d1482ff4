/** `augury models import FILE`: the options of the command as the contract has them, and what is said afterwards. */
import { resolve } from 'node:path';
import type { ModelDetail } from '../../contract/models.ts';
import { followJob } from './follow-job.ts';
import type { AuguryClient, CliIo, GlobalOptions } from './io.ts';
import { table } from './output.ts';
import { inputPath, parseCount, splitList } from './resolve.ts';

export type ImportFlags = {
  readonly schema?: string;
  readonly parity?: string;
  readonly name?: string;
  readonly target?: string;
  readonly classes?: string;
  readonly output?: string;
};

/** Imports a model file and gives the model's page. */
export async function importForeignModel(
  client: AuguryClient,
  io: CliIo,
  file: string,
  flags: ImportFlags,
  options: GlobalOptions,
): Promise<ModelDetail> {
  const { jobId } = await client.models.import({
    source: { path: await inputPath(io, file) },
    options: {
      ...(flags.name === undefined ? {} : { name: flags.name }),
      ...(flags.target === undefined ? {} : { target: flags.target }),
      ...(flags.classes === undefined ? {} : { classes: splitList(flags.classes) }),
      ...(flags.output === undefined ? {} : { output: parseCount(flags.output) }),
      ...(flags.schema === undefined ? {} : { schemaSource: { path: resolve(io.cwd, flags.schema) } }),
      ...(flags.parity === undefined ? {} : { parity: { path: await inputPath(io, flags.parity) } }),
    },
  });
  const { result } = await followJob(client, jobId, io, options);
  return client.models.get({ id: (result as { modelId: string }).modelId });
}

export function importedLines(detail: ModelDetail): string[] {
  const { origin } = detail;
  const from = origin == null ? 'a package' : `${origin.library} ${origin.version}, ${origin.objective}`;
  const checked =
    origin?.verified == null
      ? 'not verified: give --parity FILE with the library’s own predictions'
      : `verified on ${origin.verified.rows} rows, largest difference ${origin.verified.maxError.toPrecision(2)}`;
  return [
    `${detail.name} (${detail.id}): ${detail.task} of ${detail.target}, from ${from}`,
    ...(origin == null ? [] : [checked, ...origin.notes]),
    ...table(
      detail.inputs.map((input) => [input.name, input.type]),
      ['input', 'type'],
    ),
  ];
}
