/**
 * Puts an ONNX graph together: values are referred to by name, every inner name carries a prefix that no input or output
 * has, and equal calls give equal graphs. Constants become initialisers; equal scalars are shared.
 */
import { invalidInput } from '../../base/errors.ts';
import {
  type AttributeProto,
  attributeType,
  type DimensionProto,
  type ElementType,
  elementType,
  type GraphProto,
  type NodeProto,
  type TensorProto,
  type ValueInfoProto,
} from './messages.ts';

/** The name of a value in the graph. */
export type Value = string;

export type GraphBuilder = {
  /** Declares a graph input, of shape [N, 1] unless told otherwise. */
  readonly input: (name: string, type: ElementType, dims?: readonly (number | string)[]) => Value;
  /** Adds a node and returns its first output. */
  readonly node: (opType: string, inputs: readonly Value[], options?: NodeOptions) => Value;
  /** Adds a node with several outputs and returns all of them. */
  readonly nodes: (opType: string, inputs: readonly Value[], count: number, options?: NodeOptions) => readonly Value[];
  /** Adds a constant. */
  readonly constant: (tensor: TensorProto) => Value;
  /** Names a value as a graph output; `dims` holds numbers or the name of a free dimension. */
  readonly output: (name: string, value: Value, type: ElementType, dims: readonly (number | string)[]) => void;
  readonly build: (graphName: string) => GraphProto;
};

export type NodeOptions = {
  readonly attributes?: readonly AttributeProto[];
  readonly domain?: string;
  /** Further outputs the operator must have that nothing reads. */
  readonly unused?: number;
};

/** Starts an empty graph; `reserved` are the names of all inputs and outputs to come. */
export function createGraph(reserved: readonly string[]): GraphBuilder {
  let prefix = 'augury/';
  while (reserved.some((name) => name.startsWith(prefix))) prefix = `_${prefix}`;
  const nodes: NodeProto[] = [];
  const initializers: TensorProto[] = [];
  const inputs: ValueInfoProto[] = [];
  const outputs: ValueInfoProto[] = [];
  const shared = new Map<string, Value>();
  let counter = 0;
  return {
    input: (name, type, dims = ['N', 1]) => {
      if (name === '') throw invalidInput('onnx-empty-name', 'An input column without a name cannot be exported.');
      inputs.push(valueInfo(name, type, dims));
      return name;
    },
    node: (opType, nodeInputs, options = {}) => {
      const output = `${prefix}${opType}_${counter++}`;
      nodes.push({
        input: nodeInputs,
        output: [output, ...Array.from({ length: options.unused ?? 0 }, (_, i) => `${output}/unused_${i}`)],
        name: output,
        opType,
        ...(options.attributes ? { attribute: options.attributes } : {}),
        ...(options.domain ? { domain: options.domain } : {}),
      });
      return output;
    },
    nodes: (opType, nodeInputs, count, options = {}) => {
      const name = `${prefix}${opType}_${counter++}`;
      const output = Array.from({ length: count }, (_, i) => `${name}_${i}`);
      nodes.push({
        input: nodeInputs,
        output,
        name,
        opType,
        ...(options.attributes ? { attribute: options.attributes } : {}),
        ...(options.domain ? { domain: options.domain } : {}),
      });
      return output;
    },
    constant: (tensor) => {
      const key =
        tensor.rawData && tensor.rawData.length <= 8
          ? `${tensor.dataType}:${tensor.dims.join()}:${tensor.rawData.join()}`
          : null;
      const known = key === null ? undefined : shared.get(key);
      if (known !== undefined) return known;
      const name = `${prefix}constant_${initializers.length}`;
      initializers.push({ ...tensor, name });
      if (key !== null) shared.set(key, name);
      return name;
    },
    output: (name, value, type, dims) => {
      nodes.push({ input: [value], output: [name], name: `${prefix}output_${outputs.length}`, opType: 'Identity' });
      outputs.push(valueInfo(name, type, dims));
    },
    build: (graphName) => ({ node: nodes, name: graphName, initializer: initializers, input: inputs, output: outputs }),
  };
}

function valueInfo(name: string, elemType: ElementType, dims: readonly (number | string)[]): ValueInfoProto {
  const dim = dims.map((d): DimensionProto => (typeof d === 'number' ? { dimValue: d } : { dimParam: d }));
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

const bytesOf = (array: Float32Array | Float64Array | BigInt64Array | Uint8Array): Uint8Array =>
  new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

/** A float32 tensor; a scalar when `dims` is empty. */
export const floatTensor = (values: readonly number[] | Float32Array, dims: readonly number[]): TensorProto => ({
  dims,
  dataType: elementType.float,
  rawData: bytesOf(Float32Array.from(values)),
});

/** A float64 tensor. */
export const doubleTensor = (values: readonly number[] | Float64Array, dims: readonly number[]): TensorProto => ({
  dims,
  dataType: elementType.double,
  rawData: bytesOf(Float64Array.from(values)),
});

/** An int64 tensor. */
export const int64Tensor = (values: readonly (number | bigint)[], dims: readonly number[]): TensorProto => ({
  dims,
  dataType: elementType.int64,
  rawData: bytesOf(BigInt64Array.from(values, (value) => BigInt(value))),
});

/** A uint8 tensor. */
export const uint8Tensor = (values: Uint8Array, dims: readonly number[]): TensorProto => ({
  dims,
  dataType: elementType.uint8,
  rawData: bytesOf(Uint8Array.from(values)),
});

/** A string tensor. */
export const stringTensor = (values: readonly string[], dims: readonly number[]): TensorProto => ({
  dims,
  dataType: elementType.string,
  stringData: values,
});

/** Attributes of nodes, by kind. */
export const attribute = {
  int: (name: string, i: number): AttributeProto => ({ name, type: attributeType.int, i }),
  ints: (name: string, ints: readonly number[]): AttributeProto => ({ name, type: attributeType.ints, ints }),
  float: (name: string, f: number): AttributeProto => ({ name, type: attributeType.float, f }),
  floats: (name: string, floats: readonly number[]): AttributeProto => ({ name, type: attributeType.floats, floats }),
  string: (name: string, s: string): AttributeProto => ({
    name,
    type: attributeType.string,
    s,
  }),
  strings: (name: string, strings: readonly string[]): AttributeProto => ({
    name,
    type: attributeType.strings,
    strings,
  }),
  tensor: (name: string, t: TensorProto): AttributeProto => ({ name, type: attributeType.tensor, t }),
};

/** Casts to another element type. */
export const cast = (graph: GraphBuilder, value: Value, to: ElementType): Value =>
  graph.node('Cast', [value], { attributes: [attribute.int('to', to)] });

/** Joins along the second axis. */
export const concatColumns = (graph: GraphBuilder, values: readonly Value[]): Value =>
  values.length === 1 && values[0] !== undefined
    ? values[0]
    : graph.node('Concat', values, { attributes: [attribute.int('axis', 1)] });
