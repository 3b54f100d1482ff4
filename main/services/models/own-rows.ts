import { invalidInput } from '../../base/errors.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { FairnessReport, ModelDetail, SliceReport } from '../../contract/models.ts';
import { takeCells } from '../../ml/frame.ts';
import type { OutOfFold } from '../training/oof-file.ts';
import type { ReadDataset } from '../training/types.ts';
import { fairnessReport, type JudgedRows, sliceReport } from './group-reports.ts';

type Deps = { readonly pool: ComputePool; readonly readDataset: ReadDataset };

const judgedOf = (detail: ModelDetail, oof: OutOfFold): JudgedRows => ({
  task: detail.task,
  classCount: detail.task === 'regression' ? 0 : Math.max(2, detail.classes.length),
  outputs: oof.outputs,
  labels: oof.labels,
});

async function columnsOf(deps: Deps, detail: ModelDetail, names: readonly string[]) {
  if (detail.datasetId === null) {
    throw invalidInput('no-dataset', 'This model has no data set to take groups from.', {
      hint: 'Evaluate it on a labelled file instead.',
    });
  }
  const { frame } = await deps.readDataset(detail.datasetId, detail.datasetVersion ?? undefined, names);
  return frame.columns;
}

/** Fairness by a column of the training data, from out-of-fold predictions. */
export async function ownFairness(
  deps: Deps,
  detail: ModelDetail,
  oof: OutOfFold,
  column: string,
  threshold: number,
): Promise<FairnessReport> {
  const [values] = await columnsOf(deps, detail, [column]);
  return fairnessReport(deps.pool, judgedOf(detail, oof), takeCells(values, oof.rows), threshold, {
    lane: 'interactive',
  });
}

/** The weakest slices over the model's own columns, from out-of-fold predictions. */
export async function ownSlices(deps: Deps, detail: ModelDetail, oof: OutOfFold): Promise<SliceReport> {
  const names = detail.inputs.map(({ name }) => name);
  const columns = await columnsOf(deps, detail, names);
  return sliceReport(deps.pool, judgedOf(detail, oof), columns, oof.rows, detail.metric, { lane: 'interactive' });
}
