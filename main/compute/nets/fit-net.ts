/**
 * Trains a net on some rows: AdamW on shuffled batches, judged after every pass on the validation rows with the running
 * mean of its parameters, which stands in for a falling rate and needs no known end. The best judged parameters are the
 * result; without validation rows those of the last pass. Deterministic by seed unless a deadline ends it.
 */
import { throwIfStopped } from '../../base/stop.ts';
import { marginLoss } from '../../ml/ensemble/blend.ts';
import type { FeatureMatrix } from '../../ml/frame.ts';
import type { Task } from '../../ml/model-spec.ts';
import { createEncodedRows, encodeRows, type NetPlan, planNet } from '../../ml/nets/encode.ts';
import { initialParameters, parameterOffsets } from '../../ml/nets/initial.ts';
import type { NetLayout, NetModel } from '../../ml/nets/net-model.ts';
import type { NetParams } from '../../ml/nets/params.ts';
import { answerDefinition, lossDefinition } from '../../ml/nets/tabular-net.ts';
import {
  buildAnswerGraph,
  buildTrainingGraph,
  type InputDeclaration,
  sizeOfShape,
  stateNames,
} from '../../ml/nets/training-graph.ts';
import { batchRowsFor, createBatches, createMasks, stepInput, stepsPerPass } from '../../ml/nets/training-state.ts';
import type { FeatureKind } from '../../ml/recipe/apply.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type Arrays, type GraphRunner, openGraph } from './runtime.ts';

export type NetInput = {
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  readonly label: Float64Array;
  readonly weight: Float64Array | null;
  readonly rows: Int32Array;
  readonly validRows: Int32Array | null;
  readonly task: Task;
  readonly outputCount: number;
};

export type FittedNet = {
  readonly model: NetModel;
  /** Passes after which the result was reached. */
  readonly passes: number;
  /** Margins of the validation rows; null without. */
  readonly validMargins: Float64Array | null;
  /** Their loss; NaN without. */
  readonly validLoss: number;
};

/** Called after every judged pass. */
export type OnPass = (pass: number, validLoss: number) => void;

const clipNorm = 1;
const judgedAtOnce = 1024;
/** Passes that the running mean reaches back. */
const averagedPasses = 1.5;

/** See the head of this file. Throws cancelled when stopped. */
export async function fitNet(
  input: NetInput,
  params: NetParams,
  environment: Pick<TaskEnvironment, 'stop' | 'deadline' | 'native'>,
  onPass: OnPass = () => {},
): Promise<FittedNet> {
  const { matrix, rows, validRows, task, outputCount } = input;
  const plan = planNet(matrix, input.kinds, rows, params.intervals, environment.stop);
  const { intervals, embedding, hidden, members } = params;
  const layout: NetLayout = {
    task,
    outputCount,
    numbers: plan.numbers,
    categories: plan.categories,
    shape: { intervals, embedding, hidden, members, tableRows: plan.tableRows },
  };
  const { centre, spread } = targetScale(input);
  const modelOf = (parameters: Float32Array): NetModel => ({ ...layout, centre, spread, parameters });
  const start = initialParameters(layout, params.seed);
  const batchRows = batchRowsFor(rows.length, params.batchRows);
  const loss = lossDefinition(layout, batchRows, params.dropout > 0);
  const open: GraphRunner[] = [];
  environment.native?.(true);
  try {
    throwIfStopped(environment.stop);
    const trainer = await openGraph(buildTrainingGraph(loss, { weightDecay: params.weightDecay, clipNorm }));
    open.push(trainer);
    const judge = await openGraph(buildAnswerGraph(answerDefinition(layout)));
    open.push(judge);
    const state = createTraining(input, params, plan, loss.inputs, start, batchRows, { centre, spread });
    const perPass = stepsPerPass(rows.length, batchRows);
    let best = { parameters: start, loss: Number.POSITIVE_INFINITY, passes: 0, margins: null as Float64Array | null };
    for (let pass = 1; pass <= params.epochs; pass++) {
      let over = false;
      for (let step = 0; step < perPass && !over; step++) {
        throwIfStopped(environment.stop);
        await state.step(trainer, 1 / (averagedPasses * perPass));
        over = environment.deadline();
      }
      // The time for another judgement is gone; the partial pass is given up where there is a judged one
      if (over && validRows !== null && best.margins !== null) break;
      const average = settleTable(layout, plan, state.average());
      const margins =
        validRows === null ? null : await answers(judge, modelOf(average), matrix, validRows, environment);
      const validLoss = margins === null ? Number.NaN : lossOf(input, margins);
      onPass(pass, validLoss);
      if (margins === null || validLoss < best.loss)
        best = { parameters: average, loss: validLoss, passes: pass, margins };
      if (over || (margins !== null && params.patience !== null && pass - best.passes >= params.patience)) break;
    }
    // Where nothing finite came of it, the start answers: about the mean
    if (validRows !== null && best.margins === null) {
      const margins = await answers(judge, modelOf(start), matrix, validRows, environment);
      best = { parameters: start, loss: lossOf(input, margins), passes: 0, margins };
    }
    return { model: modelOf(best.parameters), passes: best.passes, validMargins: best.margins, validLoss: best.loss };
  } finally {
    for (const runner of open) await runner.close();
    environment.native?.(false);
  }
}

/** What the net's answers are centred and scaled by: mean and deviation of a regression's target. */
function targetScale({ task, label, rows, outputCount }: NetInput): { centre: number[]; spread: number } {
  if (task !== 'regression') return { centre: new Array<number>(outputCount).fill(0), spread: 1 };
  let mean = 0;
  let squares = 0;
  for (let i = 0; i < rows.length; i++) {
    const delta = label[rows[i]] - mean;
    mean += delta / (i + 1);
    squares += delta * (label[rows[i]] - mean);
  }
  let spread = Math.sqrt(squares / Math.max(1, rows.length));
  // Squares of the largest doubles overflow
  if (!Number.isFinite(spread)) spread = rows.reduce((most, row) => Math.max(most, Math.abs(label[row] - mean)), 0);
  return { centre: [mean], spread: spread > 0 && Number.isFinite(spread) ? spread : 1 };
}

/** The arrays of a training run, and how a step goes. */
function createTraining(
  input: NetInput,
  params: NetParams,
  plan: NetPlan,
  declared: readonly InputDeclaration[],
  start: Float32Array,
  batchRows: number,
  scale: { readonly centre: readonly number[]; readonly spread: number },
) {
  const { outputCount, task, label, weight, matrix } = input;
  const batches = createBatches(input.rows, batchRows, params.seed);
  const encoded = createEncodedRows(plan, batchRows);
  const target = new Float32Array(batchRows * outputCount);
  const weights = new Float32Array(batchRows).fill(1);
  const masked = declared.filter(({ name }) => name.startsWith('keep'));
  const masks = createMasks(params.dropout, Math.max(0, ...masked.map(({ shape }) => sizeOfShape(shape))), params.seed);
  const stepArray = new Float32Array(4);
  const lossArray = new Float32Array(1);
  let now = [start.slice(), new Float32Array(start.length), new Float32Array(start.length), start.slice()];
  let next = now.map((array) => new Float32Array(array.length));
  const given: Readonly<Record<string, Float32Array | BigInt64Array>> = { ...encoded, target, weight: weights };
  const flat = [start.length];
  let t = 0;
  const fill = (rows: Int32Array): void => {
    encodeRows(plan, matrix, rows, 0, batchRows, encoded);
    for (let i = 0; i < batchRows; i++) {
      const value = label[rows[i]];
      if (task === 'multiclass') {
        target.fill(0, i * outputCount, (i + 1) * outputCount);
        target[i * outputCount + value] = 1;
      } else target[i] = task === 'binary' ? value : (value - scale.centre[0]) / scale.spread;
      if (weight !== null) weights[i] = weight[rows[i]];
    }
  };
  return {
    average: (): Float32Array => now[3].slice(),
    step: async (trainer: GraphRunner, averaging: number): Promise<void> => {
      fill(batches.next());
      t++;
      const inputs: Arrays = Object.fromEntries([
        ...declared.map(({ name, shape }) => [
          name,
          { data: name.startsWith('keep') ? masks.cut(sizeOfShape(shape)) : given[name], dims: shape },
        ]),
        ...stateNames.map((name, i) => [name, { data: now[i], dims: flat }]),
        ['step', { data: stepInput(params, t, averaging, stepArray), dims: [4] }],
      ]);
      const outputs: Arrays = Object.fromEntries([
        ['loss', { data: lossArray, dims: [] }],
        ...stateNames.map((name, i) => [`next/${name}`, { data: next[i], dims: flat }]),
      ]);
      await trainer.run(inputs, outputs);
      [now, next] = [next, now];
    },
  };
}

/** Rows of the table that no training row uses get the mean of their column's used ones; returns the same array. */
function settleTable(layout: NetLayout, plan: NetPlan, parameters: Float32Array): Float32Array {
  const start = parameterOffsets(layout).get('levels');
  const width = layout.shape.embedding;
  for (const { rows, missingRow } of layout.categories) {
    if (start === undefined) break;
    const all = [...rows, missingRow];
    const used = all.filter((row) => plan.usedRows[row] === 1);
    for (let e = 0; e < width; e++) {
      let sum = 0;
      for (const row of used) sum += parameters[start + row * width + e];
      for (const row of all) if (plan.usedRows[row] === 0) parameters[start + row * width + e] = sum / used.length;
    }
  }
  return parameters;
}

/** Margins of some rows, row-major, by the runtime. */
async function answers(
  judge: GraphRunner,
  model: NetModel,
  matrix: FeatureMatrix,
  rows: Int32Array,
  { stop }: Pick<TaskEnvironment, 'stop'>,
): Promise<Float64Array> {
  const { outputCount, parameters, centre, spread } = model;
  const margins = new Float64Array(rows.length * outputCount);
  for (let start = 0; start < rows.length; start += judgedAtOnce) {
    throwIfStopped(stop);
    const count = Math.min(judgedAtOnce, rows.length - start);
    const encoded = createEncodedRows(model, count);
    encodeRows(model, matrix, rows, start, count, encoded);
    const answer = new Float32Array(count * outputCount);
    const inputs: Arrays = Object.fromEntries([
      ...answerDefinition(model).inputs.map(({ name, shape }) => [
        name,
        { data: encoded[name as keyof typeof encoded], dims: [count, shape[1]] },
      ]),
      ['parameters', { data: parameters, dims: [parameters.length] }],
    ]);
    await judge.run(inputs, { answer: { data: answer, dims: [count, outputCount] } });
    for (let i = 0; i < answer.length; i++) {
      margins[start * outputCount + i] = centre[i % outputCount] + spread * answer[i];
    }
  }
  return margins;
}

function lossOf({ label, validRows, task, outputCount }: NetInput, margins: Float64Array): number {
  const labels = Float64Array.from(validRows ?? [], (row) => label[row]);
  return marginLoss(task, margins, labels, outputCount);
}
