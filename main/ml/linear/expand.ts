/**
 * A linear model that may bend and combine: hinges at quantile knots of every number (Friedman, "Multivariate adaptive
 * regression splines", 1991, §3.2, with fixed knots), then products of pairs screened by how well they explain what the bent
 * model leaves. Each enlargement is kept only when cross-validation of the ridge path says so, so on data that
 * are linear the plain model stays. Products with z² below `leastScore` are chance among the pairs looked at.
 */
import type { StopSignal } from '../../base/stop.ts';
import type { DerivedColumn, DerivedFactor, LinearModel, LinearTerm } from '../model-spec.ts';
import { sigmoid, softmaxInto } from '../stats/links.ts';
import { quantileSorted } from '../stats/quantile.ts';
import { factorValue, withDerived } from './derived.ts';
import type { LinearInput } from './fit.ts';
import { fitLinearPath, type LinearPath } from './path.ts';
import { predictLinear } from './predict.ts';

export type ExpandOptions = { readonly seed: number; readonly foldCount: number };
export type ExpandControl = { readonly stop: StopSignal; readonly deadline: () => boolean };

const knotShares = [1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6];
/** Numbers with fewer distinct values do not bend. */
const leastDistinct = 10;
const mostHinges = 80;
const mostFactors = 60;
const mostProducts = 20;
const leastScore = 12;
const screenRows = 20_000;
/** Rows judged × columns² × outputs above which a model is not enlarged, and above which it gets no l1 path. */
const mostWork = 60_000_000;
const mostSparseWork = 25_000_000;
const mostJudged = 20_000;

/** The plain ridge path, enlarged as far as cross-validation and the time allow. */
export function fitExpandedLinear(input: LinearInput, options: ExpandOptions, control: ExpandControl): LinearModel {
  const rows = input.rows ?? Int32Array.from({ length: input.matrix.rowCount }, (_, i) => i);
  const plain = fitLinearPath({ ...input, rows }, options, control);
  const workOf = (columns: number): number => Math.min(rows.length, mostJudged) * columns * columns * input.outputCount;
  const before = columnsOf(plain.model);
  let best: Candidate = { path: plain, derived: [], loss: lossOf(plain) };
  // The strength that suits the plain model is near the one that suits an enlarged one.
  const strength = plain.params.l2 * rows.length;
  const enlarge = (derived: readonly DerivedColumn[], l1Ratio: number): void => {
    const most = l1Ratio > 0 ? mostSparseWork : mostWork;
    if (derived.length === 0 || control.deadline() || workOf(before + derived.length) > most) return;
    const wide: LinearInput = {
      ...input,
      rows,
      matrix: withDerived(input.matrix, derived),
      kinds: [...input.kinds, ...derived.map(() => ({ kind: 'numeric' as const }))],
    };
    const strengths = l1Ratio > 0 ? [strength, strength / 10] : [strength * 10, strength, strength / 10];
    const path = fitLinearPath(wide, { ...options, l1Ratio, strengths }, control);
    if (lossOf(path) < best.loss) best = { path, derived, loss: lossOf(path) };
  };
  enlarge(planHinges(input, plain.model, rows), 0);
  const bent = best.derived;
  enlarge([...bent, ...screenProducts(input, modelOf(best), rows)], 0);
  if (input.outputCount === 1) enlarge(best.derived, 0.5);
  return modelOf(best);
}

type Candidate = { readonly path: LinearPath; readonly derived: readonly DerivedColumn[]; readonly loss: number };

/** Columns a model's terms expand to. */
const columnsOf = (model: LinearModel): number =>
  model.terms.reduce((sum, term) => sum + (term.kind === 'numeric' ? 1 : term.levelWeights.length), 0);

const lossOf = ({ points }: LinearPath): number => Math.min(...points.map((point) => point.loss));

const modelOf = ({ path, derived }: Candidate): LinearModel =>
  derived.length === 0 ? path.model : { ...path.model, derived };

type NumericTerm = LinearTerm & { readonly kind: 'numeric' };

const numericTerms = (model: LinearModel, featureCount: number): readonly NumericTerm[] =>
  model.terms.filter((term): term is NumericTerm => term.kind === 'numeric' && term.feature < featureCount);

function planHinges(input: LinearInput, plain: LinearModel, rows: Int32Array): readonly DerivedColumn[] {
  const hinges: DerivedColumn[] = [];
  for (const { feature, low, high, impute } of numericTerms(plain, input.kinds.length)) {
    const values = input.matrix.columns[feature];
    const finite = Float32Array.from(rows, (row) => values[row])
      .filter(Number.isFinite)
      .sort();
    let distinct = 0;
    for (let i = 0; i < finite.length && distinct <= leastDistinct; i++) {
      if (i === 0 || finite[i] !== finite[i - 1]) distinct++;
    }
    if (distinct < leastDistinct) continue;
    const knots = new Set(knotShares.map((share) => Math.fround(quantileSorted(finite, share))));
    for (const knot of knots)
      if (knot > low && knot < high) hinges.push({ kind: 'hinge', feature, low, high, impute, knot });
  }
  return hinges.length > mostHinges ? [] : hinges;
}

/** Products whose score test against the model's residuals is furthest from chance. */
function screenProducts(input: LinearInput, model: LinearModel, rows: Int32Array): readonly DerivedColumn[] {
  const step = Math.max(1, Math.ceil(rows.length / screenRows));
  const used = rows.filter((_, i) => i % step === 0);
  const block = {
    rowCount: used.length,
    columns: input.matrix.columns.map((column) => Float32Array.from(used, (row) => column[row])),
  };
  const residuals = residualsOf(input, predictLinear(model, block), used);
  const factors = factorsOf(model, input, block.columns, used);
  const columns = factors.map((factor) =>
    Float64Array.from(block.columns[factor.feature], (x) => factorValue(factor, x)),
  );
  const found: { product: DerivedColumn; score: number }[] = [];
  for (let a = 0; a < factors.length; a++) {
    for (let b = a + 1; b < factors.length; b++) {
      if (factors[a].feature === factors[b].feature) continue;
      const score = scoreOf(columns[a], columns[b], residuals);
      if (score >= leastScore) found.push({ product: { kind: 'product', factors: [factors[a], factors[b]] }, score });
    }
  }
  return found
    .sort((x, y) => y.score - x.score)
    .slice(0, mostProducts)
    .map(({ product }) => product);
}

/** Numbers, and the levels that at least one row in twenty has; the largest effects first where they are too many. */
function factorsOf(
  model: LinearModel,
  input: LinearInput,
  columns: readonly Float32Array[],
  used: Int32Array,
): readonly DerivedFactor[] {
  const factors: { factor: DerivedFactor; size: number }[] = [];
  for (const term of model.terms) {
    if (term.feature >= input.kinds.length) continue;
    if (term.kind === 'numeric') {
      const { feature, mean, scale, low, high, impute, weights } = term;
      const size = Math.max(...weights.map(Math.abs));
      factors.push({ factor: { kind: 'number', feature, mean, scale, low, high, impute }, size });
      continue;
    }
    const { feature, levelWeights } = term;
    // The last code is "other", which means something else in every fold.
    for (let code = 0; code < levelWeights.length - 1; code++) {
      const share = columns[feature].reduce((sum, x) => sum + (x === code ? 1 : 0), 0) / used.length;
      if (share < 0.05) continue;
      const size = Math.max(...levelWeights[code].map(Math.abs)) * Math.sqrt(share * (1 - share));
      factors.push({ factor: { kind: 'level', feature, code, share }, size });
    }
  }
  return factors
    .sort((a, b) => b.size - a.size)
    .slice(0, mostFactors)
    .map(({ factor }) => factor);
}

/** One residual a row and output, scaled to variance one under the model. */
function residualsOf(input: LinearInput, margins: Float64Array, used: Int32Array): readonly Float64Array[] {
  const { outputCount: outputs, task, label } = input;
  const p = new Float64Array(outputs);
  const residuals = Array.from({ length: outputs }, () => new Float64Array(used.length));
  used.forEach((row, i) => {
    if (task === 'multiclass') softmaxInto(margins.subarray(i * outputs, (i + 1) * outputs), 0, outputs, p);
    for (let k = 0; k < outputs; k++) {
      const expected = task === 'regression' ? margins[i] : task === 'binary' ? sigmoid(margins[i]) : p[k];
      residuals[k][i] = (task === 'multiclass' ? Number(label[row] === k) : label[row]) - expected;
    }
  });
  return residuals;
}

/** Largest over the outputs of n · corr(u v centred on u and v, residual)². */
function scoreOf(u: Float64Array, v: Float64Array, residuals: readonly Float64Array[]): number {
  const n = u.length;
  let [meanU, meanV] = [0, 0];
  for (let i = 0; i < n; i++) {
    meanU += u[i] / n;
    meanV += v[i] / n;
  }
  let best = 0;
  for (const r of residuals) {
    let [cross, squares, spread] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      const product = (u[i] - meanU) * (v[i] - meanV);
      cross += product * r[i];
      squares += product * product;
      spread += r[i] * r[i];
    }
    if (squares > 0 && spread > 0) best = Math.max(best, (n * cross * cross) / (squares * spread));
  }
  return best;
}
