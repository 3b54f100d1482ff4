/** Models trained by the application's own learners on seeded synthetic rows with gaps, rare levels and old dates. */
import { createRng } from '../../main/base/rng.ts';
import { neverStop } from '../../main/base/stop.ts';
import { chooseCalibrator } from '../../main/ml/calibration/choose.ts';
import type { Frame } from '../../main/ml/frame.ts';
import { fitLinear } from '../../main/ml/linear/fit.ts';
import type { InputSpec, ModelSpec, Task } from '../../main/ml/model-spec.ts';
import { predictMargins } from '../../main/ml/predict.ts';
import { applyRecipe, featureKinds } from '../../main/ml/recipe/apply.ts';
import { fitRecipe } from '../../main/ml/recipe/fit.ts';
import { applyBins, buildBins } from '../../main/ml/trees/bins.ts';
import { defaultTreeParams } from '../../main/ml/trees/params.ts';
import { trainTrees } from '../../main/ml/trees/train.ts';

export type TrainedModel = { readonly spec: ModelSpec; readonly frame: Frame };

const inputs: readonly InputSpec[] = [
  { name: 'income', type: 'double', logicalType: 'number' },
  { name: 'rooms', type: 'double', logicalType: 'integer' },
  { name: 'city', type: 'string', logicalType: 'text' },
  { name: 'plan', type: 'string', logicalType: 'text' },
  { name: 'opened', type: 'timestamp', logicalType: 'datetime' },
];

export type TrainedModelOptions = { readonly rowCount?: number; readonly rounds?: number; readonly leaves?: number };

/** A blend of trees and a linear model; regression targets lie around 200 000. */
export function trainedModel(task: Task, options: TrainedModelOptions = {}): TrainedModel {
  const rowCount = options.rowCount ?? 4_000;
  const rng = createRng(17);
  const gap = (share: number, value: number): number => (rng.next() < share ? Number.NaN : value);
  const cities = Array.from({ length: 300 }, (_, i) => `city ${i}`);
  const plans = ['basic', 'plus', 'pro', 'Ünïcode 漢'];
  const income = Float64Array.from({ length: rowCount }, () => gap(0.1, Math.exp(rng.normal()) * 30_000));
  const rooms = Float64Array.from({ length: rowCount }, () => gap(0.03, rng.int(9)));
  const city = Int32Array.from({ length: rowCount }, () =>
    rng.next() < 0.05 ? -1 : Math.floor(rng.next() ** 2 * 300),
  );
  const plan = Int32Array.from({ length: rowCount }, () => (rng.next() < 0.1 ? -1 : rng.int(4)));
  const opened = Float64Array.from({ length: rowCount }, () =>
    gap(0.05, Math.floor((rng.next() * 60 - 15) * 365.25) * 86_400_000_000 + rng.int(86_400) * 1e6),
  );
  const frame: Frame = {
    rowCount,
    columns: [
      { type: 'double', name: 'income', values: income },
      { type: 'double', name: 'rooms', values: rooms },
      { type: 'string', name: 'city', codes: city, levels: cities },
      { type: 'string', name: 'plan', codes: plan, levels: plans },
      { type: 'timestamp', name: 'opened', values: opened },
    ],
  };
  const signal = Float64Array.from({ length: rowCount }, (_, i) => {
    const money = Number.isNaN(income[i]) ? 0.5 : Math.log(income[i] / 30_000);
    const month = Number.isNaN(opened[i]) ? 0 : new Date(opened[i] / 1000).getUTCMonth();
    return money + ((city[i] * 7919) % 13) / 6 - 1 + (plan[i] === 2 ? 1 : 0) + Math.sin(month) + 0.5 * rng.normal();
  });
  const label = signal.map((s) =>
    task === 'binary' ? Number(s > 0.4) : task === 'multiclass' ? (s < -0.3 ? 0 : s < 1 ? 1 : 2) : 206_000 + 80_000 * s,
  );
  const outputCount = task === 'multiclass' ? 3 : 1;
  const recipe = fitRecipe(frame, null, { inputs, minLevelCount: 3 });
  const matrix = applyRecipe(recipe, frame);
  const kinds = featureKinds(recipe);
  const mapper = buildBins(
    matrix,
    kinds.map((kind) => kind.kind),
    null,
    { maxBins: 255 },
  );
  const trees = trainTrees(
    {
      binned: applyBins(mapper, matrix),
      mapper,
      kinds: kinds.map((kind) => kind.kind),
      label,
      weight: null,
      trainRows: Int32Array.from({ length: rowCount }, (_, i) => i),
      validRows: null,
      task,
      outputCount,
    },
    {
      ...defaultTreeParams,
      rounds: options.rounds ?? 60,
      leaves: options.leaves ?? 31,
      minDataPerGroup: 10,
      minDataInLeaf: 5,
    },
    { stop: neverStop, earlyStoppingRounds: null },
  ).ensemble;
  const linear = fitLinear(
    { matrix, kinds, label, weight: null, rows: null, task, outputCount },
    { l2: 1e-3, maxIterations: 100 },
    { stop: neverStop },
  );
  const spec: ModelSpec = {
    task,
    classes: task === 'binary' ? ['no', 'yes'] : task === 'multiclass' ? ['low', 'mid', 'high'] : [],
    outputCount,
    recipe,
    members: [
      { kind: 'trees', weight: 0.75, trees },
      { kind: 'linear', weight: 0.25, linear },
    ],
    calibration: { kind: 'identity' },
  };
  const margins = predictMargins(spec, matrix);
  const { calibrator } = chooseCalibrator(margins, label, task, { seed: 1, outputCount });
  return { spec: { ...spec, calibration: calibrator }, frame };
}
