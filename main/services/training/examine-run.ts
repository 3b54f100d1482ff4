/** Examines what a run trains on: all of the data set, or what is new to the model that is continued. */
import { AuguryError } from '../../base/errors.ts';
import type { RunOptions } from '../../compute/pool.ts';
import type { Examination } from '../../compute/tasks/examine.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ContinuedModel } from './continue-model.ts';
import { examineOptions } from './options.ts';
import type { DatasetFrame, TrainingDeps } from './types.ts';

export type ExaminedRun = {
  readonly examination: Examination;
  /** Rows that only train because the model that is continued knows them; null where there is none, or what it knows is not known. */
  readonly knownRows: number | null;
};

/** Resolves with the examination of the columns read; a continued model's is prepared always. Rejects as the examinations do. */
export async function examineRun(
  deps: Pick<TrainingDeps, 'pool' | 'readDataset' | 'describeDataset'>,
  { frame, specs }: DatasetFrame,
  options: TrainOptions,
  base: ContinuedModel | null,
  how: { readonly prepare: boolean; readonly run: RunOptions },
): Promise<ExaminedRun> {
  if (base === null) {
    const input = { frame, specs, options: examineOptions(options), prepare: how.prepare };
    return { examination: await deps.pool.run('examine', input, how.run), knownRows: null };
  }
  const inputs = base.spec.recipe.inputs.map(({ name }) => name);
  const beside = [options.time, options.group, options.weight, options.splitColumn].filter(
    (name) => name !== undefined,
  );
  const used = new Set([...inputs, options.target]);
  const wanted = new Set([...used, ...beside]);
  const learnedFrom = await learnedFrames(deps, base, [...inputs, ...beside]);
  const { examination, knownRows } = await deps.pool.run(
    'examine-new-rows',
    {
      frame: { rowCount: frame.rowCount, columns: frame.columns.filter(({ name }) => wanted.has(name)) },
      specs: specs.filter(({ name }) => used.has(name)),
      options: { ...examineOptions(options), keep: inputs },
      model: {
        name: base.name,
        task: base.spec.task,
        classes: base.spec.classes,
        learnedFrom,
      },
    },
    how.run,
  );
  return { examination, knownRows: learnedFrom === null ? null : knownRows };
}

/** The rows the model learned from; null where that is not known, or some of them are gone. */
async function learnedFrames(
  { describeDataset, readDataset }: Pick<TrainingDeps, 'readDataset' | 'describeDataset'>,
  { learnedFrom }: ContinuedModel,
  names: readonly string[],
): Promise<readonly Frame[] | null> {
  if (learnedFrom === null) return null;
  const frames: Frame[] = [];
  for (const { datasetId, number } of learnedFrom) {
    try {
      const there = new Set(describeDataset(datasetId, number).columns.map(({ name }) => name));
      const columns = names.filter((name) => there.has(name));
      frames.push((await readDataset(datasetId, number, columns)).frame);
    } catch (error) {
      if (error instanceof AuguryError && goneFamilies.has(error.family)) return null;
      throw error;
    }
  }
  return frames;
}

/** A data set that was deleted, and a version that was erased. */
const goneFamilies: ReadonlySet<AuguryError['family']> = new Set(['not-found', 'data-problem']);
