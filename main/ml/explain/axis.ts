/**
 * The axis of an effect: the places (nodes) a column is set to, and where every background row stands between them. Numbers
 * and dates are cut at quantiles of the background; levels of a text are ordered so that similar ones are neighbours.
 */
import { invalidInput } from '../../base/errors.ts';
import { type Frame, findColumn, type RawColumn } from '../frame.ts';
import { type FittedRecipe, rawColumnsOf } from '../model-spec.ts';
import { quantileSorted, sortedFinite } from '../stats/quantile.ts';
import { orderLevels } from './level-order.ts';
import { pickCells } from './rows.ts';
import { mostRowsAtOnce, type ScoringSteps } from './steps.ts';

/** A step from node `step` to `step + 1` that a row contributes to. */
export type Axis = {
  readonly column: RawColumn;
  /** Cells as numbers: values, or codes into `levels`. */
  readonly nodes: Float64Array;
  /** Levels of a text axis; null for numbers and dates. */
  readonly levels: readonly string[] | null;
  /** Steps each row contributes to: none when its cell is missing or not among the nodes. */
  readonly stepsOf: readonly (readonly number[])[];
  /** Nodes each row weighs on, as [node, weight] pairs whose weights add up to 1. */
  readonly nodesOf: readonly (readonly (readonly [number, number])[])[];
  /** Rows left out: missing, or of a level beyond the ones shown. */
  readonly outside: number;
};

/** Throws invalid-input `unused-column` when the model does not read the column. */
export function usedColumn(recipe: FittedRecipe, background: Frame, name: string): RawColumn {
  const column = findColumn(background, name);
  if (column !== null && recipe.features.some((feature) => rawColumnsOf(feature).includes(name))) return column;
  throw invalidInput('unused-column', `The model does not use a column "${name}".`, {
    hint: `It uses ${recipe.inputs
      .filter((input) => recipe.features.some((feature) => rawColumnsOf(feature).includes(input.name)))
      .map((input) => input.name)
      .join(', ')}.`,
    details: { column: name },
  });
}

/** The axis of a column over the background rows: about `size` intervals, or the `size` most frequent levels. */
export function buildAxis(background: Frame, column: RawColumn, size: number, edges?: readonly number[]): Axis {
  return column.type === 'string'
    ? levelAxis(background, column, size)
    : numberAxis(column, Float64Array.from(edges ?? quantileEdges(column.values, size)));
}

/** Distinct quantiles at equal steps of probability, smallest and largest value included. */
export function quantileEdges(values: Float64Array, intervals: number): number[] {
  const sorted = sortedFinite(values);
  if (sorted.length === 0) return [];
  const edges = Array.from({ length: intervals + 1 }, (_, i) => quantileSorted(sorted, i / intervals));
  return [...new Set(edges)];
}

function numberAxis(column: RawColumn & { readonly values: Float64Array }, nodes: Float64Array): Axis {
  const last = nodes.length - 1;
  let outside = 0;
  const binOf = (value: number): number => {
    if (!(value >= nodes[0] && value <= nodes[last]) || last < 1) return -1;
    let low = 0;
    let high = last;
    // Smallest node at or above the value; the first interval holds its lower edge
    while (low < high) {
      const middle = (low + high) >> 1;
      if (nodes[middle] < value) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  };
  const bins = Array.from(column.values, binOf);
  for (const bin of bins) if (bin < 0) outside++;
  return {
    column,
    nodes,
    levels: null,
    stepsOf: bins.map((bin) => (bin < 0 ? [] : [bin])),
    nodesOf: bins.map((bin) =>
      bin < 0
        ? []
        : [
            [bin, 0.5],
            [bin + 1, 0.5],
          ],
    ),
    outside,
  };
}

function levelAxis(background: Frame, column: RawColumn & { readonly type: 'string' }, size: number): Axis {
  const levels = orderLevels(background, column, size);
  const nodeOf = new Map(levels.map((level, node) => [level, node]));
  let outside = 0;
  const nodes = Array.from(column.codes, (code) => (code < 0 ? -1 : (nodeOf.get(column.levels[code]) ?? -1)));
  for (const node of nodes) if (node < 0) outside++;
  const last = levels.length - 1;
  return {
    column,
    nodes: Float64Array.from(levels, (_, node) => node),
    levels,
    stepsOf: nodes.map((node) => (node < 0 ? [] : [node - 1, node].filter((step) => step >= 0 && step < last))),
    nodesOf: nodes.map((node) => (node < 0 ? [] : [[node, 1]])),
    outside,
  };
}

/** The column with cells at the given nodes of the axis. */
export function cellsAt(axis: Axis, nodes: Int32Array): RawColumn {
  const { column } = axis;
  if (column.type === 'string') return { ...column, codes: nodes, levels: axis.levels ?? [] };
  return { ...column, values: Float64Array.from(nodes, (node) => axis.nodes[node]) };
}

/** A node as people read it: number, microseconds since 1970 UTC, or level. */
export const nodeValue = (axis: Axis, node: number): number | string =>
  axis.levels === null ? axis.nodes[node] : axis.levels[node];

/** Scores rows of the background with some columns exchanged, block by block. */
export function* scoreExchanged(
  background: Frame,
  rows: Int32Array,
  exchanged: readonly { readonly axis: Axis; readonly nodes: Int32Array }[],
  progress: { readonly from: number; readonly to: number } = { from: 0, to: 1 },
): ScoringSteps<Float64Array> {
  const out = new Float64Array(rows.length);
  for (let from = 0; from < rows.length; from += mostRowsAtOnce) {
    const part = rows.subarray(from, Math.min(rows.length, from + mostRowsAtOnce));
    const picked = pickCells(
      background,
      background.columns.map(() => part),
      part.length,
    );
    const columns = picked.columns.map((column) => {
      const change = exchanged.find(({ axis }) => axis.column.name === column.name);
      return change === undefined ? column : cellsAt(change.axis, change.nodes.slice(from, from + part.length));
    });
    const fraction = progress.from + ((progress.to - progress.from) * from) / rows.length;
    out.set(yield { frame: { rowCount: part.length, columns }, fraction }, from);
  }
  return out;
}
