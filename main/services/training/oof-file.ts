/**
 * Out-of-fold predictions of a model, kept beside its package in the workspace: what the Quality and Decide pages, the
 * comparison of models and the policies are computed from. Not part of the package: it speaks of single rows.
 */
import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { dataProblem } from '../../base/errors.ts';

export type OutOfFold = {
  readonly datasetVersionId: string;
  /** Data set row of every validated row. */
  readonly rows: Int32Array;
  /** 0/1, class index or value. */
  readonly labels: Float64Array;
  /** Blended margins before calibration. */
  readonly margins: Float64Array;
  /** Cross-fitted calibrated outputs. */
  readonly outputs: Float64Array;
};

/** Out-of-fold margins of every finished trial, as single precision: what blends and comparisons of trials are made from. */
export type TrialsOutOfFold = {
  readonly datasetVersionId: string;
  /** Data set row of every training row. */
  readonly rows: Int32Array;
  readonly outputCount: number;
  /** NaN in rows that no fold validated. */
  readonly trials: readonly { readonly trial: number; readonly label: string; readonly margins: Float32Array }[];
};

export const encodeTrials = (trials: TrialsOutOfFold): Buffer => serialize(trials);

export const encodeOutOfFold = (oof: OutOfFold): Buffer => serialize(oof);

export function readOutOfFold(path: string): OutOfFold {
  try {
    return deserialize(readFileSync(path)) as OutOfFold;
  } catch (cause) {
    throw dataProblem('oof-unreadable', 'The out-of-fold predictions of this model cannot be read.', {
      hint: 'augury doctor checks the workspace; train the model again to restore them.',
      cause,
    });
  }
}
