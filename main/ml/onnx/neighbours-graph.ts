/**
 * k-nearest neighbours as a graph: coordinates, squared distances to every point by one matrix product
 * (|x|² + |p|² − 2 x·p, in double), TopK of the k + 1 smallest, weights that vanish at the (k + 1)-th, targets gathered.
 * Because weights vanish there, neighbours that trade places at the edge change nothing.
 */
import type { NeighboursModel } from '../model-spec.ts';
import { addFactors } from './derived-graph.ts';
import {
  attribute,
  cast,
  doubleTensor,
  floatTensor,
  type GraphBuilder,
  int64Tensor,
  type Value,
} from './graph-builder.ts';
import { elementType } from './messages.ts';

/** Margins [N, outputCount]. */
export function addNeighbours(graph: GraphBuilder, features: Value, model: NeighboursModel): Value {
  const { coordinates, points, targets, counts, outputCount, prior, priorWeight, k } = model;
  const width = coordinates.length;
  const pointCount = counts.length;
  const scalar = (value: number): Value => graph.constant(doubleTensor([value], []));
  const axes = (...of: readonly number[]): Value => graph.constant(int64Tensor(of, [of.length]));
  const factors = addFactors(
    graph,
    features,
    coordinates.map(({ factor }) => factor),
  );
  const weighted = graph.node('Mul', [
    factors,
    graph.constant(
      doubleTensor(
        coordinates.map(({ weight }) => weight),
        [1, width],
      ),
    ),
  ]);
  const place = cast(graph, cast(graph, weighted, elementType.float), elementType.double);
  const keep = { attributes: [attribute.int('keepdims', 1)] };
  const placeSquares = graph.node('ReduceSum', [graph.node('Mul', [place, place]), axes(1)], keep);
  const pointSquares = new Float64Array(pointCount);
  for (let i = 0; i < points.length; i++) pointSquares[Math.floor(i / width)] += points[i] * points[i];
  const table = cast(graph, graph.constant(floatTensor(points, [pointCount, width])), elementType.double);
  const products = graph.node('MatMul', [
    place,
    graph.node('Transpose', [table], { attributes: [attribute.ints('perm', [1, 0])] }),
  ]);
  const sum = graph.node('Add', [placeSquares, graph.constant(doubleTensor(pointSquares, [1, pointCount]))]);
  const distance = graph.node('Max', [graph.node('Sub', [sum, graph.node('Mul', [products, scalar(2)])]), scalar(0)]);
  const [near, index] = graph.nodes('TopK', [distance, axes(Math.min(k + 1, pointCount))], 2, {
    attributes: [attribute.int('axis', 1), attribute.int('largest', 0), attribute.int('sorted', 1)],
  });
  const reach = graph.node('Gather', [near, axes(Math.min(k, pointCount - 1))], {
    attributes: [attribute.int('axis', 1)],
  });
  const share = graph.node('Div', [near, graph.node('Max', [reach, scalar(Number.MIN_VALUE * 2 ** 60)])]);
  const closeness = graph.node('Max', [graph.node('Sub', [scalar(1), share]), scalar(0)]);
  const gather = (values: Float32Array, dims: readonly number[]): Value =>
    cast(
      graph,
      graph.node('Gather', [graph.constant(floatTensor(values, dims)), index], {
        attributes: [attribute.int('axis', 0)],
      }),
      elementType.double,
    );
  const weight = graph.node('Mul', [closeness, gather(counts, [pointCount])]);
  const mass = graph.node('Add', [graph.node('ReduceSum', [weight, axes(1)], keep), scalar(priorWeight)]);
  const spread = graph.node('Unsqueeze', [weight, axes(2)]);
  const drop = { attributes: [attribute.int('keepdims', 0)] };
  const total = graph.node(
    'ReduceSum',
    [graph.node('Mul', [spread, gather(targets, [pointCount, outputCount])]), axes(1)],
    drop,
  );
  const before = graph.constant(
    doubleTensor(
      prior.map((value) => value * priorWeight),
      [1, outputCount],
    ),
  );
  const mean = graph.node('Div', [graph.node('Add', [total, before]), mass]);
  if (model.task === 'regression') return mean;
  const log = graph.node('Log', [mean]);
  if (model.task === 'multiclass') return log;
  return graph.node('Sub', [log, graph.node('Log', [graph.node('Sub', [scalar(1), mean])])]);
}
