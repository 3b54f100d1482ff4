/** The end of a training run: the trials are judged, what ships is built, gets its intervals and its look at the sealed rows. */
import type { ComputePool } from '../../compute/pool.ts';
import { type PortableModel, unpackModel } from '../../compute/tasks/model-cache.ts';
import type { TrainOptions } from '../../contract/models.ts';
import type { JobContext } from '../../jobs/types.ts';
import type { Frame } from '../../ml/frame.ts';
import { squaredError } from '../../ml/objective-spec.ts';
import { membersFor } from '../../ml/search/many-classes.ts';
import { assembleModel } from './assemble.ts';
import type { Budget, FinishSize } from './budget.ts';
import { continuedResult } from './continued-result.ts';
import type { FinishedRun } from './finished-run.ts';
import type { FoldStore } from './fold-store.ts';
import type { OpenedRun } from './open-run.ts';
import { sampleFrame } from './sample.ts';
import { scoreSealed } from './sealed-score.ts';
import type { TrialOutcome } from './search.ts';

/** Rows of the background sample kept with the model. */
const backgroundRows = 500;

export type FinishInput = {
  readonly options: TrainOptions;
  readonly context: JobContext;
  readonly opened: OpenedRun;
  /** Trials that gave a model of every fold. */
  readonly finished: readonly TrialOutcome[];
  readonly foldCount: number;
  /** True: fit once more on all rows instead of averaging the folds. */
  readonly refit: boolean;
  readonly budget: Budget;
  readonly finish: () => FinishSize;
  readonly store: FoldStore;
};

/** Judges and builds. Rejects with `cancelled` on abort. */
export async function judgeAndBuild(
  pool: ComputePool,
  input: FinishInput,
): Promise<
  Pick<
    FinishedRun,
    'judged' | 'spec' | 'portable' | 'background' | 'sealed' | 'trainingFrame' | 'rows' | 'label' | 'continued'
  >
> {
  const { options, context, opened, finished, foldCount, refit, budget, finish, store } = input;
  const { data, prepared, classes, metric, baseline } = opened;
  context.report({ stage: 'judge', fraction: 0.9, message: 'Calibrating and measuring' });
  const judged = await pool.run(
    'judge',
    {
      task: data.task,
      outputCount: data.outputCount,
      label: data.label,
      candidates: finished.map((outcome) => outcome.margins ?? new Float64Array(0)),
      baseline,
      seed: options.seed,
      maxMembers: membersFor(classes.length),
      metric,
      objective: data.objective ?? squaredError,
      single: opened.continued !== null,
      later: opened.examination.validation.scheme === 'forward',
    },
    { abort: context.abort, deadlineMs: budget.judgeMs(finish()) },
  );
  context.report({ stage: 'assemble', fraction: 0.94, message: 'Building the model' });
  const { model: assembled, parts } = await assembleModel({
    data,
    inputs: data.inputs,
    classes,
    finished,
    judged,
    foldCount,
    refit,
    inTime: prepared.inTime ?? null,
    store,
    pool,
    abort: context.abort,
    // The last fits leave the intervals their time
    refitMs: () => budget.judgeMs({ ...finish(), refitMs: 0 }),
    onRefit: () => context.countWork(1),
  });
  const intervals = await pool.run(
    'fit-intervals',
    {
      model: assembled,
      frame: data.frame,
      rows: judged.rows,
      margins: judged.margins,
      outputs: judged.outputs,
      labels: Float64Array.from(judged.rows, (row) => data.label[row]),
      source: refit ? 'split' : 'cross',
      by: options.intervalBy ?? null,
      ...(options.intervalMethod === 'cv+'
        ? { plus: { parts, foldCount, foldOfRow: foldOfRows(judged.rows, prepared.folds.slice(0, foldCount)) } }
        : {}),
      seed: options.seed,
    },
    { abort: context.abort, deadlineMs: budget.refitMs(finish()) },
  );
  // Another run may give the same members other intervals: decoded models are kept by key
  const portable: PortableModel = { ...assembled, key: `${assembled.key}-${context.jobId}`, intervals };
  const score =
    prepared.sealed === null
      ? null
      : await scoreSealed(pool, portable, data, prepared.sealed, {
          metric,
          seed: options.seed,
          abort: context.abort,
        });
  const spec = unpackModel(portable);
  const continued =
    opened.continued === null
      ? null
      : await continuedResult(pool, { ...opened.continued, spec, opened, judged, options, abort: context.abort });
  const used = { rowCount: data.frame.rowCount, columns: usedColumns(data.frame, spec.recipe.inputs) };
  return {
    judged,
    spec,
    portable,
    background: sampleFrame(used, backgroundRows, options.seed).frame,
    trainingFrame: data.frame,
    rows: prepared.rows,
    label: data.label,
    continued,
    sealed: prepared.sealed === null || score === null ? null : { rows: prepared.sealed.rows.length, score },
  };
}

/** The fold that held each row out; null where a row was held out more than once, or never. */
function foldOfRows(rows: Int32Array, folds: readonly { readonly valid: Int32Array }[]): Int32Array | null {
  const found = new Map<number, number>();
  let held = 0;
  folds.forEach(({ valid }, fold) => {
    held += valid.length;
    for (const row of valid) found.set(row, fold);
  });
  const of = rows.map((row) => found.get(row) ?? -1);
  return held === found.size && of.every((fold) => fold >= 0) ? of : null;
}

const usedColumns = (frame: Frame, inputs: readonly { readonly name: string }[]): Frame['columns'] => {
  const names = new Set(inputs.map((input) => input.name));
  return frame.columns.filter((column) => names.has(column.name));
};
