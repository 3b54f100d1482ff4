import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import type { StopSignal } from '../../base/stop.ts';
import { type InputSpec, rawColumnsOf } from '../../ml/model-spec.ts';
import { aboveNull } from '../../ml/search/null-importance.ts';
import { treeImportance } from '../../ml/trees/importance.ts';
import { resolveTreeParams } from '../../ml/trees/params.ts';
import { trainTrees } from '../../ml/trees/train.ts';
import { type PreparedSplit, prepareSplit, type Split, type TrainingData } from './training-data.ts';

/** How columns are chosen inside a fold: against so many shuffled targets. */
export type SelectionSpec = { readonly nullRuns: number; readonly seed: number };

const mostRows = 20_000;
const mostOutputs = 20;
const treesPerRun = 60;
/** Columns a tree looks at; with more of them every column still gets its turns. */
const columnsPerTree = 500;

let cached: { readonly key: string; readonly inputs: readonly InputSpec[] }[] = [];
const keepCount = 40;

/**
 * The columns that beat shuffled targets on the training rows of one split; validation rows are never looked at. Kept per
 * split, so that the next trial on it costs nothing. With very many classes all columns stay: shuffling tells too little.
 */
export function selectInputs(
  data: TrainingData,
  split: Split,
  spec: SelectionSpec,
  stop: StopSignal,
): readonly InputSpec[] {
  if (data.outputCount > mostOutputs) return data.inputs;
  const key = `${data.session}/${split.name}/${spec.nullRuns}/${spec.seed}`;
  const known = cached.find((entry) => entry.key === key);
  if (known !== undefined) return known.inputs;
  const prepared = prepareSplit(data, split);
  const rows = sampleRows(split.trainRows, spec.seed);
  const gains = gainsOf(data, prepared, rows, data.label, spec.seed, stop);
  const nullGains = Array.from({ length: spec.nullRuns }, (_, run) => {
    const seed = deriveSeed(spec.seed, `null-${run}`);
    return gainsOf(data, prepared, rows, shuffledLabels(data.label, rows, seed), seed, stop);
  });
  const inputs = aboveNull(gains, nullGains).map((c) => data.inputs[c]);
  cached = [{ key, inputs }, ...cached].slice(0, keepCount);
  return inputs;
}

function sampleRows(rows: Int32Array, seed: number): Int32Array {
  if (rows.length <= mostRows) return rows;
  return shuffle(rows.slice(), createRng(deriveSeed(seed, 'select-rows')))
    .slice(0, mostRows)
    .sort();
}

function shuffledLabels(label: Float64Array, rows: Int32Array, seed: number): Float64Array {
  const order = shuffle(rows.slice(), createRng(seed));
  const out = label.slice();
  for (let i = 0; i < rows.length; i++) out[rows[i]] = label[order[i]];
  return out;
}

/** Summed gain of each input column over a small ensemble. */
function gainsOf(
  data: TrainingData,
  prepared: PreparedSplit,
  rows: Int32Array,
  label: Float64Array,
  seed: number,
  stop: StopSignal,
): Float64Array {
  const { features } = prepared.recipe;
  const params = resolveTreeParams({
    rounds: Math.max(5, Math.round(treesPerRun / data.outputCount)),
    learningRate: 0.1,
    leaves: 12,
    minDataInLeaf: Math.max(2, Math.min(20, Math.floor(rows.length / 50))),
    lambda: 1,
    featureFraction: Math.min(0.7, columnsPerTree / Math.max(1, features.length)),
    seed,
  });
  const { mapper, binned } = prepared.bins(params.maxBins, null);
  const { kinds } = prepared;
  const { ensemble } = trainTrees(
    { binned, mapper, kinds, label, weight: data.weight, trainRows: rows, validRows: null, ...shapeOf(data) },
    params,
    { stop, earlyStoppingRounds: null },
  );
  const { gain } = treeImportance(ensemble, features.length);
  const place = new Map(data.inputs.map((input, i) => [input.name, i]));
  const byInput = new Float64Array(data.inputs.length);
  features.forEach((feature, f) => {
    for (const name of rawColumnsOf(feature)) {
      const at = place.get(name);
      if (at !== undefined) byInput[at] += gain[f];
    }
  });
  return byInput;
}

const shapeOf = ({ task, outputCount }: TrainingData): Pick<TrainingData, 'task' | 'outputCount'> => ({
  task,
  outputCount,
});
