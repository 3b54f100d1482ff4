/**
 * Coverage of 90 % intervals on house prices over 20 random splits: half of the rows train the trees, a quarter makes the
 * intervals, a quarter judges them. Run: node bench/peers/interval-coverage.ts FILE.csv TARGET
 */
import { createRng, shuffle } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import { rowIntervals } from '../../main/ml/conformal/apply.ts';
import { fitNumberIntervals } from '../../main/ml/conformal/numbers.ts';
import { findColumn } from '../../main/ml/frame.ts';
import { applyRecipe, featureKinds } from '../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../main/ml/recipe/fit.ts';
import { applyBins, buildBins } from '../../main/ml/trees/bins.ts';
import { defaultTreeParams } from '../../main/ml/trees/params.ts';
import { predictTrees } from '../../main/ml/trees/predict.ts';
import { trainTrees } from '../../main/ml/trees/train.ts';
import { csvFrame, inputsOf } from '../../test/helpers/frames.ts';

const [file, target] = process.argv.slice(2);
if (file === undefined || target === undefined) throw new Error('usage: interval-coverage.ts FILE.csv TARGET');
const frame = csvFrame(file);
const truth = findColumn(frame, target);
if (truth?.type !== 'double') throw new Error(`${target} is no column of numbers`);
const inputs = inputsOf(frame).filter(({ name }) => name !== target);
const coverages: number[] = [];
for (let seed = 1; seed <= 20; seed++) {
  const order = shuffle(
    Int32Array.from({ length: frame.rowCount }, (_, i) => i),
    createRng(seed),
  );
  const cut = (from: number, to: number): Int32Array =>
    order.slice(Math.floor(from * order.length), Math.floor(to * order.length)).sort();
  const [train, calibrate, judge] = [cut(0, 0.5), cut(0.5, 0.75), cut(0.75, 1)];
  const recipe = fitRecipe(frame, train, { inputs });
  const kinds = featureKinds(recipe).map(({ kind }) => kind);
  const matrix = applyRecipe(recipe, frame, train);
  const mapper = buildBins(matrix, kinds, null, { maxBins: 255 });
  const { ensemble } = trainTrees(
    {
      binned: applyBins(mapper, matrix),
      mapper,
      kinds,
      label: Float64Array.from(train, (row) => truth.values[row]),
      weight: null,
      trainRows: Int32Array.from(train.keys()),
      validRows: null,
      task: 'regression',
      outputCount: 1,
    },
    { ...defaultTreeParams, rounds: 80, seed },
    { stop: neverStop, earlyStoppingRounds: null },
  );
  const part = (rows: Int32Array) => {
    const own = applyRecipe(recipe, frame, rows);
    return {
      matrix: own,
      outputs: predictTrees(ensemble, own),
      labels: Float64Array.from(rows, (row) => truth.values[row]),
    };
  };
  const made = fitNumberIntervals(
    { ...part(calibrate), kinds, groups: null, source: 'split', seed },
    { stop: neverStop, deadline: () => false },
  );
  const fresh = part(judge);
  const found = rowIntervals(
    made,
    { frame: { rowCount: judge.length, columns: [] }, ...fresh, task: 'regression', classCount: 0 },
    0.9,
  );
  if (found.kind !== 'number') throw new Error(found.kind);
  const held = fresh.labels.filter((label, i) => label >= found.low[i] && label <= found.high[i]).length;
  coverages.push(held / judge.length);
  process.stdout.write(`seed ${seed}: ${((100 * held) / judge.length).toFixed(2)} % by ${made.shape.kind}\n`);
}
const mean = coverages.reduce((sum, value) => sum + value, 0) / coverages.length;
process.stdout.write(
  `mean ${(100 * mean).toFixed(2)} %, from ${(100 * Math.min(...coverages)).toFixed(2)} to ${(100 * Math.max(...coverages)).toFixed(2)} %\n`,
);
