/**
 * One training of Augury's trees on a shape in a process of its own, so that peak memory is its own: node training-run.ts
 * FOLDER THREADS. Prints seconds from values in memory to model, binning included, the AUC on the test rows, and peak memory.
 */
import { openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { createTeam } from '../../main/compute/team.ts';
import { entryUrl } from '../../main/entries.ts';
import { openTrainingKernels } from '../../main/ml/kernels/training.ts';
import { applyBins, buildBins, type FeatureKind } from '../../main/ml/trees/bins.ts';
import { resolveTreeParams } from '../../main/ml/trees/params.ts';
import { predictTrees } from '../../main/ml/trees/predict.ts';
import { trainTrees } from '../../main/ml/trees/train.ts';
import { meanAuc } from './training-auc.ts';
import { type Shape, testRows } from './training-shapes.ts';

const [folder, threadText] = process.argv.slice(2);
if (folder === undefined) throw new Error('the folder is missing');
const threads = Number(threadText ?? 1);
const shape = JSON.parse(readFileSync(join(folder, 'shape.json'), 'utf8')) as Shape;
const total = shape.rows + testRows(shape);
const width = shape.numeric + shape.categories;

function readColumns(from: number, count: number): Float32Array[] {
  const file = openSync(join(folder ?? '', 'columns.bin'), 'r');
  return Array.from({ length: width }, (_, f) => {
    const column = new Float32Array(count);
    readSync(file, column, 0, 4 * count, 4 * (f * total + from));
    return column;
  });
}

const labels = readFileSync(join(folder, 'label.bin'));
const label = new Float64Array(labels.buffer, labels.byteOffset, total);
const kinds = Array.from({ length: width }, (_, f): FeatureKind => (f < shape.numeric ? 'numeric' : 'category'));
const columns = readColumns(0, shape.rows);
const binary = shape.classes === 2;

const started = performance.now();
const cpu = process.cpuUsage();
const matrix = { rowCount: shape.rows, columns };
const kernels = openTrainingKernels(shape.rows * width);
const dismiss = kernels.hire(threads > 1 ? createTeam(() => threads - 1, entryUrl('compute-worker').href) : null);
const mapper = buildBins(matrix, kinds, null, { maxBins: 255 }, kernels);
const binned = applyBins(mapper, matrix, kernels);
const binSeconds = (performance.now() - started) / 1000;
const { ensemble } = trainTrees(
  {
    binned,
    mapper,
    kinds,
    label: label.subarray(0, shape.rows),
    weight: null,
    trainRows: Int32Array.from({ length: shape.rows }, (_, i) => i),
    validRows: null,
    task: binary ? 'binary' : 'multiclass',
    outputCount: binary ? 1 : shape.classes,
  },
  resolveTreeParams({
    rounds: shape.rounds,
    leaves: shape.leaves,
    learningRate: 0.1,
    minDataInLeaf: 20,
    // As many as LightGBM's own quantised mode has by default
    gradientLevels: 2,
  }),
  { stop: { stopped: () => false }, earlyStoppingRounds: null },
);
const seconds = (performance.now() - started) / 1000;
const used = process.cpuUsage(cpu);
dismiss();
const peakMb = process.resourceUsage().maxRSS / 1024;
const test = { rowCount: testRows(shape), columns: readColumns(shape.rows, testRows(shape)) };
const auc = meanAuc(label.subarray(shape.rows), predictTrees(ensemble, test), binary ? 1 : shape.classes);
const cpuSeconds = (used.user + used.system) / 1e6;
process.stdout.write(`${JSON.stringify({ seconds, binSeconds, cpuSeconds, auc, peakMb })}\n`);
