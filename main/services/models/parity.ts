/**
 * The parity gate: a package is written only if the exported graph gives the training side's numbers on stored hard rows,
 * and a package read later proves the same again.
 */
import * as z from 'zod';
import { AuguryError } from '../../base/errors.ts';
import type { Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { buildParityRows } from '../../ml/onnx/parity-rows.ts';
import type { Executor, Predictions } from './executor.ts';
import { rowsSchema } from './package-rows.ts';
import { looseNumber } from './package-schema.ts';

/** Largest error allowed: absolute on probabilities, relative above 1 on margins and on regression values. */
export const parityTolerance = 1e-5;

/** How many rows are stored with a model. */
export const parityRowCount = 128;

/** Raw rows and what the training side predicted for them. */
export type ParityVectors = { readonly rows: Frame; readonly expected: Predictions };

/** parity.json. */
export const paritySchema = z.object({
  rows: rowsSchema,
  margins: z.array(looseNumber),
  outputs: z.array(looseNumber),
});

/** Stored vectors for a model: hard rows mixed with rows of `sample`, predicted by `reference`. */
export async function buildParityVectors(
  spec: ModelSpec,
  sample: Frame | null,
  reference: Executor,
  seed: number,
): Promise<ParityVectors> {
  const rows = buildParityRows(spec, sample, { rowCount: parityRowCount, seed });
  return { rows, expected: await reference.predict(rows) };
}

/** Largest error of an executor on stored vectors, and how many rows were compared. */
export async function checkParity(
  executor: Executor,
  vectors: ParityVectors,
): Promise<{ readonly rows: number; readonly maxError: number }> {
  const actual = await executor.predict(vectors.rows);
  const { margins, outputs } = vectors.expected;
  const maxError = Math.max(largestError(actual.margins, margins), largestError(actual.outputs, outputs));
  return { rows: vectors.rows.rowCount, maxError };
}

/** |a − b| / max(1, |b|), so absolute on probabilities; equal infinities and two NaN agree; different lengths never do. */
export function largestError(actual: Float64Array, expected: Float64Array): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i];
    const b = expected[i];
    if (a === b || (Number.isNaN(a) && Number.isNaN(b))) continue;
    const error = Math.abs(a - b) / Math.max(1, Math.abs(b));
    if (!Number.isFinite(error)) return Number.POSITIVE_INFINITY;
    worst = Math.max(worst, error);
  }
  return worst;
}

/** The failure of the gate: nothing is written, nothing is loaded. */
export const parityFailed = (what: string, maxError: number, rows: number): AuguryError =>
  new AuguryError(
    'numeric',
    'parity-failed',
    `${what}: predictions on ${rows} stored rows differ by ${maxError.toPrecision(3)}, more than ${parityTolerance}.`,
    {
      hint: 'The model was not accepted. Train or export it again; if this repeats, report it with the model’s card.',
      details: { maxError, rows, tolerance: parityTolerance },
    },
  );
