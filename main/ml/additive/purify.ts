/**
 * One meaning for every term (Lengerich, Tan, Chang, Hooker & Caruana, "Purifying interaction effects with the functional
 * ANOVA", AISTATS 2020): what a pair shows of one of its features alone moves into that feature's own term, and every mean
 * moves into the intercept, weighted by the training rows. The sum of all terms stays what it was.
 */
import { cellMap, cellsOf, type DraftModel, type DraftTerm } from './tables.ts';

const sweeps = 200;
const settled = 1e-10;

/** Centres and purifies all terms in place; a feature that only occurs in pairs gets a term of its own when it needs one. */
export function purify(model: DraftModel): void {
  for (const term of [...model.terms]) if (term.features.length === 2) purifyPair(model, term);
  for (const term of model.terms) if (term.features.length === 1) centre(model, term);
}

/** Takes the weighted mean out of a one-feature term. */
export function centre(model: DraftModel, term: DraftTerm): void {
  const { outputCount } = model;
  for (let k = 0; k < outputCount; k++) {
    let sum = 0;
    let mass = 0;
    for (let c = 0; c < term.weights.length; c++) {
      sum += term.weights[c] * term.values[c * outputCount + k];
      mass += term.weights[c];
    }
    const mean = mass > 0 ? sum / mass : 0;
    for (let c = 0; c < term.weights.length; c++) term.values[c * outputCount + k] -= mean;
    model.intercept[k] += mean;
  }
}

function purifyPair(model: DraftModel, pair: DraftTerm): void {
  const { outputCount } = model;
  const [n, m] = [cellsOf(pair.cuts[0]), cellsOf(pair.cuts[1])];
  const moved = [new Float64Array(n * outputCount), new Float64Array(m * outputCount)];
  for (let k = 0; k < outputCount; k++) {
    for (let sweep = 0; sweep < sweeps; sweep++) {
      const byRow = sweepAxis(pair, k, outputCount, n, m, m, 1, moved[0]);
      const byColumn = sweepAxis(pair, k, outputCount, m, n, 1, m, moved[1]);
      if (Math.max(byRow, byColumn) < settled) break;
    }
  }
  moved.forEach((table, axis) => {
    const own = ownTerm(model, pair, axis);
    const map = cellMap(own.cuts[0], pair.cuts[axis]);
    for (let c = 0; c < map.length; c++) {
      for (let k = 0; k < outputCount; k++) own.values[c * outputCount + k] += table[map[c] * outputCount + k];
    }
  });
}

/** Takes the weighted mean along the other axis out of every line; returns the largest it took. */
function sweepAxis(
  { values, weights }: DraftTerm,
  k: number,
  outputs: number,
  lines: number,
  across: number,
  stride: number,
  step: number,
  moved: Float64Array,
): number {
  let largest = 0;
  for (let i = 0; i < lines; i++) {
    let sum = 0;
    let mass = 0;
    for (let j = 0; j < across; j++) {
      const cell = i * stride + j * step;
      sum += weights[cell] * values[cell * outputs + k];
      mass += weights[cell];
    }
    if (mass <= 0) continue;
    const mean = sum / mass;
    for (let j = 0; j < across; j++) values[(i * stride + j * step) * outputs + k] -= mean;
    moved[i * outputs + k] += mean;
    largest = Math.max(largest, Math.abs(mean));
  }
  return largest;
}

/** The term of one of a pair's features alone, made from the pair's margins when there is none. */
function ownTerm(model: DraftModel, pair: DraftTerm, axis: number): DraftTerm {
  const feature = pair.features[axis];
  const known = model.terms.find(({ features }) => features.length === 1 && features[0] === feature);
  if (known !== undefined) return known;
  const cuts = pair.cuts[axis];
  const [n, m] = [cellsOf(pair.cuts[0]), cellsOf(pair.cuts[1])];
  const weights = new Float64Array(cellsOf(cuts));
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) weights[axis === 0 ? i : j] += pair.weights[i * m + j];
  const made: DraftTerm = {
    features: [feature],
    cuts: [cuts],
    values: new Float64Array(weights.length * model.outputCount),
    deviations: new Float64Array(weights.length * model.outputCount),
    weights,
  };
  model.terms.push(made);
  return made;
}
