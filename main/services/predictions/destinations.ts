import { statSync } from 'node:fs';
import { basename, dirname, extname, join, resolve } from 'node:path';
import { invalidInput, notFound } from '../../base/errors.ts';
import type { Destination } from '../../contract/common.ts';
import type { ExportFormat } from '../../warehouse/writer.ts';
import type { Downloads } from '../system/transfers.ts';

/** The format of an output: as said, else by the name's ending, else CSV. */
export function outputFormat(said: ExportFormat | undefined, destination: Destination): ExportFormat {
  if (said !== undefined) return said;
  const ending = extname('path' in destination ? destination.path : destination.download).toLowerCase();
  if (ending === '.jsonl' || ending === '.ndjson') return 'jsonl';
  if (ending === '.xlsx') return 'xlsx';
  return ending === '.parquet' ? 'parquet' : 'csv';
}

/** Where a job writes its output: the path given, or the job's own download. */
export const outputPath = (downloads: Downloads, jobId: string, destination: Destination): string =>
  'path' in destination ? resolve(destination.path) : downloads.pathFor(jobId, destination.download);

/** The output as results name it: the path, or the name of the download. */
export const outputName = (destination: Destination): string =>
  'path' in destination ? resolve(destination.path) : destination.download;

/** `out.csv` → `out.rejects.csv`, in the same folder. */
export function rejectsBeside(output: string): string {
  const name = basename(output);
  return join(dirname(output), `${name.slice(0, name.length - extname(name).length) || name}.rejects.csv`);
}

/** Refuses what could only fail at the end: the input itself as output, a folder, a folder that does not exist. */
export function checkOutput(path: string, sourcePath: string | null): void {
  const output = resolve(path);
  if (sourcePath !== null && resolve(sourcePath) === output) {
    throw invalidInput('output-is-input', 'The output would overwrite the input.', {
      hint: 'Name another output file.',
    });
  }
  if (statSync(output, { throwIfNoEntry: false })?.isDirectory() === true) {
    throw invalidInput('output-is-folder', `${basename(output)} is a folder.`, { hint: 'Name a file in it.' });
  }
  if (statSync(dirname(output), { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw notFound('no-such-folder', `There is no folder ${dirname(output)} to write ${basename(output)} to.`, {
      hint: 'Make the folder first, or check the path.',
    });
  }
}
