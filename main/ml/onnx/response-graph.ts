/** From the margins of a regression to its predictions inside the graph, in double precision; see ml/response.ts. */
import type { Response } from '../model-spec.ts';
import { countBelow } from '../response.ts';
import { attribute, concatColumns, type GraphBuilder, int64Tensor, type Value } from './graph-builder.ts';

/** The prediction of each row, [N, 1]. */
export function addResponse(graph: GraphBuilder, response: Response | undefined, margin: Value): Value {
  if (response === undefined) return margin;
  return response.kind === 'log' ? graph.node('Exp', [margin]) : columns(graph, margin, 0, 1);
}

/** All quantiles in ascending order of their levels, [N, levels]. */
export function addQuantiles(graph: GraphBuilder, levels: readonly number[], margin: Value): Value {
  const main = columns(graph, margin, 0, 1);
  const below = countBelow(levels);
  const parts = [main];
  if (below > 0) {
    parts.unshift(graph.node('Min', [sorted(graph, columns(graph, margin, 1, 1 + below), below), main]));
  }
  const above = levels.length - 1 - below;
  if (above > 0) {
    parts.push(graph.node('Max', [sorted(graph, columns(graph, margin, 1 + below, levels.length), above), main]));
  }
  return concatColumns(graph, parts);
}

const columns = (graph: GraphBuilder, value: Value, from: number, to: number): Value =>
  graph.node('Slice', [
    value,
    graph.constant(int64Tensor([from], [1])),
    graph.constant(int64Tensor([to], [1])),
    graph.constant(int64Tensor([1], [1])),
  ]);

const sorted = (graph: GraphBuilder, value: Value, count: number): Value =>
  count === 1
    ? value
    : graph.node('TopK', [value, graph.constant(int64Tensor([count], [1]))], {
        attributes: [attribute.int('axis', 1), attribute.int('largest', 0), attribute.int('sorted', 1)],
        unused: 1,
      });
