/**
 * Model-agnostic methods as generators: a method hands out frames of raw rows, receives what the model says of them, and
 * returns its result. The method does not know what scores (kernels, a graph, a blend), the driver checks for a stop
 * and reports progress between any two blocks, and the same method runs in a worker or over an asynchronous executor.
 */
import { neverStop, type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { Frame } from '../frame.ts';

/** A block of rows to score, and how far the method is, 0…1. */
export type ScoringRequest = { readonly frame: Frame; readonly fraction: number };

/** One number a row by default: the explained output. */
export type ScoringSteps<Result, Scored = Float64Array> = Generator<ScoringRequest, Result, Scored>;

/** Rows that a method asks for at once; a stop is noticed after at most as many. */
export const mostRowsAtOnce = 16_384;

/** Runs a method to its end. Throws `cancelled` when the signal goes up. */
export function runSteps<Result, Scored = Float64Array>(
  steps: ScoringSteps<Result, Scored>,
  score: (frame: Frame) => Scored,
  control: { readonly stop?: StopSignal; readonly onFraction?: (fraction: number) => void } = {},
): Result {
  const stop = control.stop ?? neverStop;
  let next = steps.next();
  while (next.done !== true) {
    throwIfStopped(stop);
    control.onFraction?.(next.value.fraction);
    next = steps.next(score(next.value.frame));
  }
  return next.value;
}
