/**
 * Cyclic boosting of additive terms (Lou, Caruana & Gehrke, "Intelligible models for classification and regression", KDD 2012,
 * §3.2): pass after pass every term in turn gets one small step toward the gradient, so that correlated features share
 * what they explain instead of the first one taking all. A bag stops by the rows it left out and keeps its best pass.
 * Cost: rows × terms × passes.
 */
import { createRng, deriveSeed } from '../../base/rng.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import { pickRows } from '../../base/typed-arrays.ts';
import type { Task } from '../model-spec.ts';
import { applyStep, type BagRows, bagLoss, type Pending, passSingle, passSoftmax } from './gradients.ts';
import type { AdditiveParams } from './params.ts';
import { type OneTermState, type Sums, stepOne, stepPair } from './step.ts';

/** What is boosted: cells of every row, and how they lie. */
export type BoostTerm = {
  readonly column: Uint8Array;
  readonly cellCount: number;
  /** Cells of the two axes of a pair; null for one feature. */
  readonly shape: readonly [rows: number, columns: number] | null;
  readonly isCategory: boolean;
};

export type BoostData = {
  readonly task: Task;
  readonly outputCount: number;
  readonly terms: readonly BoostTerm[];
  readonly label: Float64Array;
  readonly weight: Float64Array | null;
  readonly trainRows: Int32Array;
  /** Rows to stop by; without any all passes are kept. */
  readonly validRows: Int32Array;
  /** Margins of all rows to start from, [row][output]. */
  readonly margins: Float64Array;
};

export type BoostControl = { readonly stop: StopSignal; readonly deadline: () => boolean };

export type Boosted = {
  /** [cell][output] of every term. */
  readonly tables: readonly Float64Array[];
  /** Pass that was kept. */
  readonly rounds: number;
};

/** Share of the first loss that patience waits for: classes that part perfectly would gain a trace for ever. */
const leastProgress = 1e-3;

/** Boosts the terms of one bag. Throws cancelled when stopped; at the deadline the best pass so far is kept. */
export function boostTerms(data: BoostData, params: AdditiveParams, control: BoostControl): Boosted {
  const { task, outputCount: outputs, terms } = data;
  const train = gatherRows(data, data.trainRows);
  const valid = gatherRows(data, data.validRows);
  const trainCells = terms.map(({ column }) => gatherCells(column, data.trainRows));
  const validCells = terms.map(({ column }) => gatherCells(column, data.validRows));
  const tables = terms.map(({ cellCount }) => new Float64Array(cellCount * outputs));
  const counts = terms.map(({ cellCount }, t) => countCells(trainCells[t], cellCount));
  const steppers = terms.map((term) => createStepper(term, outputs, params));
  const multiplicities = innerBags(train.count, params);
  let pending: Pending = { cells: new Uint8Array(train.count), values: new Float64Array(outputs) };
  let best = valid.count > 0 ? bagLoss(valid, task, outputs) : Number.NaN;
  let kept = tables.map((table) => table.slice());
  let bestRound = 0;
  const least = best * leastProgress;
  let mark = { loss: best, round: 0 };
  for (let round = 1; round <= params.rounds && terms.length > 0; round++) {
    throwIfStopped(control.stop);
    if (control.deadline()) break;
    for (let t = 0; t < terms.length; t++) {
      const step = new Float64Array(tables[t].length);
      for (const multiplicity of multiplicities) {
        const sums = steppers[t].sums(multiplicity === null ? counts[t] : null);
        if (outputs === 1) passSingle(train, task === 'binary', pending, trainCells[t], multiplicity, sums[0]);
        else passSoftmax(train, outputs, pending, trainCells[t], multiplicity, sums);
        if (multiplicities.length > 1)
          pending = { cells: pending.cells, values: new Float64Array(pending.values.length) };
        steppers[t].add(step, params.learningRate / multiplicities.length);
      }
      const table = tables[t];
      for (let i = 0; i < table.length; i++) table[i] += step[i];
      pending = { cells: trainCells[t], values: step };
      if (valid.count > 0) applyStep(valid, outputs, { cells: validCells[t], values: step });
    }
    if (valid.count === 0) {
      bestRound = round;
      continue;
    }
    const loss = bagLoss(valid, task, outputs);
    if (loss < best) {
      best = loss;
      bestRound = round;
      kept = tables.map((table) => table.slice());
    }
    if (loss < mark.loss - least) mark = { loss, round };
    else if (round - mark.round >= params.earlyStoppingRounds) break;
  }
  return { tables: valid.count === 0 ? tables : kept, rounds: bestRound };
}

function gatherRows(data: BoostData, rows: Int32Array): BagRows {
  const { outputCount: outputs, label, weight } = data;
  const margins = pickRows(data.margins, rows, outputs);
  const take = (values: Float64Array): Float64Array => Float64Array.from(rows, (row) => values[row]);
  return { count: rows.length, label: take(label), weight: weight === null ? null : take(weight), margins };
}

const gatherCells = (column: Uint8Array, rows: Int32Array): Uint8Array => {
  const out = new Uint8Array(rows.length);
  for (let i = 0; i < rows.length; i++) out[i] = column[rows[i]];
  return out;
};

function countCells(cells: Uint8Array, cellCount: number): Float64Array {
  const counts = new Float64Array(cellCount);
  for (const cell of cells) counts[cell]++;
  return counts;
}

/** How often each row occurs in each inner bag; a single null for all rows once. */
function innerBags(count: number, params: AdditiveParams): readonly (Uint8Array | null)[] {
  if (params.innerBags === 1) return [null];
  return Array.from({ length: params.innerBags }, (_, bag) => {
    const rng = createRng(deriveSeed(params.seed, `inner ${bag}`));
    const times = new Uint8Array(count);
    for (let i = 0; i < count; i++) {
      const at = rng.int(count);
      if (times[at] < 255) times[at]++;
    }
    return times;
  });
}

type Stepper = {
  /** Histograms to fill; `counts` are the rows by cell where they do not change. */
  readonly sums: (counts: Float64Array | null) => readonly Sums[];
  /** Adds `factor` × the step of the filled histograms. */
  readonly add: (to: Float64Array, factor: number) => void;
};

function createStepper(term: BoostTerm, outputs: number, params: AdditiveParams): Stepper {
  const { cellCount, shape } = term;
  const own = Array.from({ length: outputs }, () => ({
    g: new Float64Array(cellCount),
    h: new Float64Array(cellCount),
    count: new Float64Array(cellCount),
  }));
  const states = own.map(
    (): OneTermState => ({
      order: Int32Array.from({ length: cellCount - 1 }, (_, i) => i),
      isCategory: term.isCategory,
    }),
  );
  const value = new Float64Array(cellCount);
  let filled: readonly Sums[] = own;
  return {
    sums: (counts) => {
      filled = counts === null ? own : own.map((sums) => ({ ...sums, count: counts }));
      return filled;
    },
    add: (to, factor) => {
      filled.forEach((sums, k) => {
        if (shape === null) stepOne(sums, states[k], params, value);
        else stepPair(sums, shape[0], shape[1], params, value);
        for (let c = 0; c < cellCount; c++) to[c * outputs + k] += factor * value[c];
      });
    },
  };
}
