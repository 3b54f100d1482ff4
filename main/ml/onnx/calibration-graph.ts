/** Blended margins [N, K] (double) to probabilities, in double precision; see `Calibrator` for the formulas. */
import { bug } from '../../base/errors.ts';
import type { Calibrator } from '../model-spec.ts';
import { attribute, cast, doubleTensor, type GraphBuilder, int64Tensor, type Value } from './graph-builder.ts';
import { elementType } from './messages.ts';

const scalar = (graph: GraphBuilder, value: number): Value => graph.constant(doubleTensor([value], []));

/** Probability [N, 1] of the positive class. */
export function addBinaryCalibration(graph: GraphBuilder, margin: Value, calibrator: Calibrator): Value {
  const sigmoid = (value: Value): Value => graph.node('Sigmoid', [value]);
  const scale = (value: Value, factor: number): Value => graph.node('Mul', [value, scalar(graph, factor)]);
  const shift = (value: Value, by: number): Value => graph.node('Add', [value, scalar(graph, by)]);
  switch (calibrator.kind) {
    case 'identity':
      return sigmoid(margin);
    case 'platt':
      return sigmoid(shift(scale(margin, calibrator.slope), calibrator.intercept));
    case 'temperature':
      return sigmoid(graph.node('Div', [margin, scalar(graph, calibrator.temperature)]));
    case 'beta': {
      // ln σ(m) = min(m, 0) − l and ln(1 − σ(m)) = min(−m, 0) − l with l = ln(1 + e^−|m|)
      const logTerm = graph.node('Log', [
        shift(graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [margin])])]), 1),
      ]);
      const zero = scalar(graph, 0);
      const logPositive = graph.node('Sub', [graph.node('Min', [margin, zero]), logTerm]);
      const logNegative = graph.node('Sub', [graph.node('Min', [graph.node('Neg', [margin]), zero]), logTerm]);
      const blend = graph.node('Sub', [scale(logPositive, calibrator.a), scale(logNegative, calibrator.b)]);
      return sigmoid(shift(blend, calibrator.c));
    }
    case 'piecewise':
    case 'venn-abers':
      return addPiecewise(graph, margin, calibrator.margins, calibrator.probabilities);
    default:
      throw bug(`the ${calibrator.kind} calibrator has no binary form`);
  }
}

/** Probabilities [N, K] of all classes. */
export function addMulticlassCalibration(graph: GraphBuilder, margin: Value, calibrator: Calibrator): Value {
  const softmax = (value: Value): Value => graph.node('Softmax', [value], { attributes: [attribute.int('axis', 1)] });
  switch (calibrator.kind) {
    case 'identity':
      return softmax(margin);
    case 'temperature':
      return softmax(graph.node('Div', [margin, scalar(graph, calibrator.temperature)]));
    case 'vector': {
      const row = (values: readonly number[]): Value => graph.constant(doubleTensor([...values], [1, values.length]));
      return softmax(graph.node('Add', [graph.node('Mul', [margin, row(calibrator.scales)]), row(calibrator.offsets)]));
    }
    default:
      throw bug(`the ${calibrator.kind} calibrator has no multiclass form`);
  }
}

/**
 * Linear interpolation by table: the segment is the count of knots at or below the margin, minus one; start, value and
 * slope are gathered from it. The last knot starts a flat segment; margins outside are clipped to the knots first.
 */
function addPiecewise(graph: GraphBuilder, margin: Value, starts: readonly number[], values: readonly number[]): Value {
  const count = starts.length;
  if (count === 0 || values.length !== count)
    throw bug('a piecewise calibrator needs as many probabilities as margins');
  const slopes = starts.map((start, i) => {
    const width = i + 1 < count ? starts[i + 1] - start : 0;
    return width > 0 ? (values[i + 1] - values[i]) / width : 0;
  });
  const low = graph.node('Max', [margin, scalar(graph, starts[0])]);
  const clipped = graph.node('Min', [low, scalar(graph, starts[count - 1])]);
  const reached = graph.node('GreaterOrEqual', [clipped, graph.constant(doubleTensor(starts, [1, count]))]);
  const rank = graph.node('ReduceSum', [
    cast(graph, reached, elementType.int64),
    graph.constant(int64Tensor([1], [1])),
  ]);
  const segment = graph.node('Sub', [rank, graph.constant(int64Tensor([1], []))]); // [N, 1]
  const pick = (table: readonly number[]): Value =>
    graph.node('Gather', [graph.constant(doubleTensor(table, [count])), segment]);
  const step = graph.node('Mul', [graph.node('Sub', [clipped, pick(starts)]), pick(slopes)]);
  return graph.node('Add', [pick(values), step]);
}
