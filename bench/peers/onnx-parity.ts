/**
 * Writes what Python's onnxruntime needs to repeat the application's predictions: for each model a folder with model.onnx
 * and rows.json (10 000 fuzzed raw rows and the application's own numbers). Usage:
 *   node bench/peers/onnx-parity.ts <folder> [package.augury-model …]
 *   python bench/peers/onnx_parity.py <folder>
 * Without packages, models are trained here, one for each task, together with random ones that use every kind of node.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Frame } from '../../main/ml/frame.ts';
import type { ModelSpec } from '../../main/ml/model-spec.ts';
import { buildOnnx } from '../../main/ml/onnx/build-onnx.ts';
import { onnxOutputNames } from '../../main/ml/onnx/output-names.ts';
import { buildParityRows } from '../../main/ml/onnx/parity-rows.ts';
import { createKernelExecutor } from '../../main/services/models/executor.ts';
import { readPackage } from '../../main/services/models/package-read.ts';
import { rowsToJson } from '../../main/services/models/package-rows.ts';
import { numberToJson } from '../../main/services/models/package-schema.ts';
import { randomModel } from '../../test/helpers/random-model.ts';
import { trainedModel } from '../../test/helpers/trained-model.ts';

const rowCount = 10_000;
const tasks = ['binary', 'multiclass', 'regression'] as const;

type Case = {
  readonly name: string;
  readonly spec: ModelSpec;
  readonly onnx: Uint8Array;
  readonly sample: Frame | null;
};

async function writeCase(folder: string, { name, spec, onnx, sample }: Case): Promise<void> {
  const rows = buildParityRows(spec, sample, { rowCount, seed: 20_240 });
  const { margins, outputs } = await createKernelExecutor(spec).predict(rows);
  const target = join(folder, name);
  mkdirSync(target, { recursive: true });
  writeFileSync(join(target, 'model.onnx'), onnx);
  writeFileSync(
    join(target, 'rows.json'),
    JSON.stringify({
      task: spec.task,
      classes: spec.classes,
      names: onnxOutputNames(spec),
      rows: rowsToJson(rows),
      margins: Array.from(margins, numberToJson),
      outputs: Array.from(outputs, numberToJson),
    }),
  );
}

function ownModels(): Case[] {
  const meta = { producerVersion: 'peer', modelName: 'peer' };
  const trained = tasks.map((task): Case => {
    const { spec, frame } = trainedModel(task, { leaves: task === 'regression' ? 255 : 31 });
    return { name: `trained-${task}`, spec, onnx: buildOnnx(spec, meta), sample: frame };
  });
  const piecewise = {
    kind: 'piecewise',
    margins: [-2, -0.5, 0, 0.1, 3],
    probabilities: [0.01, 0.3, 0.35, 0.7, 0.99],
  } as const;
  const beta = { kind: 'beta', a: 0.8, b: 1.4, c: 0.2 } as const;
  const made = [
    ...tasks.map((task) => randomModel({ task, seed: 77, treeCount: 200, levelCount: 254 })),
    randomModel({ task: 'binary', seed: 78, calibration: piecewise }),
    randomModel({ task: 'binary', seed: 79, calibration: beta }),
    randomModel({
      task: 'regression',
      seed: 80,
      treeCount: 2_000,
      leafCount: 31,
      leafScale: 4_000,
      baseScore: 206_000,
      members: ['trees'],
    }),
  ];
  return [
    ...trained,
    ...made.map(
      (spec, i): Case => ({ name: `random-${i}-${spec.task}`, spec, onnx: buildOnnx(spec, meta), sample: null }),
    ),
  ];
}

const [folder, ...packages] = process.argv.slice(2);
if (folder === undefined) {
  process.stderr.write('usage: node bench/peers/onnx-parity.ts <folder> [package.augury-model …]\n');
  process.exit(2);
}
const cases =
  packages.length === 0
    ? ownModels()
    : await Promise.all(
        packages.map(async (path): Promise<Case> => {
          const { spec, onnx, background } = await readPackage(path);
          return { name: basename(path), spec, onnx, sample: background };
        }),
      );
for (const one of cases) await writeCase(folder, one);
process.stdout.write(`${cases.length} models with ${rowCount} rows each under ${folder}\n`);
