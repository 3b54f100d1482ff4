/**
 * A foreign ONNX graph between raw columns and the outputs every model here has: columns are cast and put side by side,
 * the foreign output becomes margins, probabilities and a label, or a value. The foreign part is kept byte for byte but
 * for the names of its tensors. Only operators are added whose meaning is the same in every operator set since 8.
 */
import { joinArrays } from '../../base/typed-arrays.ts';
import type { InputSpec, ModelSpec } from '../model-spec.ts';
import { encodeModel } from '../onnx/codec.ts';
import { attribute, floatTensor, int64Tensor, stringTensor } from '../onnx/graph-builder.ts';
import { elementType, type NodeProto, type TensorProto, type ValueInfoProto } from '../onnx/messages.ts';
import { onnxOutputNames } from '../onnx/output-names.ts';
import type { ColumnPlan, OnnxPorts } from './onnx-ports.ts';
import { renameGraph } from './onnx-rename.ts';
import { wireField, wireFields } from './protobuf-wire.ts';

export type OnnxMeaning = 'value' | 'probability' | 'margin';

export type WrapRequest = {
  readonly bytes: Uint8Array;
  readonly ports: OnnxPorts;
  readonly plan: ColumnPlan;
  readonly spec: Pick<ModelSpec, 'task' | 'classes' | 'recipe'>;
  /** Tensor of the foreign graph that holds the prediction, and how many numbers a row it has. */
  readonly tensor: string;
  readonly width: number;
  readonly meaning: OnnxMeaning;
  /** Which of several values a row, for a regression. */
  readonly output: number;
};

const foreign = (name: string): string => (name === '' ? '' : `foreign/${name}`);

/** Probabilities are kept this far from 0 and 1 before their logarithm is taken. */
const closest = 1e-7;

/** The bytes of the graph from raw columns to predictions. */
export function wrapOnnx(request: WrapRequest): Uint8Array {
  const { bytes, ports, spec } = request;
  const constants: TensorProto[] = [];
  let count = 0;
  const fresh = (): string => `augury/${count++}`;
  const constant = (tensor: TensorProto): string => {
    const name = fresh();
    constants.push({ ...tensor, name });
    return name;
  };
  const before = inputNodes(request.plan, spec.recipe.inputs, fresh, constant);
  const after = outputNodes(request, fresh, constant);
  const names = onnxOutputNames(spec);
  const filled = new Set((ports.model.graph.initializer ?? []).map((tensor) => tensor.name ?? ''));
  // Constants go in as nodes, because old versions of the format list initializers among the inputs.
  const constantNodes = constants.map(
    (tensor): NodeProto => ({
      opType: 'Constant',
      input: [],
      output: [tensor.name ?? ''],
      attribute: [attribute.tensor('value', tensor)],
    }),
  );
  const outputs: ValueInfoProto[] = [
    ...(names.label === null ? [] : [info(names.label, elementType.string, 1)]),
    ...(names.probability === null ? [] : [info(names.probability, elementType.float, 1)]),
    ...(names.probabilities === null ? [] : [info(names.probabilities, elementType.float, 2)]),
    ...(names.prediction === null ? [] : [info(names.prediction, elementType.float, 1)]),
    info(names.margin, elementType.float, 2),
  ];
  const own = graphParts({
    before: [...constantNodes, ...before],
    after,
    inputs: spec.recipe.inputs.map((input) => info(input.name, inputTypes[input.type], 2)),
    outputs,
  });
  const model = wireFields(bytes).map(({ id, raw, payload }) => {
    if (id !== 7 || payload === null) return raw;
    const fields = wireFields(renameGraph(payload, foreign));
    const keptInputs = new Set([...filled].map(foreign));
    const kept = fields.filter((field) => {
      if (field.id === 11) return keptInputs.has(nameOf(field.payload));
      return field.id !== 12;
    });
    return wireField(
      7,
      joinArrays(Uint8Array, [...own.before, ...kept.map((field) => field.raw), ...own.after, ...own.ports]),
    );
  });
  return joinArrays(Uint8Array, model);
}

const inputTypes = { double: elementType.double, timestamp: elementType.int64, string: elementType.string } as const;

function nameOf(payload: Uint8Array | null): string {
  const name = wireFields(payload ?? new Uint8Array(0)).find((field) => field.id === 1)?.payload;
  return String.fromCharCode(...(name ?? []));
}

const info = (name: string, elemType: number, rank: 1 | 2): ValueInfoProto => ({
  name,
  type: { tensorType: { elemType, shape: { dim: rank === 1 ? [{ dimParam: 'N' }] : [{ dimParam: 'N' }, {}] } } },
});

/** Nodes and ports as raw fields of a graph. */
function graphParts(parts: {
  readonly before: readonly NodeProto[];
  readonly after: readonly NodeProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
}): Readonly<Record<'before' | 'after' | 'ports', readonly Uint8Array[]>> {
  const fieldsOf = (graph: {
    node: readonly NodeProto[];
    input?: readonly ValueInfoProto[];
    output?: readonly ValueInfoProto[];
  }) => {
    const bytes = encodeModel({ irVersion: 8, opsetImport: [], graph });
    const payload = wireFields(bytes).find((field) => field.id === 7)?.payload ?? new Uint8Array(0);
    return wireFields(payload).map((field) => field.raw);
  };
  return {
    before: fieldsOf({ node: parts.before }),
    after: fieldsOf({ node: parts.after }),
    ports: fieldsOf({ node: [], input: parts.inputs, output: parts.outputs }),
  };
}

const node = (
  opType: string,
  input: readonly string[],
  output: string,
  attributes: NodeProto['attribute'] = [],
): NodeProto => ({
  opType,
  input,
  output: [output],
  attribute: attributes,
});

/** Columns to the foreign inputs: cast where the types differ, side by side where one input takes several. */
function inputNodes(
  plan: ColumnPlan,
  inputs: readonly InputSpec[],
  fresh: () => string,
  constant: (tensor: TensorProto) => string,
): NodeProto[] {
  const nodes: NodeProto[] = [];
  for (const { port, columns } of plan) {
    const cast = columns.map((name) => {
      const type = inputs.find((input) => input.name === name)?.type ?? 'double';
      if (inputTypes[type] === port.elementType) return name;
      const out = fresh();
      nodes.push(node('Cast', [name], out, [attribute.int('to', port.elementType)]));
      return out;
    });
    let joined = cast[0];
    if (cast.length > 1) {
      joined = fresh();
      nodes.push(node('Concat', cast, joined, [attribute.int('axis', 1)]));
    }
    const flat = port.dims !== null && port.dims.length === 1;
    nodes.push(
      flat
        ? node('Reshape', [joined, constant(int64Tensor([-1], [1]))], foreign(port.name))
        : node('Identity', [joined], foreign(port.name)),
    );
  }
  return nodes;
}

function outputNodes(
  request: WrapRequest,
  fresh: () => string,
  constant: (tensor: TensorProto) => string,
): NodeProto[] {
  const { spec, width, meaning } = request;
  const names = onnxOutputNames(spec);
  const nodes: NodeProto[] = [];
  const add = (
    opType: string,
    input: readonly string[],
    attributes: NodeProto['attribute'] = [],
    output = fresh(),
  ): string => {
    nodes.push(node(opType, input, output, attributes));
    return output;
  };
  const number = (value: number): string => constant(floatTensor([value], [1]));
  const reshape = (value: string, shape: readonly number[], output?: string): string =>
    add('Reshape', [value, constant(int64Tensor([...shape], [shape.length]))], [], output ?? fresh());
  const column = (value: string, index: number): string =>
    add('Gather', [value, constant(int64Tensor([index], [1]))], [attribute.int('axis', 1)]);
  const raw = add('Cast', [foreign(request.tensor)], [attribute.int('to', elementType.float)]);
  const rows = reshape(raw, [-1, width]);
  if (names.prediction !== null) {
    const value = width === 1 ? rows : column(rows, request.output);
    add('Identity', [value], [], names.margin);
    reshape(value, [-1], names.prediction);
    return nodes;
  }
  const inside = (value: string): string => add('Min', [add('Max', [value, number(closest)]), number(1 - closest)]);
  let probabilities: string;
  if (spec.task === 'binary') {
    let margin: string;
    let positive: string;
    if (meaning === 'margin') {
      margin = width === 1 ? rows : add('Sub', [column(rows, 1), column(rows, 0)]);
      positive = add('Sigmoid', [margin]);
    } else {
      positive = width === 1 ? rows : column(rows, 1);
      const bounded = inside(positive);
      margin = add('Sub', [add('Log', [bounded]), add('Log', [add('Sub', [number(1), bounded])])]);
    }
    add('Identity', [margin], [], names.margin);
    if (names.probability !== null) reshape(positive, [-1], names.probability);
    probabilities = add('Concat', [add('Sub', [number(1), positive]), positive], [attribute.int('axis', 1)]);
  } else {
    probabilities = meaning === 'margin' ? add('Softmax', [rows], [attribute.int('axis', 1)]) : rows;
    add(meaning === 'margin' ? 'Identity' : 'Log', [meaning === 'margin' ? rows : inside(rows)], [], names.margin);
  }
  add('Identity', [probabilities], [], names.probabilities ?? fresh());
  const best = add('ArgMax', [probabilities], [attribute.int('axis', 1), attribute.int('keepdims', 0)]);
  const classes = constant(stringTensor([...spec.classes], [spec.classes.length]));
  add('Gather', [classes, best], [attribute.int('axis', 0)], names.label ?? fresh());
  return nodes;
}
