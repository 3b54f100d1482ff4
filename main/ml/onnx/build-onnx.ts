/**
 * A model as ONE portable ONNX graph: raw columns in, label, probabilities and margin out.
 *
 * Inputs, each [N, 1]: double (NaN missing), int64 microseconds UTC (smallest int64 missing), string ("" missing).
 * Everything between the float32 features and the float32 outputs runs in double precision, so that the graph differs from
 * the training side by rounding of the last float32 digit only, whatever the order of summation.
 * Equal models give equal bytes.
 */
import { bug } from '../../base/errors.ts';
import { additiveTrees } from '../additive/to-trees.ts';
import type { Member, ModelSpec, TreeEnsemble } from '../model-spec.ts';
import { addBinaryCalibration, addMulticlassCalibration } from './calibration-graph.ts';
import { encodeModel } from './codec.ts';
import {
  attribute,
  cast,
  concatColumns,
  createGraph,
  doubleTensor,
  type GraphBuilder,
  int64Tensor,
  stringTensor,
  type Value,
} from './graph-builder.ts';
import { addLinear } from './linear-graph.ts';
import { elementType } from './messages.ts';
import { addNeighbours } from './neighbours-graph.ts';
import { addNet } from './net-graph.ts';
import { onnxOutputNames } from './output-names.ts';
import { addRecipe, type RecipeValues } from './recipe-graph.ts';
import { addQuantiles, addResponse } from './response-graph.ts';
import { addTrees } from './tree-graph.ts';

export type OnnxMeta = {
  /** Version of the application that wrote the file. */
  readonly producerVersion: string;
  readonly modelName: string;
};

/** The bytes of `model.onnx` (IR 10, opset 21, ai.onnx.ml 5). Throws `bug` for a model whose parts do not fit together. */
export function buildOnnx(spec: ModelSpec, meta: OnnxMeta): Uint8Array {
  checkSpec(spec);
  const names = onnxOutputNames(spec);
  const outputNames = Object.values(names).filter((name) => name !== null);
  const graph = createGraph([...spec.recipe.inputs.map((input) => input.name), ...outputNames]);
  const values = addRecipe(graph, spec.recipe);
  const margin = addBlend(graph, spec, values);
  if (names.label !== null && names.probabilities !== null) {
    const probabilities =
      spec.task === 'binary'
        ? addBinaryOutputs(graph, spec, margin)
        : addMulticlassCalibration(graph, margin, spec.calibration);
    graph.output(names.label, addLabel(graph, spec, probabilities), elementType.string, ['N']);
    if (names.probability !== null) {
      const positive = graph.node('Gather', [probabilities, graph.constant(int64Tensor([1], []))], {
        attributes: [attribute.int('axis', 1)],
      });
      graph.output(names.probability, cast(graph, positive, elementType.float), elementType.float, ['N']);
    }
    graph.output(names.probabilities, cast(graph, probabilities, elementType.float), elementType.float, [
      'N',
      spec.classes.length,
    ]);
  }
  const floatMargin = cast(graph, margin, elementType.float);
  if (names.prediction !== null) {
    const values = cast(graph, addResponse(graph, spec.response, margin), elementType.float);
    const flat = graph.node('Squeeze', [values, graph.constant(int64Tensor([1], [1]))]);
    graph.output(names.prediction, flat, elementType.float, ['N']);
    if (names.quantiles !== null && spec.response?.kind === 'quantiles') {
      const all = addQuantiles(graph, spec.response.levels, margin);
      graph.output(names.quantiles, cast(graph, all, elementType.float), elementType.float, ['N', spec.outputCount]);
    }
  }
  graph.output(names.margin, floatMargin, elementType.float, ['N', spec.outputCount]);
  return encodeModel({
    irVersion: 10,
    producerName: 'Augury',
    producerVersion: meta.producerVersion,
    modelVersion: 1,
    graph: graph.build(meta.modelName === '' ? 'model' : meta.modelName),
    opsetImport: [
      { domain: '', version: 21 },
      { domain: 'ai.onnx.ml', version: 5 },
    ],
    metadataProps: [
      { key: 'augury.task', value: spec.task },
      { key: 'augury.classes', value: JSON.stringify(spec.classes) },
      { key: 'augury.outputs', value: JSON.stringify(names) },
      ...(spec.response?.kind === 'quantiles'
        ? [{ key: 'augury.quantiles', value: JSON.stringify([...spec.response.levels].sort((a, b) => a - b)) }]
        : []),
    ],
  });
}

function checkSpec(spec: ModelSpec): void {
  const classCount = spec.classes.length;
  const fits =
    spec.task === 'binary'
      ? classCount === 2 && spec.outputCount === 1
      : spec.task === 'multiclass'
        ? classCount >= 2 && spec.outputCount === classCount
        : classCount === 0 &&
          spec.outputCount === (spec.response?.kind === 'quantiles' ? spec.response.levels.length : 1) &&
          spec.calibration.kind === 'identity';
  if (!fits)
    throw bug(`a ${spec.task} model with ${classCount} classes and ${spec.outputCount} outputs does not fit together`);
}

/** Σ weight · margin over the members, [N, outputCount]. */
function addBlend(graph: GraphBuilder, spec: ModelSpec, values: RecipeValues): Value {
  // Adding to a column of zeros with one row per input row also gives constants their row count.
  const shape = graph.node('Shape', [values.anyInput]);
  let margin = graph.node('Expand', [
    graph.constant(doubleTensor(new Array(spec.outputCount).fill(0), [1, spec.outputCount])),
    shape,
  ]);
  for (const member of spec.members) {
    const part = addMember(graph, spec, values, member);
    const weighted =
      member.weight === 1 ? part : graph.node('Mul', [part, graph.constant(doubleTensor([member.weight], []))]);
    margin = graph.node('Add', [margin, weighted]);
  }
  return margin;
}

function addMember(graph: GraphBuilder, spec: ModelSpec, values: RecipeValues, member: Member): Value {
  const constant = (margin: ArrayLike<number>): Value =>
    graph.constant(doubleTensor(Array.from(margin), [1, spec.outputCount]));
  const ensemble = (trees: TreeEnsemble): Value =>
    trees.treeRoot.length === 0 || values.features === null
      ? constant(trees.baseScore)
      : addTrees(graph, values.features, trees, spec.recipe);
  switch (member.kind) {
    case 'constant':
      return constant(member.margin);
    case 'graph':
      throw bug('a foreign graph is its own export');
    case 'linear':
      return addLinear(graph, spec.recipe, values, member.linear);
    case 'trees':
      return ensemble(member.trees);
    case 'additive':
      return ensemble(additiveTrees(member.additive));
    case 'neighbours':
      if (values.features === null) throw bug('neighbours without features');
      return addNeighbours(graph, values.features, member.neighbours);
    case 'net':
      if (values.features === null) throw bug('a net without features');
      return addNet(graph, values.features, values.columns, member.net);
  }
}

/** [N, 2] with the negative class first. */
function addBinaryOutputs(graph: GraphBuilder, spec: ModelSpec, margin: Value): Value {
  const positive = addBinaryCalibration(graph, margin, spec.calibration);
  const negative = graph.node('Sub', [graph.constant(doubleTensor([1], [])), positive]);
  return concatColumns(graph, [negative, positive]);
}

function addLabel(graph: GraphBuilder, spec: ModelSpec, probabilities: Value): Value {
  const classes = graph.constant(stringTensor(spec.classes, [spec.classes.length]));
  return graph.node('Gather', [classes, addClassIndex(graph, spec, probabilities)], {
    attributes: [attribute.int('axis', 0)],
  });
}

/** int64 [N]; ties go to the positive class in binary tasks and to the first one otherwise. */
function addClassIndex(graph: GraphBuilder, spec: ModelSpec, probabilities: Value): Value {
  return graph.node('ArgMax', [probabilities], {
    attributes: [
      attribute.int('axis', 1),
      attribute.int('keepdims', 0),
      attribute.int('select_last_index', spec.task === 'binary' ? 1 : 0),
    ],
  });
}
