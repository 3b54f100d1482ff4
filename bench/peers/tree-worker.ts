/** One thread of the application's side: keeps the table and the models, does what it is told to a range of rows. */
import { parentPort, workerData } from 'node:worker_threads';
import { explainEnsemble } from '../../main/ml/explain/ensemble-shap.ts';
import { explainByReference } from '../../main/ml/explain/reference-shap.ts';
import type { TreeEnsemble } from '../../main/ml/model-spec.ts';
import { predictTrees } from '../../main/ml/trees/predict.ts';
import { readTrees, rowsOf } from './tree-file.ts';

export type TreeJob = {
  readonly op: 'score' | 'shap' | 'shap-double' | 'interactions' | 'interventional' | 'interventional-interactions';
  readonly leaves: number;
  readonly from: number;
  readonly to: number;
  readonly background: number;
};

const { folder, columns } = workerData as { readonly folder: string; readonly columns: readonly Float32Array[] };
const models = new Map<number, TreeEnsemble>();
const backgrounds = new Map<number, ReturnType<typeof rowsOf>>();

function work({ op, leaves, from, to, background }: TreeJob): void {
  const trees = models.get(leaves) ?? readTrees(folder, leaves);
  models.set(leaves, trees);
  const matrix = rowsOf(columns, from, to);
  if (op === 'score') {
    predictTrees(trees, matrix);
    return;
  }
  const width = columns.length;
  const values = new Float64Array(matrix.rowCount * width);
  if (op === 'shap' || op === 'shap-double') {
    explainEnsemble(
      trees,
      matrix,
      [0],
      op === 'shap' ? 'single' : 'double',
      (_output, feature, start, count, part, at) => {
        for (let i = 0; i < count; i++) values[(start + i) * width + feature] = part[at + i];
      },
    );
    return;
  }
  const last = columns[0].length;
  const reference = backgrounds.get(background) ?? rowsOf(columns, last - background, last);
  backgrounds.set(background, reference);
  const pairs = op !== 'interventional';
  const matrices = pairs ? new Float64Array(matrix.rowCount * width * width) : null;
  const options = { background: op === 'interactions' ? null : reference, pairs };
  // A copy has nothing prepared: as with Woodelf, what is made for a model and a background is part of the time.
  explainByReference({ ...trees }, matrix, [0], options, (_output, a, b, start, count, part, at) => {
    for (let i = 0; i < count; i++) {
      if (b < 0) values[(start + i) * width + a] += part[at + i];
      else if (matrices !== null) {
        const row = (start + i) * width * width;
        matrices[row + a * width + b] += part[at + i];
        matrices[row + b * width + a] += part[at + i];
      }
    }
  });
}

parentPort?.on('message', (job: TreeJob) => {
  work(job);
  parentPort?.postMessage('done');
});
