/**
 * Nested validation (Varma & Simon, BMC Bioinformatics 2006): inside every outer fold the whole choice is made again, on
 * inner folds of its training rows alone, and the winner is built as the model that ships is built and scored on the outer
 * rows. What comes out is the score of the procedure, not of one lucky configuration. The candidates must not depend on
 * outcomes; the run therefore tries the starts of the portfolio only.
 */

import { deriveSeed } from '../../base/rng.ts';
import { joinArrays } from '../../base/typed-arrays.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { FitSplitOutput, TrialSpec } from '../../compute/tasks/fit-split.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { InputSpec } from '../../ml/model-spec.ts';
import { responseOf } from '../../ml/objective-spec.ts';
import type { ValidationPlan } from '../../ml/validation/plan.ts';
import { type Fold, splitRows } from '../../ml/validation/split.ts';
import type { FoldStore } from './fold-store.ts';
import { takeFrame } from './sample.ts';

const innerFolds = 3;
/** Fold numbers of nested fits in the store, beyond those of the search and of refits. */
const nestedFrom = 10_000;

export type NestedInput = {
  readonly data: TrainingData;
  readonly inputs: readonly InputSpec[];
  readonly classes: readonly string[];
  readonly plan: ValidationPlan;
  readonly folds: readonly Fold[];
  /** Rows that must not part in inner folds either; null: none. */
  readonly groups: Int32Array | null;
  readonly candidates: readonly { readonly trial: number; readonly spec: TrialSpec }[];
  readonly metric: string;
  readonly pool: ComputePool;
  readonly store: FoldStore;
  readonly abort: AbortSignal;
  /** True once no further outer fold should be started. */
  readonly outOfTime: () => boolean;
  readonly onFold: (done: number, of: number) => void;
};

export type NestedScore = { readonly value: number; readonly low: number; readonly high: number };

/** Score over the rows of the outer folds that there was time for; null where there was none for any. */
export async function nestedScore(input: NestedInput): Promise<NestedScore | null> {
  const { data, pool, abort, folds } = input;
  const width = data.outputCount;
  const response = data.objective === undefined ? undefined : responseOf(data.objective);
  const outputs: Float64Array[] = [];
  const labels: Float64Array[] = [];
  for (const [outer, fold] of folds.entries()) {
    if (input.outOfTime()) break;
    const { parts } = await winnerOf(input, outer, fold);
    const model = await pool.run(
      'assemble',
      {
        task: data.task,
        outputCount: width,
        classes: input.classes,
        inputs: input.inputs,
        parts: parts.map(({ part }) => ({ weight: 1 / parts.length, part })),
        calibration: { kind: 'identity' },
        ...(response === undefined ? {} : { response }),
      },
      { abort },
    );
    const frame = takeFrame(data.frame, fold.valid);
    outputs.push((await pool.run('score-block', { model, frame, explain: false }, { abort })).outputs);
    labels.push(Float64Array.from(fold.valid, (row) => data.label[row]));
    input.onFold(outer + 1, folds.length);
  }
  if (labels.length === 0) return null;
  const { value, low, high } = await pool.run(
    'metric-interval',
    {
      metric: input.metric,
      predictions: joinArrays(Float64Array, outputs),
      labels: joinArrays(Float64Array, labels),
      classCount: data.task === 'regression' ? 0 : data.task === 'binary' ? 2 : width,
      seed: input.plan.seed,
    },
    { abort },
  );
  return Number.isFinite(value) ? { value, low, high } : null;
}

/** The candidate with the least inner loss, as the fits of its inner folds. */
async function winnerOf(
  input: NestedInput,
  outer: number,
  fold: Fold,
): Promise<{ readonly parts: readonly FitSplitOutput[]; readonly loss: number }> {
  const inner = innerOf(input, outer, fold);
  let best: { parts: FitSplitOutput[]; loss: number } | null = null;
  for (const candidate of input.candidates) {
    if (best !== null && input.outOfTime()) break;
    const parts = await Promise.all(inner.map((split, i) => fitInner(input, candidate, outer, split, i)));
    const loss = parts.reduce((sum, part) => sum + part.validLoss, 0) / parts.length;
    if (best === null || loss < best.loss) best = { parts, loss };
  }
  return best ?? { parts: [], loss: Number.NaN };
}

/** Inner folds over the outer training rows, in rows of the whole. */
function innerOf({ data, plan, groups }: NestedInput, outer: number, fold: Fold): Fold[] {
  const { train } = fold;
  const label = Float64Array.from(train, (row) => data.label[row]);
  const own = groups === null ? null : renumber(Int32Array.from(train, (row) => groups[row]));
  const inner: ValidationPlan = {
    ...plan,
    scheme: data.task === 'regression' ? 'kfold' : 'stratified',
    foldCount: innerFolds,
    repeats: 1,
    seed: deriveSeed(plan.seed, `nested-${outer}`),
  };
  return splitRows(inner, { task: data.task, label, groups: own })
    .folds.filter((each) => each.valid.length > 0 && each.train.length > 0)
    .map((each) => ({ train: each.train.map((i) => train[i]), valid: each.valid.map((i) => train[i]) }));
}

async function fitInner(
  { data, pool, store, abort }: NestedInput,
  candidate: NestedInput['candidates'][number],
  outer: number,
  split: Fold,
  index: number,
): Promise<FitSplitOutput> {
  const place = nestedFrom + outer * 100 + index;
  const kept = await store.read(candidate.trial, place);
  if (kept !== null) return kept;
  const fit = await pool.run(
    'fit-split',
    {
      data,
      split: { name: `nested-${outer}-${index}`, trainRows: split.train, validRows: split.valid },
      trial: candidate.spec,
      label: { trial: candidate.trial, fold: place },
    },
    { abort },
  );
  await store.write(candidate.trial, place, fit);
  return fit;
}

function renumber(groups: Int32Array): Int32Array {
  const names = new Map<number, number>();
  return groups.map((group) => {
    const known = names.get(group);
    if (known !== undefined) return known;
    names.set(group, names.size);
    return names.size - 1;
  });
}
