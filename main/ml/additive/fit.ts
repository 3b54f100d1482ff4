/**
 * Explainable boosting machine (Nori, Jenkins, Koch & Caruana, "InterpretML", 2019; Lou et al. 2012, 2013): cyclic boosting of
 * one-feature terms in every outer bag, pairs ranked on what the averaged terms leave, pairs boosted after them, then the
 * bags averaged, purified and centred. Equal inputs and seed give equal models.
 */
import { createRng, deriveSeed, shuffle } from '../../base/rng.ts';
import type { FeatureMatrix } from '../frame.ts';
import type { AdditiveModel, Task } from '../model-spec.ts';
import type { FeatureKind } from '../recipe/apply.ts';
import { logit, sigmoid, softmaxInto } from '../stats/links.ts';
import { type BoostControl, type Boosted, type BoostTerm, boostTerms } from './boost.ts';
import { coarsen, type FeatureCells, featureCells, pairColumn } from './cells.ts';
import { rankPairs, shuffleResiduals } from './fast.ts';
import type { AdditiveParams } from './params.ts';
import { purify } from './purify.ts';
import { type DraftModel, type DraftTerm, settle } from './tables.ts';

export type AdditiveInput = {
  readonly matrix: FeatureMatrix;
  readonly kinds: readonly FeatureKind[];
  /** 0/1, class index or target of every row of the matrix. */
  readonly label: Float64Array;
  /** Non-negative weight of every row; null: one each. */
  readonly weight: Float64Array | null;
  /** Rows to learn from. */
  readonly rows: Int32Array;
  readonly task: Task;
  readonly outputCount: number;
};

export type AdditiveFit = {
  readonly model: AdditiveModel;
  /** Passes over the one-feature terms, the mean over the bags. */
  readonly rounds: number;
};

/** A term under construction: what is boosted, and where its cells lie. */
type PlannedTerm = BoostTerm & { readonly features: readonly number[]; readonly cuts: readonly Float32Array[] };

/** Features that may form pairs at most; those whose own terms matter most are taken. */
const mostPairFeatures = 60;
/** L2 penalty of the ranking, in hessian. */
const rankLambda = 1;
/** Rows that rank pairs at most. */
const mostRankRows = 50_000;

/** Fits a model. Throws cancelled when stopped; at the deadline it returns what the finished passes gave. */
export function fitAdditive(input: AdditiveInput, params: AdditiveParams, control: BoostControl): AdditiveFit {
  const { rows, outputCount } = input;
  const target = standardise(input);
  const cells = featureCells(input.matrix, input.kinds, rows, params.maxBins);
  const mains = cells.map(
    (cell): PlannedTerm => ({ ...cell, shape: null, features: [cell.feature], cuts: [cell.cuts] }),
  );
  const bags = drawBags(input, params);
  const start = constantMargins(target.base, input.matrix.rowCount);
  const boost = (terms: readonly PlannedTerm[], bag: Bag, margins: Float64Array, name: string): Boosted =>
    boostTerms(
      { ...input, label: target.label, terms, trainRows: bag.train, validRows: bag.valid, margins },
      { ...params, seed: deriveSeed(params.seed, name) },
      control,
    );
  const mainFits: Boosted[] = [];
  for (const [b, bag] of bags.entries()) {
    if (b > 0 && control.deadline()) break;
    mainFits.push(boost(mains, bag, start, `bag ${b}`));
  }
  const pairs = control.deadline() ? [] : choosePairs(input, target, cells, mains, mainFits, start, params);
  const pairFits: Boosted[] = [];
  for (const [b, fit] of mainFits.entries()) {
    if (pairs.length === 0) break;
    const margins = addTables(start, mains, fit.tables, outputCount, rows);
    pairFits.push(boost(pairs, bags[b], margins, `pairs of bag ${b}`));
  }
  const draft: DraftModel = {
    outputCount,
    intercept: Float64Array.from(target.base, (base) => base * target.scale + target.shift),
    terms: [
      ...averageTerms(input, mains, mainFits, target.scale),
      ...averageTerms(input, pairs, pairFits, target.scale),
    ],
  };
  purify(draft);
  forgetUnseen(draft, input.kinds);
  const rounds = mainFits.reduce((sum, fit) => sum + fit.rounds, 0) / Math.max(1, mainFits.length);
  return { model: settle(draft), rounds: Math.round(rounds) };
}

type Target = {
  readonly label: Float64Array;
  readonly base: Float64Array;
  readonly scale: number;
  readonly shift: number;
};

/** Regression targets standardised; the constant to start from. */
function standardise({ label, weight, rows, task, outputCount }: AdditiveInput): Target {
  let mass = 0;
  const sums = new Float64Array(Math.max(2, outputCount));
  for (const row of rows) {
    const w = weight === null ? 1 : weight[row];
    mass += w;
    if (task === 'regression') sums[0] += w * label[row];
    else sums[label[row]] += w;
  }
  if (task !== 'regression') {
    const share = (k: number): number => Math.min(1 - 1e-6, Math.max(1e-6, sums[k] / mass));
    const base =
      task === 'binary'
        ? Float64Array.of(logit(share(1)))
        : Float64Array.from({ length: outputCount }, (_, k) => Math.log(share(k)));
    return { label, base, scale: 1, shift: 0 };
  }
  const mean = sums[0] / mass;
  let squares = 0;
  for (const row of rows) squares += (weight === null ? 1 : weight[row]) * (label[row] - mean) ** 2;
  const scale = squares > 0 ? Math.sqrt(squares / mass) : 1;
  return { label: label.map((y) => (y - mean) / scale), base: new Float64Array(1), scale, shift: mean };
}

function constantMargins(base: Float64Array, rowCount: number): Float64Array {
  const margins = new Float64Array(rowCount * base.length);
  for (let i = 0; i < margins.length; i++) margins[i] = base[i % base.length];
  return margins;
}

type Bag = { readonly train: Int32Array; readonly valid: Int32Array };

/** Least rows to stop by; with fewer a bag keeps all its rows and a short fixed number of passes would be chance. */
const leastOutOfBag = 8;

/** Seeded splits of the rows, stratified by class. */
function drawBags({ rows, label, task }: AdditiveInput, params: AdditiveParams): readonly Bag[] {
  return Array.from({ length: params.outerBags }, (_, b): Bag => {
    const rng = createRng(deriveSeed(params.seed, `outer ${b}`));
    const order = shuffle(rows.slice(), rng);
    const seen = new Map<number, number>();
    const out = new Set<number>();
    if (rows.length * params.outOfBagShare >= leastOutOfBag) {
      for (const row of order) {
        const stratum = task === 'regression' ? 0 : label[row];
        const before = seen.get(stratum) ?? 0;
        seen.set(stratum, before + 1);
        // Every time the running quota of the class passes a whole number, one more row stays out; the first never does.
        if (before > 0 && Math.floor((before + 1) * params.outOfBagShare) > Math.floor(before * params.outOfBagShare))
          out.add(row);
      }
    }
    return { train: rows.filter((row) => !out.has(row)), valid: rows.filter((row) => out.has(row)) };
  });
}

/** Start margins plus the tables, for the given rows. */
function addTables(
  start: Float64Array,
  terms: readonly PlannedTerm[],
  tables: readonly Float64Array[],
  outputs: number,
  rows: Int32Array,
): Float64Array {
  const margins = start.slice();
  terms.forEach(({ column }, t) => {
    const table = tables[t];
    for (const row of rows) {
      for (let k = 0; k < outputs; k++) margins[row * outputs + k] += table[column[row] * outputs + k];
    }
  });
  return margins;
}

/** The pairs to boost: ranked on the gradients that the averaged one-feature terms leave. */
function choosePairs(
  input: AdditiveInput,
  target: Target,
  cells: readonly FeatureCells[],
  mains: readonly PlannedTerm[],
  fits: readonly Boosted[],
  start: Float64Array,
  params: AdditiveParams,
): readonly PlannedTerm[] {
  const { rows, outputCount } = input;
  const most = params.pairs ?? (outputCount > 1 ? 0 : Math.min(20, Math.ceil(0.9 * cells.length)));
  if (most === 0 || cells.length < 2) return [];
  const tables = mains.map((_, t) => meanOf(fits.map((fit) => fit.tables[t])));
  const margins = addTables(start, mains, tables, outputCount, rows);
  const step = Math.max(1, Math.ceil(rows.length / mostRankRows));
  const ranking = rows.filter((_, i) => i % step === 0);
  const residuals = gradients(input, target.label, margins);
  const useful = strongest(mains, tables, rows, outputCount, mostPairFeatures).map((at) => cells[at]);
  const coarse = useful.map((cell) => coarsen(cell, rows, params.pairBins));
  const axes = useful.map((cell, i) => ({
    column: cell.column.map((bin) => coarse[i].groupOf[bin]),
    cellCount: coarse[i].groupCount,
  }));
  const rng = createRng(deriveSeed(params.seed, 'chance'));
  // The best gain of all pairs on shuffled residuals is what chance reaches; a pair must beat it.
  const chance = rankPairs(axes, ranking, shuffleResiduals(residuals, ranking, rng), rankLambda)[0].gain;
  const ranked = rankPairs(axes, ranking, residuals, rankLambda).filter(({ gain }) => gain > chance);
  return ranked.slice(0, most).map(({ a, b }): PlannedTerm => {
    const column = pairColumn(useful[a], useful[b], coarse[a], coarse[b]);
    const shape = [coarse[a].groupCount, coarse[b].groupCount] as const;
    return {
      column,
      cellCount: shape[0] * shape[1],
      shape,
      isCategory: false,
      features: [useful[a].feature, useful[b].feature],
      cuts: [coarse[a].cuts, coarse[b].cuts],
    };
  });
}

function gradients(
  { task, outputCount: outputs, weight }: AdditiveInput,
  label: Float64Array,
  margins: Float64Array,
): { readonly g: Float64Array[]; readonly h: Float64Array[] } {
  const n = label.length;
  const g = Array.from({ length: outputs }, () => new Float64Array(n));
  const h = Array.from({ length: outputs }, () => new Float64Array(n));
  const p = new Float64Array(outputs);
  for (let i = 0; i < n; i++) {
    const w = weight === null ? 1 : weight[i];
    if (task === 'multiclass') softmaxInto(margins.subarray(i * outputs, (i + 1) * outputs), 0, outputs, p);
    for (let k = 0; k < outputs; k++) {
      const share = task === 'regression' ? margins[i] : task === 'binary' ? sigmoid(margins[i]) : p[k];
      const observed = task === 'multiclass' ? (label[i] === k ? 1 : 0) : label[i];
      g[k][i] = w * (share - observed);
      h[k][i] = task === 'regression' ? w : w * share * (1 - share);
    }
  }
  return { g, h };
}

/** Indices of the terms with the largest mean size, in ascending order. */
function strongest(
  terms: readonly PlannedTerm[],
  tables: readonly Float64Array[],
  rows: Int32Array,
  outputs: number,
  most: number,
): number[] {
  const size = terms.map(({ column }, t) => {
    let sum = 0;
    for (const row of rows) for (let k = 0; k < outputs; k++) sum += Math.abs(tables[t][column[row] * outputs + k]);
    return sum;
  });
  return [...size.keys()]
    .sort((a, b) => size[b] - size[a] || a - b)
    .slice(0, most)
    .sort((a, b) => a - b);
}

function meanOf(tables: readonly Float64Array[]): Float64Array {
  const mean = new Float64Array(tables[0].length);
  for (const table of tables) for (let i = 0; i < mean.length; i++) mean[i] += table[i] / tables.length;
  return mean;
}

/** Mean of the bags and its spread, every bag's table centred first so that the spread is that of the shape. */
function averageTerms(
  { rows, weight, outputCount: outputs }: AdditiveInput,
  terms: readonly PlannedTerm[],
  fits: readonly Boosted[],
  scale: number,
): DraftTerm[] {
  return terms.map(({ features, cuts, column, cellCount }, t) => {
    const weights = new Float64Array(cellCount);
    let mass = 0;
    for (const row of rows) {
      const w = weight === null ? 1 : weight[row];
      weights[column[row]] += w;
      mass += w;
    }
    const values = meanOf(fits.map((fit) => fit.tables[t]));
    const squares = new Float64Array(values.length);
    const meanOfTable = (table: Float64Array, k: number): number => {
      let sum = 0;
      for (let c = 0; c < cellCount; c++) sum += weights[c] * table[c * outputs + k];
      return mass > 0 ? sum / mass : 0;
    };
    for (const { tables } of fits) {
      for (let k = 0; k < outputs; k++) {
        const shift = meanOfTable(tables[t], k) - meanOfTable(values, k);
        for (let c = 0; c < cellCount; c++) {
          squares[c * outputs + k] += (tables[t][c * outputs + k] - shift - values[c * outputs + k]) ** 2;
        }
      }
    }
    const spread = Math.max(1, fits.length - 1);
    return {
      features,
      cuts,
      values: values.map((value) => value * scale),
      deviations: squares.map((sum) => Math.sqrt(sum / spread) * scale),
      weights,
    };
  });
}

/** A category that training never showed, and missing where nothing was missing, are worth the average: zero. */
function forgetUnseen(draft: DraftModel, kinds: readonly FeatureKind[]): void {
  for (const { features, weights, values, deviations } of draft.terms) {
    if (features.length !== 1) continue;
    const isCategory = kinds[features[0]].kind === 'category';
    for (let c = 0; c < weights.length; c++) {
      if (weights[c] > 0 || !(isCategory || c === weights.length - 1)) continue;
      values.fill(0, c * draft.outputCount, (c + 1) * draft.outputCount);
      deviations.fill(0, c * draft.outputCount, (c + 1) * draft.outputCount);
    }
  }
}
