/** One row: margin, calibrated output, exact contributions, words and the decision, computed in the host's thread. */
import type { Policy } from '../../contract/decisions.ts';
import type { Contribution, Prediction } from '../../contract/predictions.ts';
import { applyCalibration, classScale } from '../../ml/calibration/apply.ts';
import { moneyOf } from '../../ml/decide/money.ts';
import { rescaleSoftmax, rescaleToProbability } from '../../ml/explain/rescale.ts';
import { cellValue } from '../../ml/explain/summary.ts';
import { describePrediction } from '../../ml/explain/words.ts';
import type { Frame } from '../../ml/frame.ts';
import type { Response } from '../../ml/model-spec.ts';
import { type ExplainedRows, explainOutputs, predictMargins, predictOutputs } from '../../ml/predict.ts';
import { applyRecipe } from '../../ml/recipe/apply.ts';
import { ascendingQuantiles, marginUnits } from '../../ml/response.ts';
import type { GraphRows } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { rowWarnings } from './row-frame.ts';
import { intervalOf } from './row-interval.ts';

/** What the inference process computed for a model without kernels; `average` as in words, over the background rows. */
export type GraphRow = GraphRows & { readonly average: Float64Array };

/** Everything of the reply but what the cache and the ledger add. */
export function predictRow(
  loaded: LoadedModel,
  frame: Frame,
  policy: Policy | null,
  bestThreshold: number | null,
  level: number,
  graph: GraphRow | null = null,
): Omit<Prediction, 'cached' | 'ledgerId' | 'milliseconds'> {
  const { spec } = loaded.content;
  const { classes, task, outputCount } = spec;
  const matrix = applyRecipe(spec.recipe, frame);
  const margins = graph?.margins ?? predictMargins(spec, matrix);
  const outputs = graph?.outputs ?? predictOutputs(spec, margins);
  const top = task === 'multiclass' ? argmax(outputs) : 0;
  const all =
    graph?.all ??
    explainOutputs(
      spec,
      matrix,
      Array.from({ length: outputCount }, (_, k) => k),
    );
  const explained = all[top];
  const contributions = ranked(frame, spec.recipe.inputs, explained.inputs, explained.values);
  const explainedClass = task === 'regression' ? null : task === 'binary' ? classes[1] : classes[top];
  const inProbability = probabilityUnits(loaded, all, top);
  const probability = task === 'regression' ? null : outputs[top];
  const sum = contributions.reduce((total, entry) => total + entry.contribution, explained.base);
  const words = describePrediction({
    task,
    target: loaded.model.target,
    explainedClass,
    prediction: outputs[top],
    base: (graph?.average ?? averageOutputs(loaded))[top],
    contributions,
    ...(spec.response?.kind === 'log' ? { logLink: true } : {}),
  });
  const decision = task === 'binary' && probability !== null ? decide(probability, policy, bestThreshold, frame) : null;
  return {
    prediction:
      task === 'regression' ? outputs[0] : task === 'binary' ? classes[outputs[0] >= 0.5 ? 1 : 0] : classes[top],
    probability,
    probabilities:
      task === 'regression'
        ? []
        : task === 'binary'
          ? [
              { label: classes[1], probability: outputs[0] },
              { label: classes[0], probability: 1 - outputs[0] },
            ]
          : classes
              .map((label, k) => ({ label, probability: outputs[k] }))
              .sort((a, b) => b.probability - a.probability),
    margin: Array.from(margins),
    units: marginUnits(spec),
    ...quantilesOf(spec.response, margins),
    baseValue: explained.base,
    contributions,
    explainedClass,
    additivityError: Math.abs(sum - margins[top]) / Math.max(1, Math.abs(margins[top])),
    probabilityContributions:
      inProbability === null ? null : ranked(frame, spec.recipe.inputs, explained.inputs, inProbability.values),
    baseProbability: inProbability?.base ?? null,
    sentence: words.sentence,
    keyFactors: [...words.keyFactors],
    decision,
    warnings: rowWarnings(loaded.content, frame),
    ...intervalOf(loaded, { frame, matrix, margins, outputs }, level),
    executor: graph === null ? 'kernels' : 'onnx',
  };
}

/** Quantiles of the row by ascending level; nothing for models that predict one number. */
function quantilesOf(response: Response | undefined, margins: Float64Array): Pick<Prediction, 'quantiles'> {
  const found = ascendingQuantiles(response, margins);
  return found === null ? {} : { quantiles: found.levels.map((level, k) => ({ level, value: found.values[k] })) };
}

const averages = new WeakMap<LoadedModel['content'], Float64Array>();

/** Mean shown output over the background rows: what "the average" means in words. Computed once a loaded model. */
function averageOutputs({ content }: LoadedModel): Float64Array {
  const known = averages.get(content);
  if (known !== undefined) return known;
  const { spec, background } = content;
  const outputs = predictOutputs(spec, predictMargins(spec, applyRecipe(spec.recipe, background)));
  const width = spec.task === 'regression' ? 1 : spec.outputCount;
  const mean = new Float64Array(width);
  for (let i = 0; i < outputs.length; i++) mean[i % width] += outputs[i] / Math.max(1, background.rowCount);
  averages.set(content, mean);
  return mean;
}

function probabilityUnits(
  loaded: LoadedModel,
  all: readonly ExplainedRows[],
  top: number,
): { base: number; values: Float64Array } | null {
  const { spec } = loaded.content;
  if (spec.task === 'regression') return null;
  const explained = all[top];
  if (spec.task === 'binary') {
    const scaled = rescaleToProbability(
      explained.values,
      explained.base,
      (margin) => applyCalibration(spec.calibration, Float64Array.of(margin), 'binary', 1)[0],
    );
    return { base: scaled.baseProbability, values: scaled.values };
  }
  const change = all.map((_, k) => classScale(spec.calibration, k));
  const scaled = rescaleSoftmax(
    all.map((part, k) => part.values.map((value) => value * change[k].scale)),
    all.map((part, k) => part.base * change[k].scale + change[k].offset),
    top,
  );
  return { base: scaled.baseProbability, values: scaled.values };
}

function ranked(
  frame: Frame,
  inputs: LoadedModel['content']['spec']['recipe']['inputs'],
  names: readonly string[],
  values: ArrayLike<number>,
): Contribution[] {
  return names
    .map((column, i) => ({ column, value: shownCell(frame, inputs, column), contribution: values[i] }))
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution));
}

/** The cell as a person wrote it: dates as ISO text. */
export function shownCell(
  frame: Frame,
  inputs: LoadedModel['content']['spec']['recipe']['inputs'],
  name: string,
  row = 0,
): string | number | null {
  const column = frame.columns.find((candidate) => candidate.name === name);
  if (column === undefined) return null;
  const value = cellValue(column, row);
  if (column.type !== 'timestamp' || typeof value !== 'number') return value;
  const iso = new Date(value / 1000).toISOString();
  return inputs.find((input) => input.name === name)?.logicalType === 'date' ? iso.slice(0, 10) : iso;
}

function decide(
  probability: number,
  policy: Policy | null,
  bestThreshold: number | null,
  frame: Frame,
): Prediction['decision'] {
  const threshold = policy?.threshold ?? bestThreshold;
  if (threshold === null) return null;
  const act = probability >= threshold;
  return {
    action: act ? (policy?.action ?? 'Contact') : 'None',
    threshold,
    expectedProfit: policy === null ? null : expectedProfit(probability, act, policy, frame),
  };
}

/** Expected money of the decision, scaled by the row's value where the policy names a column; an unknown value counts 0. */
function expectedProfit(probability: number, act: boolean, policy: Policy, frame: Frame): number {
  const column = frame.columns.find((candidate) => candidate.name === policy.valueColumn);
  const value = policy.valueColumn === null ? 1 : column?.type === 'double' ? column.values[0] : Number.NaN;
  const { gain, idle } = moneyOf([1, 0], policy.matrix, { values: [value, value] });
  const money = (row: 0 | 1): number => idle[row] + (act ? gain[row] : 0);
  return probability * money(0) + (1 - probability) * money(1);
}

const argmax = (values: Float64Array): number =>
  values.reduce((best, value, i) => (value > values[best] ? i : best), 0);
