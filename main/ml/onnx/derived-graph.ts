/**
 * Derived columns of linear models as a graph: all hinges at once, all products at once, each computed in double and rounded
 * to float32 as the kernels do, appended to the feature matrix. Categories stand there as code + 1, missing as NaN.
 */
import type { DerivedColumn, DerivedFactor } from '../model-spec.ts';
import {
  attribute,
  cast,
  concatColumns,
  doubleTensor,
  type GraphBuilder,
  int64Tensor,
  type Value,
} from './graph-builder.ts';
import { elementType } from './messages.ts';

/** The features followed by the derived columns, in their order. */
export function addDerived(graph: GraphBuilder, features: Value, derived: readonly DerivedColumn[]): Value {
  if (derived.length === 0) return features;
  const hinges = derived.flatMap((column) => (column.kind === 'hinge' ? [column] : []));
  const products = derived.flatMap((column) => (column.kind === 'product' ? [column] : []));
  const parts: Value[] = [];
  if (hinges.length > 0) {
    const x = clippedColumns(graph, features, hinges);
    const above = graph.node('Sub', [x, rowOf(graph, hinges, (hinge) => hinge.knot)]);
    parts.push(graph.node('Max', [above, graph.constant(doubleTensor([0], []))]));
  }
  if (products.length > 0) {
    const [left, right] = [0, 1].map((side) =>
      addFactors(
        graph,
        features,
        products.map(({ factors }) => factors[side]),
      ),
    );
    parts.push(graph.node('Mul', [left, right]));
  }
  const exact = cast(graph, cast(graph, concatColumns(graph, parts), elementType.float), elementType.double);
  // Hinges and products may alternate in the model; the graph has them in two runs.
  const order = derived.map((column) =>
    column.kind === 'hinge' ? hinges.indexOf(column) : hinges.length + products.indexOf(column),
  );
  const sorted = order.every((at, i) => at === i) ? exact : gather(graph, exact, order);
  return concatColumns(graph, [features, sorted]);
}

type Clipped = { readonly feature: number; readonly low: number; readonly high: number; readonly impute: number };

const rowOf = <T>(graph: GraphBuilder, items: readonly T[], pick: (item: T) => number): Value =>
  graph.constant(doubleTensor(items.map(pick), [1, items.length]));

const gather = (graph: GraphBuilder, matrix: Value, columns: readonly number[]): Value =>
  graph.node('Gather', [matrix, graph.constant(int64Tensor(columns, [columns.length]))], {
    attributes: [attribute.int('axis', 1)],
  });

/** Comparisons with NaN are false, so a missing value passes both clips and is replaced after them. */
function clippedColumns(graph: GraphBuilder, features: Value, items: readonly Clipped[]): Value {
  const raw = gather(
    graph,
    features,
    items.map(({ feature }) => feature),
  );
  const low = rowOf(graph, items, (item) => item.low);
  const high = rowOf(graph, items, (item) => item.high);
  const above = graph.node('Where', [graph.node('Less', [raw, low]), low, raw]);
  const inside = graph.node('Where', [graph.node('Greater', [above, high]), high, above]);
  return graph.node('Where', [graph.node('IsNaN', [raw]), rowOf(graph, items, (item) => item.impute), inside]);
}

/** Factors of products or coordinates, [N, factors], in double. */
export function addFactors(graph: GraphBuilder, features: Value, factors: readonly DerivedFactor[]): Value {
  const numbers = factors.flatMap((factor) => (factor.kind === 'number' ? [factor] : []));
  const levels = factors.flatMap((factor) => (factor.kind === 'level' ? [factor] : []));
  const parts: Value[] = [];
  if (numbers.length > 0) {
    const centred = graph.node('Sub', [
      clippedColumns(graph, features, numbers),
      rowOf(graph, numbers, (factor) => factor.mean),
    ]);
    parts.push(graph.node('Div', [centred, rowOf(graph, numbers, (factor) => factor.scale)]));
  }
  if (levels.length > 0) {
    const raw = gather(
      graph,
      features,
      levels.map(({ feature }) => feature),
    );
    parts.push(
      cast(graph, graph.node('Equal', [raw, rowOf(graph, levels, (factor) => factor.code + 1)]), elementType.double),
    );
  }
  const joined = concatColumns(graph, parts);
  const order = factors.map((factor) =>
    factor.kind === 'number' ? numbers.indexOf(factor) : numbers.length + levels.indexOf(factor),
  );
  return order.every((at, i) => at === i) ? joined : gather(graph, joined, order);
}
