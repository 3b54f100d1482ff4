/** Fits the intervals of a finished model on predictions of rows it had not learned from. */
import { createRng, deriveSeed } from '../../base/rng.ts';
import { vennAbersBand } from '../../ml/calibration/venn-abers.ts';
import { bothClasses } from '../../ml/conformal/apply.ts';
import { fitClassIntervals } from '../../ml/conformal/classes.ts';
import { groupRows } from '../../ml/conformal/groups.ts';
import type { IntervalModel, IntervalSource } from '../../ml/conformal/interval-model.ts';
import { fewestIntervalRows, fitNumberIntervals } from '../../ml/conformal/numbers.ts';
import type { Frame } from '../../ml/frame.ts';
import { applyRecipe, featureKinds } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type PortableModel, packIntervals, unpackModel } from './model-cache.ts';

export type FitIntervalsInput = {
  readonly model: PortableModel;
  /** Raw training rows. */
  readonly frame: Frame;
  /** Rows of the frame that were predicted without having been learned, with margins, outputs and truth in their order. */
  readonly rows: Int32Array;
  readonly margins: Float64Array;
  readonly outputs: Float64Array;
  readonly labels: Float64Array;
  readonly source: IntervalSource;
  /** Column whose values get coverage of their own; null for none. */
  readonly by: string | null;
  readonly seed: number;
};

/** Rows that intervals rest on at most; more would not change them. */
const mostRows = 10_000;
const mostGroups = 200;
/** Rows the Venn–Abers band takes at least, as every calibrator does. */
const bandRows = 1000;

export function fitIntervals(input: FitIntervalsInput, environment: TaskEnvironment): IntervalModel<Uint8Array> {
  const spec = unpackModel(input.model);
  const { labels, source, seed } = input;
  const count = labels.length;
  const refuse = (reason: string): IntervalModel<Uint8Array> => ({ kind: 'refused', rows: count, reason });
  if (count < fewestIntervalRows) {
    return refuse(
      `Intervals need at least ${fewestIntervalRows} rows that the model had not learned from; there were ${count}.`,
    );
  }
  if (spec.task !== 'regression') {
    const classCount = spec.classes.length;
    const probabilities = spec.task === 'binary' ? bothClasses(input.outputs) : input.outputs;
    const band = spec.task === 'binary' && count >= bandRows ? vennAbersBand(input.margins, labels) : null;
    return fitClassIntervals({ probabilities, labels, classCount, source, seed }, band);
  }
  if (spec.outputCount !== 1) return refuse('A model of several quantiles gives its own range.');
  const picked = sampleRows(count, seed);
  const rows = picked.map((i) => input.rows[i]);
  const column = input.by === null ? undefined : input.frame.columns.find(({ name }) => name === input.by);
  const fitted = fitNumberIntervals(
    {
      outputs: Float64Array.from(picked, (i) => input.outputs[i]),
      labels: Float64Array.from(picked, (i) => labels[i]),
      matrix: applyRecipe(spec.recipe, input.frame, rows),
      kinds: featureKinds(spec.recipe).map(({ kind }) => kind),
      groups: column === undefined ? null : { column: column.name, ...groupRows(column, rows, mostGroups) },
      source,
      seed,
    },
    { stop: environment.stop, deadline: environment.deadline },
  );
  return packIntervals(fitted);
}

function sampleRows(count: number, seed: number): Int32Array {
  const all = Int32Array.from({ length: count }, (_, i) => i);
  if (count <= mostRows) return all;
  const rng = createRng(deriveSeed(seed, 'interval-rows'));
  for (let i = 0; i < mostRows; i++) {
    const j = i + rng.int(count - i);
    [all[i], all[j]] = [all[j], all[i]];
  }
  return all.slice(0, mostRows).sort();
}
