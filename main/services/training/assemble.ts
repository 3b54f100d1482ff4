/**
 * Builds the model that ships from the trials the judge chose. Fold validation ships the folds' own models, averaged:
 * what was measured is what is used. A holdout or a forward scheme ships one fit on all rows with the number of rounds
 * the validation found, where the time left allows it, the heaviest members first; else the model of the last step, which
 * saw the most rows.
 */
import { bug } from '../../base/errors.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { FitSplitOutput, FittedPart, TrialSpec } from '../../compute/tasks/fit-split.ts';
import type { JudgeOutput } from '../../compute/tasks/judge.ts';
import type { PortableModel } from '../../compute/tasks/model-cache.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import { additiveBytes } from '../../ml/additive/tables.ts';
import type { InputSpec } from '../../ml/model-spec.ts';
import { responseOf } from '../../ml/objective-spec.ts';
import type { FoldStore } from './fold-store.ts';
import type { TrialOutcome } from './search.ts';

export type AssembleInput = {
  readonly data: TrainingData;
  readonly inputs: readonly InputSpec[];
  readonly classes: readonly string[];
  /** Candidates in the order of the judge's weights. */
  readonly finished: readonly TrialOutcome[];
  readonly judged: JudgeOutput;
  readonly foldCount: number;
  /** True: fit once more on all rows instead of averaging the folds. */
  readonly refit: boolean;
  readonly store: FoldStore;
  readonly pool: ComputePool;
  readonly abort: AbortSignal;
  /** Milliseconds left for it; null = no limit. */
  readonly refitMs: number | null;
  readonly onRefit: () => void;
};

/** Encoded trees a model may hold (about 200 000 leaves); one fold of every chosen trial ships in any case. */
export const largestModelBytes = 16 * 1024 * 1024;

/** So much longer a fit on all rows takes than the slowest on a fold's. */
export const refitFactor = 1.6;

/** Fold number under which refits are stored. */
const refitFold = 1000;

/** A fit in the model with its weight, and the fold it was held out from. */
export type AssembledPart = { readonly fold: number; readonly weight: number; readonly part: FittedPart };

/** Collects the chosen fits and joins them in a worker. The parts come back in their order in the model. */
export async function assembleModel(
  input: AssembleInput,
): Promise<{ readonly model: PortableModel; readonly parts: readonly AssembledPart[] }> {
  const chosen = input.finished
    .map((outcome, i) => ({ outcome, weight: input.judged.weights[i] }))
    .filter((entry) => entry.weight > 0);
  const refitted = input.refit ? await refitsInTime(input, chosen) : new Set<number>();
  const groups = await Promise.all(
    chosen.map(async ({ outcome, weight }): Promise<{ weight: number; fits: readonly FitSplitOutput[] }> => {
      if (refitted.has(outcome.trial)) return { weight, fits: [await refit(input, outcome)] };
      const fits = await foldFits(input, outcome);
      return { weight, fits: input.refit ? fits.slice(-1) : fits };
    }),
  );
  const kept = foldsThatFit(groups.map((group) => group.fits));
  const parts = groups.flatMap(({ weight, fits }) =>
    fits.slice(0, kept).map(({ part }, fold) => ({ fold, weight: weight / Math.min(kept, fits.length), part })),
  );
  const { task, outputCount, objective, continues } = input.data;
  const response = objective === undefined ? undefined : responseOf(objective);
  const model = await input.pool.run(
    'assemble',
    {
      task,
      outputCount,
      classes: input.classes,
      inputs: input.inputs,
      parts,
      calibration: input.judged.calibrator,
      intercept: input.judged.intercept,
      ...(response === undefined ? {} : { response }),
      ...(continues === undefined ? {} : { continues }),
    },
    { abort: input.abort },
  );
  return { model, parts };
}

/** Bytes that grow with a fit; linear fits are too small to count. */
export function partBytes(part: FittedPart): number {
  if (part.learner === 'trees') return part.trees.byteLength;
  if (part.learner === 'knn') return part.neighbours.points.byteLength;
  if (part.learner === 'mlp') return part.net.parameters.byteLength;
  return part.learner === 'ebm' ? additiveBytes(part.additive) : 0;
}

/** How many folds of every chosen trial the model can hold. */
function foldsThatFit(groups: readonly (readonly FitSplitOutput[])[]): number {
  const most = Math.max(...groups.map((fits) => fits.length));
  for (let count = most; count > 1; count--) {
    let bytes = 0;
    for (const fits of groups) for (const { part } of fits.slice(0, count)) bytes += partBytes(part);
    if (bytes <= largestModelBytes) return count;
  }
  return 1;
}

function foldFits(input: AssembleInput, outcome: TrialOutcome): Promise<FitSplitOutput[]> {
  return Promise.all(
    Array.from({ length: input.foldCount }, async (_, fold) => {
      const fit = await input.store.read(outcome.trial, fold);
      if (fit === null) throw bug(`trial ${outcome.trial} fold ${fold} is gone`);
      return fit;
    }),
  );
}

/**
 * Which of the chosen trials are fitted once more on all rows: all where there is no limit, else those of the largest
 * weights for which the time left is enough by what their folds took, the workers side by side.
 */
async function refitsInTime(
  input: AssembleInput,
  chosen: readonly { readonly outcome: TrialOutcome; readonly weight: number }[],
): Promise<ReadonlySet<number>> {
  const { refitMs, pool } = input;
  const taken = new Set<number>();
  const busyMs = new Array<number>(Math.max(1, Math.min(pool.size, chosen.length))).fill(0);
  for (const { outcome } of [...chosen].sort((a, b) => b.weight - a.weight)) {
    const fits = await foldFits(input, outcome);
    const neededMs = refitFactor * Math.max(...fits.map((fit) => fit.fitMs));
    const lane = busyMs.indexOf(Math.min(...busyMs));
    if (refitMs !== null && busyMs[lane] + neededMs >= refitMs) continue;
    busyMs[lane] += neededMs;
    taken.add(outcome.trial);
  }
  return taken;
}

async function refit(input: AssembleInput, outcome: TrialOutcome): Promise<FitSplitOutput> {
  const kept = await input.store.read(outcome.trial, refitFold);
  if (kept !== null) return kept;
  const rowCount = input.data.label.length;
  const trainRows = new Int32Array(new SharedArrayBuffer(4 * rowCount));
  for (let row = 0; row < rowCount; row++) trainRows[row] = row;
  const { spec } = outcome.proposal;
  const rounds = Math.max(1, Math.round(Math.max(...outcome.rounds) * 1.05));
  const trial = ofRounds(spec, rounds);
  const fit = await input.pool.run(
    'fit-split',
    {
      data: input.data,
      split: { name: 'all-rows', trainRows, validRows: null },
      trial,
      label: { trial: outcome.trial, fold: refitFold },
    },
    { abort: input.abort, deadlineMs: input.refitMs },
  );
  await input.store.write(outcome.trial, refitFold, fit);
  input.onRefit();
  return fit;
}

/** The trial with a fixed number of rounds, or of passes over the rows, instead of early stopping. */
function ofRounds(spec: TrialSpec, rounds: number): TrialSpec {
  if (spec.learner === 'trees') return { ...spec, params: { ...spec.params, rounds }, earlyStoppingRounds: null };
  return spec.learner === 'mlp' ? { ...spec, params: { ...spec.params, epochs: rounds, patience: null } } : spec;
}
