/** Fits the intervals of a finished model on predictions of rows it had not learned from. */

import { createRng, deriveSeed } from '../../base/rng.ts';
import { mergeAdditive } from '../../ml/additive/merge.ts';
import { additiveBytes } from '../../ml/additive/tables.ts';
import { additiveTrees } from '../../ml/additive/to-trees.ts';
import { vennAbersBand } from '../../ml/calibration/venn-abers.ts';
import { bothClasses } from '../../ml/conformal/apply.ts';
import { fitClassIntervals } from '../../ml/conformal/classes.ts';
import { foldOutputs } from '../../ml/conformal/cv-plus.ts';
import { groupRows } from '../../ml/conformal/groups.ts';
import type { IntervalModel, IntervalSource } from '../../ml/conformal/interval-model.ts';
import { type FoldPart, fewestIntervalRows, fitNumberIntervals } from '../../ml/conformal/numbers.ts';
import { remapTrees } from '../../ml/ensemble/remap.ts';
import type { FeatureMatrix, Frame } from '../../ml/frame.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { applyRecipe, featureKinds } from '../../ml/recipe/apply.ts';
import { combineEnsembles, type EnsemblePart } from '../../ml/trees/combine.ts';
import { decodeTrees } from '../../ml/trees/serialize.ts';
import type { TaskEnvironment } from '../environment.ts';
import type { FittedPart } from './fit-split.ts';
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
  /** For CV+ intervals: what the model was assembled from, with the fold of every part and of every row; absent: not asked for. */
  readonly plus?: PlusInput;
  readonly seed: number;
};

export type PlusInput = {
  readonly parts: readonly { readonly fold: number; readonly weight: number; readonly part: FittedPart }[];
  readonly foldCount: number;
  /** Parallel to `rows`; null where the folds do not hold out every row exactly once. */
  readonly foldOfRow: Int32Array | null;
};

/** Encoded trees of all folds that a package takes beside the model itself. */
const mostPlusBytes = 8 * 1024 * 1024;

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
  const matrix = applyRecipe(spec.recipe, input.frame, rows);
  const obstacle = input.plus === undefined ? null : plusObstacle(input, input.plus);
  const plus = obstacle !== null ? undefined : plusRows(input, spec, matrix, picked);
  const fitted = fitNumberIntervals(
    {
      outputs: plus?.outputs ?? Float64Array.from(picked, (i) => input.outputs[i]),
      labels: Float64Array.from(picked, (i) => labels[i]),
      matrix,
      kinds: featureKinds(spec.recipe).map(({ kind }) => kind),
      groups: column === undefined ? null : { column: column.name, ...groupRows(column, rows, mostGroups) },
      source: plus === undefined ? source : 'cv+',
      seed,
      ...(plus === undefined ? {} : { plus }),
    },
    { stop: environment.stop, deadline: environment.deadline },
  );
  const note = obstacle === null ? fitted.note : `${fitted.note} CV+ was asked for, but ${obstacle}.`;
  return packIntervals({ ...fitted, note });
}

/** Why CV+ cannot be had, as the end of a sentence; null when it can. */
function plusObstacle({ source, by }: FitIntervalsInput, { parts, foldCount, foldOfRow }: PlusInput): string | null {
  if (by !== null) return 'intervals by group are made around the shipped model';
  if (source === 'split' || foldCount < 2) return 'it takes folds, and the model was checked on held-out rows';
  if (foldOfRow === null) return 'it takes folds that hold out every row exactly once';
  if (new Set(parts.map(({ fold }) => fold)).size < foldCount) return 'not every fold model is part of the model';
  let bytes = 0;
  for (const { part } of parts) {
    if (part.learner === 'trees') bytes += part.trees.byteLength;
    if (part.learner === 'ebm') bytes += additiveBytes(part.additive);
  }
  return bytes <= mostPlusBytes ? null : 'the fold models are too large to be kept one by one';
}

/** The fold models out of the parts of the model, and of the picked rows their fold and its prediction. */
function plusRows(
  { plus }: FitIntervalsInput,
  spec: ModelSpec,
  matrix: FeatureMatrix,
  picked: Int32Array,
): { readonly folds: readonly FoldPart[]; readonly of: Int32Array; readonly outputs: Float64Array } | undefined {
  const foldOfRow = plus?.foldOfRow ?? null;
  if (plus === undefined || foldOfRow === null) return undefined;
  const folds = foldParts(plus, spec);
  const all = foldOutputs(spec, { folds: folds.map((fold) => ({ ...fold, table: noScores })) }, matrix);
  const of = Int32Array.from(picked, (i) => foldOfRow[i]);
  return { folds, of, outputs: Float64Array.from(of, (fold, i) => all[fold][i]) };
}

const noScores = { count: 0, ranks: [], values: [] };

/** Linear, neighbour and net parts are members of the model as they are; trees and curves were joined, and stand here again. */
function foldParts({ parts, foldCount }: PlusInput, { recipe, members }: ModelSpec): FoldPart[] {
  const joined = members[0]?.kind === 'trees' ? 1 : 0;
  const ensembles = Array.from({ length: foldCount }, (): EnsemblePart[] => []);
  const own = Array.from({ length: foldCount }, (): number[] => []);
  let single = 0;
  for (const { fold, weight, part } of parts) {
    const scaled = weight * foldCount;
    if (part.learner === 'trees') {
      ensembles[fold].push({ ensemble: remapTrees(decodeTrees(part.trees), part.recipe, recipe), weight: scaled });
    } else if (part.learner === 'ebm') {
      const alone = mergeAdditive([{ model: part.additive, recipe: part.recipe, share: 1 }], recipe);
      ensembles[fold].push({ ensemble: additiveTrees(alone), weight: scaled });
    } else own[fold].push(joined + single++);
  }
  return ensembles.map((found, fold) => ({
    trees: found.length === 0 ? null : combineEnsembles(found),
    members: own[fold],
  }));
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
