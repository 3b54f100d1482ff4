/**
 * What ships: the best single trial, a blend, or a stack. Weights that were fitted on the rows they are judged on look
 * better than they are, so blends and stacks are judged on cross-fitted margins (weights from four fifths of the rows, used
 * on the rest), and each is kept only if the interval of its paired gain over what is simpler lies above zero. Picking the
 * best single trial is a choice made on the same rows too: what a blend is compared with is the trial that the other
 * four fifths would pick, or else the luck of the pick would count against every blend.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import { pickRows } from '../../base/typed-arrays.ts';
import type { Task } from '../model-spec.ts';
import { isJudgedBySquares, type ObjectiveSpec, squaredError } from '../objective-spec.ts';
import { type PairedGain, pairedGain } from '../stats/paired-gain.ts';
import { baggedBlend } from './bagged-blend.ts';
import { rowLosses } from './row-loss.ts';
import { applyStack, fitLogLevel, fitStack, type Stack } from './stack.ts';

export type EnsembleInput = {
  readonly task: Task;
  /** Out-of-fold margins of each candidate, row-major rows × outputs, no NaN. */
  readonly candidates: readonly Float64Array[];
  readonly labels: Float64Array;
  readonly outputCount: number;
  readonly seed: number;
  readonly maxMembers: number;
  /** Loss of a regression, squared error when absent; stacks are fitted to squared error and log loss only. */
  readonly objective?: ObjectiveSpec;
  /** True: the best single trial ships, whatever combining would bring. */
  readonly single?: boolean;
  /** True: the margins are of rows later than all that were learned from. A stack would take the trend between them for a law. */
  readonly later?: boolean;
};

export type EnsembleChoice = {
  readonly kind: 'single' | 'blend' | 'stack';
  /** One per candidate; sums to 1 unless it is a stack. */
  readonly weights: readonly number[];
  /** Added to the weighted margins, one per output. */
  readonly intercept: readonly number[];
  /** Margins of what ships, cross-fitted where weights were fitted. */
  readonly margins: Float64Array;
  /** Mean loss taken off the single trial that the rows not judged would pick, with its interval; null where nothing was tried. */
  readonly gain: PairedGain | null;
  /** Index of the best single candidate. */
  readonly best: number;
  /** Row losses of every candidate, then of the blend and the stack where they were made. */
  readonly losses: readonly Float64Array[];
  /** Margins in the order of `losses`. */
  readonly options: readonly Float64Array[];
  /** Candidates that cannot be told from the best single one: their interval holds zero or the difference is too small to matter. */
  readonly tied: readonly number[];
  readonly note: string;
};

const parts = 5;
const bags = 5;
const steps = 12;
/** Weights are fitted on at most so many rows × outputs. */
const fitCells = 20_000;
/** Candidates that are looked at, by their loss: those behind have never been part of a blend that mattered. */
const mostCandidates = 14;
/** Differences below this share of the loss do not matter in practice. */
const equalShare = 0.001;
/** A gain is kept when so many resamples have it. The lower end of a two-sided interval at `keepLevel` is that one-sided bound. */
const keepShare = 0.8;
const keepLevel = 2 * keepShare - 1;
/** Level of the two-sided interval that is shown, like those of scores; the gain of what was kept may reach below zero in it. */
const shownLevel = 0.9;
/** A stack's free weights are luck with fewer rows. */
const fewestStackRows = 2000;
/** A stack moves the intercept of one output after the other, each time over all of them: squares of the classes. */
const mostStackOutputs = 100;
/** With fewer rows weights are luck. */
const fewestRows = 100;

/** See the head of this file. Deterministic for a seed. */
export function chooseEnsemble(input: EnsembleInput): EnsembleChoice {
  const { task, candidates, labels, outputCount, seed, objective } = input;
  const singles = candidates.map((margins) => rowLosses(task, margins, labels, outputCount, objective));
  const means = singles.map((losses) => mean(losses));
  const best = means.indexOf(Math.min(...means));
  const order = means.map((_, c) => c).sort((a, b) => means[a] - means[b] || a - b);
  const tied = order.filter((c) => c !== best && isTied(singles[best], singles[c], seed));
  const single: EnsembleChoice = {
    kind: 'single',
    weights: candidates.map((_, c) => (c === best ? 1 : 0)),
    intercept: new Array<number>(outputCount).fill(0),
    margins: candidates[best],
    gain: null,
    best,
    losses: singles,
    options: candidates,
    tied,
    note: 'best single trial',
  };
  if (input.single === true || candidates.length < 2 || labels.length < fewestRows) return single;
  const used = order.slice(0, mostCandidates);
  const library = used.map((c) => candidates[c]);
  const many = outputCount > mostStackOutputs;
  const bySquares = isJudgedBySquares(objective ?? squaredError);
  const stacks = labels.length >= fewestStackRows && !many && bySquares && input.later !== true;
  const { blend, stack, picked } = crossFit(
    input,
    library,
    used.map((c) => singles[c]),
    stacks,
  );
  const pickedLosses = rowLosses(task, picked, labels, outputCount, objective);
  const blendLosses = rowLosses(task, blend, labels, outputCount, objective);
  const stackLosses = rowLosses(task, stack, labels, outputCount, objective);
  const losses = [...singles, blendLosses, stackLosses];
  const options = [...candidates, blend, stack];
  const gainOver = (before: Float64Array, after: Float64Array): PairedGain =>
    pairedGain(before, after, { seed, level: shownLevel });
  const gains = (before: Float64Array, after: Float64Array): boolean =>
    pairedGain(before, after, { seed, level: keepLevel }).low > 0;
  const wantsStack = stacks && gains(pickedLosses, stackLosses) && gains(blendLosses, stackLosses);
  if (!wantsStack && !gains(pickedLosses, blendLosses)) {
    const note = 'best single trial; combining trials brought no more than noise';
    return { ...single, losses, options, gain: gainOver(pickedLosses, blendLosses), note };
  }
  const all = fitOn(input, library, allRows(labels.length), wantsStack);
  const fitted = all.stack ?? all.blend;
  const weights = candidates.map(() => 0);
  used.forEach((c, i) => {
    weights[c] = fitted.weights[i];
  });
  const count = weights.filter((weight) => weight > 0).length;
  return {
    ...single,
    kind: wantsStack ? 'stack' : 'blend',
    weights,
    intercept: fitted.intercept,
    margins: wantsStack ? stack : blend,
    gain: gainOver(pickedLosses, wantsStack ? stackLosses : blendLosses),
    losses,
    options,
    note: `${wantsStack ? 'stack' : 'blend'} of ${count} trials, better in at least ${keepShare * 100} % of resamples`,
  };
}

function isTied(best: Float64Array, other: Float64Array, seed: number): boolean {
  const { value, low, high } = pairedGain(best, other, { seed, level: 0.95 });
  return (low <= 0 && high >= 0) || Math.abs(value) <= equalShare * mean(best);
}

type CrossFitted = { readonly blend: Float64Array; readonly stack: Float64Array; readonly picked: Float64Array };

/**
 * Margins of every row under weights fitted on the other parts (without stacks the blend stands for both), and under the
 * single candidate that is best on the other parts by the row losses of each.
 */
function crossFit(
  input: EnsembleInput,
  library: readonly Float64Array[],
  losses: readonly Float64Array[],
  stacks: boolean,
): CrossFitted {
  const { labels, outputCount, seed } = input;
  const order = shuffle(allRows(labels.length), createRng(deriveSeed(seed, 'ensemble-parts')));
  const blend = new Float64Array(labels.length * outputCount);
  const stack = stacks ? new Float64Array(blend.length) : blend;
  const picked = new Float64Array(blend.length);
  for (let part = 0; part < parts; part++) {
    const held = order.filter((_, i) => i % parts === part);
    const others = order.filter((_, i) => i % parts !== part);
    const margins = library.map((candidate) => pickRows(candidate, held, outputCount));
    const fitted = fitOn(input, library, others, stacks);
    const outside = losses.map((loss) => others.reduce((sum, row) => sum + loss[row], 0));
    place(picked, held, margins[outside.indexOf(Math.min(...outside))], outputCount);
    place(blend, held, applyStack(fitted.blend, margins, outputCount), outputCount);
    if (fitted.stack !== null) place(stack, held, applyStack(fitted.stack, margins, outputCount), outputCount);
  }
  return { blend, stack, picked };
}

function place(all: Float64Array, rows: Int32Array, margins: Float64Array, width: number): void {
  for (let i = 0; i < rows.length; i++) {
    for (let k = 0; k < width; k++) all[rows[i] * width + k] = margins[i * width + k];
  }
}

/** Weights fitted on (at most so many of) the rows: the bagged blend, and where wanted the stack that starts at it. */
function fitOn(
  input: EnsembleInput,
  library: readonly Float64Array[],
  rows: Int32Array,
  stacked: boolean,
): { readonly blend: Stack; readonly stack: Stack | null } {
  const { task, outputCount, maxMembers, seed } = input;
  const most = Math.max(200, Math.floor(fitCells / outputCount));
  const step = Math.max(1, Math.ceil(rows.length / most));
  const taken = rows.filter((_, i) => i % step === 0);
  const labels = Float64Array.from(taken, (row) => input.labels[row]);
  const margins = library.map((candidate) => pickRows(candidate, taken, outputCount));
  const weights = baggedBlend(
    task,
    margins.map((candidate) => ({ margins: candidate })),
    labels,
    outputCount,
    {
      steps,
      maxMembers,
      bags,
      seed: deriveSeed(seed, 'bags'),
      ...(input.objective === undefined ? {} : { objective: input.objective }),
    },
  );
  const intercept = new Array<number>(outputCount).fill(0);
  const blend = { weights, intercept };
  if (!stacked) return { blend, stack: null };
  // Weights of logarithms are powers: a stack of these moves the level alone
  if (task === 'regression' && (input.objective ?? squaredError).kind !== 'squared') {
    const blended = applyStack(blend, margins, outputCount);
    return { blend, stack: { weights, intercept: [fitLogLevel(blended, labels)] } };
  }
  const members = weights.flatMap((weight, c) => (weight > 0 ? [c] : []));
  const stack = fitStack(
    task,
    members.map((c) => margins[c]),
    labels,
    outputCount,
    members.map((c) => weights[c]),
  );
  const stackWeights = library.map(() => 0);
  members.forEach((c, i) => {
    stackWeights[c] = stack.weights[i];
  });
  return { blend, stack: { weights: stackWeights, intercept: stack.intercept } };
}

const allRows = (count: number): Int32Array => Int32Array.from({ length: count }, (_, i) => i);

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;
