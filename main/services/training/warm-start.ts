import { invalidInput } from '../../base/errors.ts';
import type { TrialSpec } from '../../compute/tasks/fit-split.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { Db } from '../../store/db.ts';
import { findDatasetVersion } from '../../store/repositories/datasets.ts';
import { getModel, getModelVersion } from '../../store/repositories/models.ts';
import { getRun, listRuns, listTrials, type RunRow } from '../../store/repositories/runs.ts';
import type { Proposal } from './learners/entry.ts';
import { learnerEntries } from './learners/index.ts';

const mostProposals = 4;
const runsLookedAt = 500;

/** The run whose parameters are tried first: of the model named, or the latest of the same data and target; null: none. */
export function findWarmRun(db: Db, options: TrainOptions): string | null {
  const { warmStart } = options;
  if (warmStart === undefined) return null;
  if (warmStart === 'auto') return latestRun(db, options)?.id ?? null;
  const model = getModel(db, warmStart);
  const runId = model.currentVersionId === null ? null : getModelVersion(db, model.currentVersionId).runId;
  const run = runId === null ? null : getRun(db, runId);
  if (run !== null && run.target === options.target && isOfDataset(db, run, options.datasetId)) return run.id;
  throw invalidInput('warm-start', `“${model.name}” was not trained here on the same data set and target.`, {
    hint: 'Name a model of this data set that predicts the same column, or leave it out.',
    details: { model: warmStart },
  });
}

/** The best finished trials of a run, best first; trials of learners that are not asked for are passed over. */
export function warmProposals(db: Db, runId: string, learners: readonly string[]): readonly Proposal[] {
  const names = new Set(learnerEntries.map((entry) => entry.name).filter((name) => learners.includes(name)));
  return listTrials(db, runId)
    .filter((trial) => trial.status === 'done' && trial.score !== null)
    .sort((a, b) => (a.score ?? 0) - (b.score ?? 0))
    .flatMap(({ params, detail }): Proposal[] => {
      const spec = params as TrialSpec;
      if (![...names].some((name) => name === spec.learner)) return [];
      const { label } = detail as { readonly label: string };
      return [{ spec, label: label.endsWith(warmMark) ? label : `${label}${warmMark}`, role: 'first' }];
    })
    .slice(0, mostProposals);
}

/** The proposal without the selection of columns: a model that is continued keeps its own. */
export function withAllColumns(proposal: Proposal): Proposal {
  const { spec } = proposal;
  if (spec.learner !== 'trees' || spec.selection === undefined) return proposal;
  const { selection: _selection, ...rest } = spec;
  return { ...proposal, spec: rest };
}

const warmMark = ', from an earlier run';

function latestRun(db: Db, options: TrainOptions): RunRow | null {
  const { rows } = listRuns(db, { limit: runsLookedAt });
  return (
    [...rows]
      .sort((a, b) => b.startedAt - a.startedAt)
      .find(
        (run) => run.status === 'succeeded' && run.target === options.target && isOfDataset(db, run, options.datasetId),
      ) ?? null
  );
}

const isOfDataset = (db: Db, run: RunRow, datasetId: string): boolean =>
  run.datasetVersionId !== null && findDatasetVersion(db, run.datasetVersionId)?.datasetId === datasetId;
