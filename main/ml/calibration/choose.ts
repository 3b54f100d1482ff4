/**
 * Chooses a calibrator for out-of-fold margins by cross-validated log loss, so that the chosen one is judged on rows
 * it was not fitted on. A calibrator must beat the simpler ones by more than one standard error of the paired
 * difference; on too few rows none is fitted, and the note says so.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import { prepareLogLoss } from '../metrics/classification.ts';
import { prepareEce } from '../metrics/reliability.ts';
import type { Calibrator, Task } from '../model-spec.ts';
import { mean, standardDeviation } from '../stats/moments.ts';
import { dealFolds } from '../validation/deal.ts';
import { applyCalibration } from './apply.ts';
import { fitBeta, fitBinaryTemperature, fitPiecewise, fitPlatt, fitTemperature } from './fit.ts';
import { fitVector } from './vector-scaling.ts';
import { bandCalibrator, vennAbersBand } from './venn-abers.ts';

/** Fewest rows of a binary problem, and of each class of a multiclass one, that a calibrator is fitted on. */
const calibrationLimits = { binaryRows: 1000, rowsPerClass: 500 };
/** With more classes a temperature, one number for all of them, is fitted on the rows together. */
const someClasses = 20;

export type CalibrationScore = { readonly kind: Calibrator['kind']; readonly logLoss: number; readonly ece: number };

export type CalibrationChoice = {
  /** Fitted on all rows given. */
  readonly calibrator: Calibrator;
  /** One sentence: what was chosen or refused, and why. */
  readonly note: string;
  /** Cross-fitted scores of every candidate, the uncalibrated margins ("identity") first. Empty for regression. */
  readonly candidates: readonly CalibrationScore[];
  /** Probabilities of every row from the chosen kind fitted without its fold; the margins for regression. */
  readonly crossFitted: Float64Array;
};

type Candidate = {
  readonly kind: Calibrator['kind'];
  readonly fit: (margins: Float64Array, labels: Float64Array) => Calibrator;
};

const identity: Calibrator = { kind: 'identity' };
const foldCount = 5;

/**
 * Chooses among identity, Platt, temperature, beta, piecewise and Venn–Abers (binary) or identity, temperature and vector scaling (multiclass). `labels` are 0/1
 * or class indices; margins are row-major for `outputCount` outputs. Deterministic for a seed.
 */
export function chooseCalibrator(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
  task: Task,
  options: { readonly seed: number; readonly outputCount: number },
): CalibrationChoice {
  const plain = applyCalibration(identity, margins, task, options.outputCount);
  if (task === 'regression') {
    return {
      calibrator: identity,
      note: 'Numeric predictions are not calibrated.',
      candidates: [],
      crossFitted: plain,
    };
  }
  const classCount = task === 'binary' ? 2 : options.outputCount;
  const score = (kind: Calibrator['kind'], probabilities: Float64Array): CalibrationScore => {
    const input = { predictions: probabilities, labels, classCount };
    return { kind, logLoss: prepareLogLoss(input)(null), ece: prepareEce(10)(input)(null) };
  };
  const together = classCount > someClasses && labels.length >= calibrationLimits.binaryRows;
  const refusal = together ? null : refuse(labels, task, classCount);
  const base = score('identity', plain);
  if (refusal !== null) {
    return { calibrator: identity, note: refusal, candidates: [base], crossFitted: plain };
  }
  const folds = dealFolds(labels, null, foldCount, createRng(deriveSeed(options.seed, 'calibration')));
  const tried = candidatesFor(task, options.outputCount, refuse(labels, task, classCount) !== null).map((candidate) => {
    const probabilities = crossFit(candidate, margins, labels, task, options.outputCount, folds);
    return { candidate, probabilities, score: score(candidate.kind, probabilities) };
  });
  let best: (typeof tried)[number] | null = null;
  let bestProbabilities = plain;
  for (const entry of tried) {
    if (clearlyBetter(entry.probabilities, bestProbabilities, labels, classCount)) {
      best = entry;
      bestProbabilities = entry.probabilities;
    }
  }
  const candidates = [base, ...tried.map((entry) => entry.score)];
  if (best === null) {
    const note = `No calibrator improves the raw probabilities beyond noise (calibration error ${percent(base.ece)}).`;
    return { calibrator: identity, note, candidates, crossFitted: plain };
  }
  const calibrator = best.candidate.fit(Float64Array.from(margins), Float64Array.from(labels));
  const note =
    `${names[best.candidate.kind]} chosen by cross-validated log loss ` +
    `(${best.score.logLoss.toFixed(4)} against ${base.logLoss.toFixed(4)} uncalibrated; ` +
    `calibration error ${percent(best.score.ece)} against ${percent(base.ece)}).`;
  return { calibrator, note, candidates, crossFitted: best.probabilities };
}

const names: Record<Calibrator['kind'], string> = {
  identity: 'No calibration',
  platt: 'Platt scaling',
  beta: 'Beta calibration',
  temperature: 'Temperature scaling',
  piecewise: 'Piecewise-linear isotonic calibration',
  'venn-abers': 'Venn–Abers calibration',
  vector: 'Vector scaling',
};

const percent = (value: number): string => `${(100 * value).toFixed(2)} %`;

function refuse(labels: ArrayLike<number>, task: Task, classCount: number): string | null {
  const counts = new Float64Array(classCount);
  for (let i = 0; i < labels.length; i++) counts[labels[i]]++;
  const smallest = counts.reduce((least, count) => Math.min(least, count), Number.POSITIVE_INFINITY);
  if (task === 'binary' && labels.length < calibrationLimits.binaryRows) {
    return `Not calibrated: ${labels.length} rows are fewer than the ${calibrationLimits.binaryRows} a calibrator needs.`;
  }
  if (task === 'multiclass' && smallest < calibrationLimits.rowsPerClass) {
    return `Not calibrated: the smallest class has ${smallest} rows, fewer than the ${calibrationLimits.rowsPerClass} a calibrator needs.`;
  }
  if (smallest < foldCount * 2) return `Not calibrated: one class has only ${smallest} rows.`;
  return null;
}

/** A handful of numbers is fitted to this many rows at most: more move them by less than their error. */
const parametricRows = 50_000;

/** A fit on every second, third … row where there are more than a handful of numbers needs. */
const thinned =
  (whole: Candidate['fit'], width: number): Candidate['fit'] =>
  (margins, labels) => {
    const stride = Math.ceil(labels.length / parametricRows);
    if (stride <= 1) return whole(margins, labels);
    return whole(
      margins.filter((_, at) => Math.floor(at / width) % stride === 0),
      labels.filter((_, row) => row % stride === 0),
    );
  };

function candidatesFor(task: Task, outputCount: number, together: boolean): Candidate[] {
  if (task === 'multiclass') {
    const temperature: Candidate = {
      kind: 'temperature',
      fit: thinned((margins, labels) => fitTemperature(margins, labels, outputCount), outputCount),
    };
    if (together) return [temperature];
    const vector: Candidate = {
      kind: 'vector',
      fit: thinned((margins, labels) => fitVector(margins, labels, outputCount), outputCount),
    };
    return [temperature, vector];
  }
  return [
    { kind: 'temperature', fit: thinned(fitBinaryTemperature, 1) },
    { kind: 'platt', fit: thinned(fitPlatt, 1) },
    { kind: 'beta', fit: thinned(fitBeta, 1) },
    { kind: 'piecewise', fit: (margins, labels) => fitPiecewise(margins, labels) },
    { kind: 'venn-abers', fit: (margins, labels) => bandCalibrator(vennAbersBand(margins, labels)) },
  ];
}

function crossFit(
  candidate: Candidate,
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
  task: Task,
  width: number,
  folds: Int32Array,
): Float64Array {
  const out = new Float64Array(margins.length);
  for (let fold = 0; fold < foldCount; fold++) {
    const [inside, outside] = [
      pick(margins, labels, width, folds, fold),
      pick(margins, labels, width, folds, -1 - fold),
    ];
    const calibrator = candidate.fit(outside.margins, outside.labels);
    const probabilities = applyCalibration(calibrator, inside.margins, task, width);
    let at = 0;
    for (let i = 0; i < labels.length; i++) {
      if (folds[i] !== fold) continue;
      for (let k = 0; k < width; k++) out[i * width + k] = probabilities[at++];
    }
  }
  return out;
}

/** Rows of one fold (fold ≥ 0) or of all others (−1 − fold). */
function pick(
  margins: ArrayLike<number>,
  labels: ArrayLike<number>,
  width: number,
  folds: Int32Array,
  wanted: number,
): { margins: Float64Array; labels: Float64Array } {
  const taken = (i: number): boolean => (wanted >= 0 ? folds[i] === wanted : folds[i] !== -1 - wanted);
  let count = 0;
  for (let i = 0; i < labels.length; i++) if (taken(i)) count++;
  const picked = { margins: new Float64Array(count * width), labels: new Float64Array(count) };
  for (let i = 0, at = 0; i < labels.length; i++) {
    if (!taken(i)) continue;
    picked.labels[at] = labels[i];
    for (let k = 0; k < width; k++) picked.margins[at * width + k] = margins[i * width + k];
    at++;
  }
  return picked;
}

/** True when the mean gain in log loss exceeds one standard error. */
function clearlyBetter(
  challenger: Float64Array,
  holder: Float64Array,
  labels: ArrayLike<number>,
  classCount: number,
): boolean {
  const gains = new Float64Array(labels.length);
  for (let i = 0; i < gains.length; i++) {
    gains[i] = rowLoss(holder, labels[i], i, classCount) - rowLoss(challenger, labels[i], i, classCount);
  }
  const gain = mean(gains);
  return gain > 0 && gain > standardDeviation(gains) / Math.sqrt(gains.length);
}

function rowLoss(probabilities: Float64Array, label: number, i: number, classCount: number): number {
  const p =
    classCount <= 2 ? (label === 1 ? probabilities[i] : 1 - probabilities[i]) : probabilities[i * classCount + label];
  return -Math.log(Math.max(p, 2 ** -52));
}
