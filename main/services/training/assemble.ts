/**
 * Builds the model that ships from the trials the judge chose. Fold validation ships the folds' own models, averaged:
 * what was measured is what is used. A holdout or a forward scheme ships fits on rows of all times (`refit.ts`) where the
 * time left allows it; else the model of the last step, which saw the most rows.
 */
import { bug } from '../../base/errors.ts';
import type { FitSplitOutput, FittedPart } from '../../compute/tasks/fit-split.ts';
import type { JudgeOutput } from '../../compute/tasks/judge.ts';
import type { PortableModel } from '../../compute/tasks/model-cache.ts';
import { additiveBytes } from '../../ml/additive/tables.ts';
import type { InputSpec } from '../../ml/model-spec.ts';
import { responseOf } from '../../ml/objective-spec.ts';
import { type RefitInput, refitMembers } from './refit.ts';
import type { TrialOutcome } from './search.ts';

export type AssembleInput = RefitInput & {
  readonly inputs: readonly InputSpec[];
  readonly classes: readonly string[];
  /** Candidates in the order of the judge's weights. */
  readonly finished: readonly TrialOutcome[];
  readonly judged: JudgeOutput;
  readonly foldCount: number;
  /** True: fit once more on rows of all folds instead of averaging the folds. */
  readonly refit: boolean;
};

/** Encoded trees a model may hold (about 200 000 leaves); one fold of every chosen trial ships in any case. */
export const largestModelBytes = 16 * 1024 * 1024;

/** A fit in the model with its weight, and the fold it was held out from. */
export type AssembledPart = { readonly fold: number; readonly weight: number; readonly part: FittedPart };

/** Collects the chosen fits and joins them in a worker. The parts come back in their order in the model. */
export async function assembleModel(
  input: AssembleInput,
): Promise<{ readonly model: PortableModel; readonly parts: readonly AssembledPart[] }> {
  const chosen = input.finished
    .map((outcome, i) => ({ outcome, weight: input.judged.weights[i] }))
    .filter((entry) => entry.weight > 0);
  const fitted = await Promise.all(
    chosen.map(async ({ outcome, weight }) => ({ outcome, weight, fits: await foldFits(input, outcome) })),
  );
  const slowestMs = (fits: readonly FitSplitOutput[]): number => Math.max(...fits.map((fit) => fit.fitMs));
  const refitted = input.refit
    ? await refitMembers(
        input,
        fitted.map(({ outcome, weight, fits }) => ({ outcome, weight, slowestMs: slowestMs(fits) })),
      )
    : null;
  const groups = fitted.map(({ outcome, weight, fits }) => ({
    weight,
    fits: refitted === null ? fits : (refitted.get(outcome.trial) ?? fits.slice(-1)),
  }));
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
