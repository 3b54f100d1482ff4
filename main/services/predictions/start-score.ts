/** Starting a scoring: what can be refused is refused before there is a job; an interrupted one is found again. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { conflict, invalidInput } from '../../base/errors.ts';
import { asJson, canonicalJson, type JsonValue } from '../../base/json.ts';
import { neverStop } from '../../base/stop.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import { checkIntervals } from '../../ml/conformal/apply.ts';
import { type JobRow, listJobs } from '../../store/repositories/jobs.ts';
import { checkSheetLimits } from '../../warehouse/formats/xlsx-write.ts';
import { locateKept } from '../../warehouse/stream/wanted.ts';
import type { LoadedModel } from '../models/loader.ts';
import type { Inputs } from '../service-types.ts';
import { checkSchema, requireColumns, tempFolder } from './check-schema.ts';
import { checkOutput, outputFormat } from './destinations.ts';
import { type OpenedSource, openRowSource, pinVersion } from './open-source.ts';
import type { ScoreDeps } from './score-job.ts';
import { scoreColumns } from './score-rows.ts';

export type StartScoreDeps = ScoreDeps & { readonly queue: JobQueue };

/** From so many rows on the workers are started before they are needed. */
const manyRows = 50_000;

type Unended = 'queued' | 'running' | 'interrupted';

/**
 * Checks columns, names and output, then starts the job. With `resume` a job of the same model, source, output and options
 * that has not ended goes on instead. Without, an interrupted job on the same output is cancelled, because the new one
 * writes over what it left. Throws data-problem, invalid-input, not-found, or conflict `output-busy`.
 */
export async function startScore(
  deps: StartScoreDeps,
  asked: Inputs['predictions']['scoreFile'],
): Promise<{ readonly jobId: string }> {
  const { resume, ...options } = asked;
  const source = pinVersion(deps, asked.source);
  const loading = deps.loader.load(asked.modelId);
  // Awaited in its turn; the source is looked at while the model is checked
  loading.catch(() => {});
  const opened = await openRowSource(deps, source, asked.sourceFormat);
  let loaded: LoadedModel;
  try {
    if (opened.expectedRows > manyRows) deps.pool.warm();
    loaded = await loading;
    if ('path' in asked.destination) checkOutput(asked.destination.path, opened.path);
    if (asked.rejects !== undefined) {
      checkOutput(asked.rejects, opened.path);
      if ('path' in asked.destination && resolve(asked.rejects) === resolve(asked.destination.path)) {
        throw invalidInput('rejects-is-output', 'The rejected rows would overwrite the output.', {
          hint: 'Name another file for the rejects.',
        });
      }
    }
    if (asked.interval !== undefined) checkIntervals(loaded.content.spec.intervals, asked.interval);
    scoreColumns(loaded.content.spec, asked.id ?? null, asked.explain, asked.interval ?? null);
    if (asked.id !== undefined) locateKept([asked.id], opened.rows.columns);
    if (outputFormat(asked.format, asked.destination) === 'xlsx') await checkFitsSheet(deps, opened);
    requireColumns(await checkSchema(loaded, opened, asked.map, tempFolder(deps.workspaceDir)), opened, asked.map);
  } finally {
    await opened.rows.close();
  }
  const input = asJson({
    ...options,
    source,
    destination: 'path' in asked.destination ? { path: resolve(asked.destination.path) } : asked.destination,
    format: outputFormat(asked.format, asked.destination),
  });
  for (const job of unendedScores(deps)) {
    const same = canonicalJson(job.input) === canonicalJson(input);
    if (resume && same) return { jobId: job.state === 'interrupted' ? (await deps.queue.retry(job.id)).id : job.id };
    if (outputOf(job.input) === null || outputOf(job.input) !== outputOf(input)) continue;
    if (job.state === 'interrupted') deps.queue.cancel(job.id);
    else {
      throw conflict('output-busy', `Another job ("${job.title}") is writing to this output.`, {
        hint: 'Wait for it, cancel it, or name another output file.',
      });
    }
  }
  const job = await deps.queue.start({
    kind: 'score',
    title: `Score ${opened.name} with ${loaded.model.name}`,
    input,
    modelId: asked.modelId,
    datasetId: 'datasetId' in source ? source.datasetId : null,
  });
  return { jobId: job.id };
}

/** From so many expected rows on the rows are counted: a guess may be wrong by this much. */
const countedFrom = 400_000;

/** Refuses rows that no sheet holds. Errors: unsupported `xlsx-too-many-rows`. */
async function checkFitsSheet(deps: StartScoreDeps, { rows, name, expectedRows }: OpenedSource): Promise<void> {
  const check = (count: number): void => checkSheetLimits({ rows: count, columns: [] }, name);
  if (rows.rowCount !== null) return check(rows.rowCount);
  if (expectedRows < countedFrom) return;
  const folder = tempFolder(deps.workspaceDir);
  await mkdir(folder, { recursive: true });
  const scratchDir = await mkdtemp(join(folder, 'count-'));
  try {
    let count = 0;
    for await (const { frame } of rows.blocks({ wanted: [], chunkRows: 65_536, scratchDir, stop: neverStop })) {
      count += frame.rowCount;
      check(count);
    }
  } finally {
    await rm(scratchDir, { recursive: true, force: true });
  }
}

function unendedScores(deps: StartScoreDeps): readonly JobRow[] {
  const states: readonly Unended[] = ['interrupted', 'queued', 'running'];
  return listJobs(deps.db, { kinds: ['score'], states, limit: 1000 }).rows;
}

/** The path a stored scoring writes to; null for downloads, which are the job's own. */
function outputOf(input: JsonValue): string | null {
  if (input === null || typeof input !== 'object' || !('destination' in input)) return null;
  const { destination } = input;
  if (destination === null || typeof destination !== 'object' || !('path' in destination)) return null;
  return typeof destination.path === 'string' ? destination.path : null;
}
