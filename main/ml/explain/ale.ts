/**
 * Accumulated local effects (Apley & Zhu 2020): what the prediction gains from one node of a column to the next, measured only on
 * rows that stand there, added up along the axis and centred over the rows. Unlike partial dependence no row is moved
 * to where it could not be. In two dimensions: the mixed second differences, added up, with both main effects taken out,
 * so what remains is the interaction alone (cells without rows take the value of the nearest that has some).
 * Rows whose cell is missing are left out and counted. Cost: 2 rows scored a step and row, 4 in two dimensions.
 */
import type { Frame } from '../frame.ts';
import { type Axis, nodeValue, scoreExchanged } from './axis.ts';
import type { ScoringSteps } from './steps.ts';

export type AleResult = {
  readonly points: readonly {
    readonly value: number | string;
    readonly effect: number;
    /** Share of the background rows that weigh on this node. */
    readonly share: number;
  }[];
  /** Background rows left out, as a share. */
  readonly outside: number;
};

/** First-order effect along one axis. */
export function* accumulatedEffect(background: Frame, axis: Axis): ScoringSteps<AleResult> {
  const moves: { readonly row: number; readonly step: number }[] = [];
  axis.stepsOf.forEach((steps, row) => {
    for (const step of steps) moves.push({ row, step });
  });
  const rows = Int32Array.from(moves, (move) => move.row);
  const low = Int32Array.from(moves, (move) => move.step);
  const below = yield* scoreExchanged(background, rows, [{ axis, nodes: low }], { from: 0, to: 0.5 });
  const above = yield* scoreExchanged(background, rows, [{ axis, nodes: low.map((node) => node + 1) }], {
    from: 0.5,
    to: 1,
  });
  const size = axis.nodes.length;
  const sums = new Float64Array(size);
  const counts = new Float64Array(size);
  moves.forEach(({ step }, i) => {
    sums[step] += above[i] - below[i];
    counts[step]++;
  });
  const effect = new Float64Array(size);
  for (let node = 1; node < size; node++) {
    effect[node] = effect[node - 1] + (counts[node - 1] > 0 ? sums[node - 1] / counts[node - 1] : 0);
  }
  const weight = nodeWeights(axis);
  const total = weight.reduce((sum, value) => sum + value, 0);
  const centre = total === 0 ? 0 : effect.reduce((sum, value, node) => sum + value * weight[node], 0) / total;
  return {
    points: Array.from(effect, (value, node) => ({
      value: nodeValue(axis, node),
      effect: value - centre,
      share: weight[node] / Math.max(1, background.rowCount),
    })),
    outside: axis.outside / Math.max(1, background.rowCount),
  };
}

function nodeWeights(axis: Axis): Float64Array {
  const weight = new Float64Array(axis.nodes.length);
  for (const nodes of axis.nodesOf) for (const [node, share] of nodes) weight[node] += share;
  return weight;
}

export type SurfaceResult = {
  readonly first: readonly (number | string)[];
  readonly second: readonly (number | string)[];
  /** Row-major: [node of the first axis][node of the second]. */
  readonly values: Float64Array;
  /** Share of the background rows at each place, same layout. */
  readonly shares: Float64Array;
};

/** Second-order effect of two axes: their interaction, without the main effects. */
export function* accumulatedInteraction(background: Frame, first: Axis, second: Axis): ScoringSteps<SurfaceResult> {
  const moves: { readonly row: number; readonly a: number; readonly b: number }[] = [];
  first.stepsOf.forEach((stepsA, row) => {
    for (const a of stepsA) for (const b of second.stepsOf[row]) moves.push({ row, a, b });
  });
  const rows = Int32Array.from(moves, (move) => move.row);
  const stepsA = Int32Array.from(moves, (move) => move.a);
  const stepsB = Int32Array.from(moves, (move) => move.b);
  const corner = (up: 0 | 1, right: 0 | 1, part: number) =>
    scoreExchanged(
      background,
      rows,
      [
        { axis: first, nodes: stepsA.map((step) => step + up) },
        { axis: second, nodes: stepsB.map((step) => step + right) },
      ],
      { from: part / 4, to: (part + 1) / 4 },
    );
  const both = yield* corner(1, 1, 0);
  const onlyA = yield* corner(1, 0, 1);
  const onlyB = yield* corner(0, 1, 2);
  const neither = yield* corner(0, 0, 3);
  const [sizeA, sizeB] = [first.nodes.length, second.nodes.length];
  const sums = new Float64Array(sizeA * sizeB);
  const counts = new Float64Array(sizeA * sizeB);
  moves.forEach(({ a, b }, i) => {
    sums[a * sizeB + b] += both[i] - onlyA[i] - onlyB[i] + neither[i];
    counts[a * sizeB + b]++;
  });
  const values = accumulate(fillEmpty(sums, counts, sizeA, sizeB), sizeA, sizeB);
  const shares = jointWeights(first, second);
  takeOutMainEffect(values, first, second, (a, b) => a * sizeB + b);
  takeOutMainEffect(values, second, first, (b, a) => a * sizeB + b);
  let total = 0;
  let sum = 0;
  for (let at = 0; at < values.length; at++) {
    total += shares[at];
    sum += shares[at] * values[at];
  }
  const centre = total === 0 ? 0 : sum / total;
  return {
    first: Array.from(first.nodes, (_, node) => nodeValue(first, node)),
    second: Array.from(second.nodes, (_, node) => nodeValue(second, node)),
    values: values.map((value) => value - centre),
    shares: shares.map((share) => share / Math.max(1, background.rowCount)),
  };
}

/** Mean difference of every cell; a cell without rows takes that of the nearest one that has some, in steps of the axes. */
function fillEmpty(sums: Float64Array, counts: Float64Array, sizeA: number, sizeB: number): Float64Array {
  const [stepsA, stepsB] = [sizeA - 1, sizeB - 1];
  const filled: { readonly a: number; readonly b: number; readonly mean: number }[] = [];
  for (let a = 0; a < stepsA; a++) {
    for (let b = 0; b < stepsB; b++) {
      const at = a * sizeB + b;
      if (counts[at] > 0) filled.push({ a, b, mean: sums[at] / counts[at] });
    }
  }
  const out = new Float64Array(sizeA * sizeB);
  for (let a = 0; a < stepsA; a++) {
    for (let b = 0; b < stepsB; b++) {
      const at = a * sizeB + b;
      if (counts[at] > 0) {
        out[at] = sums[at] / counts[at];
        continue;
      }
      let nearest = Number.POSITIVE_INFINITY;
      for (const cell of filled) {
        const distance = ((cell.a - a) / stepsA) ** 2 + ((cell.b - b) / stepsB) ** 2;
        if (distance < nearest) {
          nearest = distance;
          out[at] = cell.mean;
        }
      }
    }
  }
  return out;
}

function accumulate(steps: Float64Array, sizeA: number, sizeB: number): Float64Array {
  const out = new Float64Array(sizeA * sizeB);
  for (let a = 1; a < sizeA; a++) {
    for (let b = 1; b < sizeB; b++) {
      out[a * sizeB + b] =
        steps[(a - 1) * sizeB + b - 1] +
        out[(a - 1) * sizeB + b] +
        out[a * sizeB + b - 1] -
        out[(a - 1) * sizeB + b - 1];
    }
  }
  return out;
}

function jointWeights(first: Axis, second: Axis): Float64Array {
  const sizeB = second.nodes.length;
  const out = new Float64Array(first.nodes.length * sizeB);
  first.nodesOf.forEach((nodesA, row) => {
    for (const [a, weightA] of nodesA) {
      for (const [b, weightB] of second.nodesOf[row]) out[a * sizeB + b] += weightA * weightB;
    }
  });
  return out;
}

/** Subtracts the effect along one axis that the surface holds, averaged over the rows that stand at each step. */
function takeOutMainEffect(
  values: Float64Array,
  along: Axis,
  across: Axis,
  place: (along: number, across: number) => number,
): void {
  const [size, width] = [along.nodes.length, across.nodes.length];
  const weights = new Float64Array(size * width);
  along.stepsOf.forEach((steps, row) => {
    for (const step of steps) {
      for (const [node, weight] of across.nodesOf[row]) weights[step * width + node] += weight;
    }
  });
  const main = new Float64Array(size);
  for (let step = 0; step + 1 < size; step++) {
    let total = 0;
    let sum = 0;
    for (let node = 0; node < width; node++) {
      const weight = weights[step * width + node];
      total += weight;
      sum += weight * (values[place(step + 1, node)] - values[place(step, node)]);
    }
    main[step + 1] = main[step] + (total > 0 ? sum / total : 0);
  }
  for (let node = 0; node < size; node++)
    for (let other = 0; other < width; other++) values[place(node, other)] -= main[node];
}
