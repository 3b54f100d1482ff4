/** From the margins of a regression to its predictions inside the graph, in double precision. */
import type { Response } from '../model-spec.ts';
import { mainQuantile } from '../objective-spec.ts';
import { attribute, type GraphBuilder, int64Tensor, type Value } from './graph-builder.ts';

/** Predictions [N, outputCount]: the exponential under a log link, quantiles in ascending order. */
export function addResponse(graph: GraphBuilder, response: Response | undefined, margin: Value): Value {
  if (response === undefined) return margin;
  if (response.kind === 'log') return graph.node('Exp', [margin]);
  const count = response.levels.length;
  if (count === 1) return margin;
  return graph.node('TopK', [margin, graph.constant(int64Tensor([count], [1]))], {
    attributes: [attribute.int('axis', 1), attribute.int('largest', 0), attribute.int('sorted', 1)],
    unused: 1,
  });
}

/** The one prediction of each row, [N], from predictions [N, outputCount]. */
export function addMainOutput(graph: GraphBuilder, response: Response | undefined, values: Value): Value {
  const main = response?.kind === 'quantiles' ? mainQuantile(response.levels) : 0;
  return graph.node('Gather', [values, graph.constant(int64Tensor([main], []))], {
    attributes: [attribute.int('axis', 1)],
  });
}
