/**
 * Where a method runs: models with kernels in a compute worker, graph models step by step over the inference process. One
 * method, two drivers (see ml/explain/steps.ts).
 */
import { cancelled } from '../../base/errors.ts';
import type { ScoringSteps } from '../../ml/explain/steps.ts';
import type { Frame } from '../../ml/frame.ts';

/** Drives a method over an asynchronous scorer. Throws `cancelled` when the signal is raised. */
export async function driveSteps<Result, Scored = Float64Array>(
  steps: ScoringSteps<Result, Scored>,
  score: (frame: Frame) => Promise<Scored>,
  signal?: AbortSignal | undefined,
): Promise<Result> {
  let next = steps.next();
  while (next.done !== true) {
    if (signal?.aborted === true) throw cancelled();
    next = steps.next(await score(next.value.frame));
  }
  return next.value;
}

/** One output of row-major predictions. */
export const oneOutput = (values: Float64Array, width: number, output: number): Float64Array =>
  width === 1 ? values : values.filter((_, i) => i % width === output);
