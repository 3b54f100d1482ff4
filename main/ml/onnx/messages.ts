/**
 * The part of the ONNX file format that Augury writes and inspects, as a protobuf descriptor: message and field numbers
 * follow onnx.proto (IR version 10). Byte fields that hold UTF-8 text (attribute strings, string tensors) are declared as
 * `string`, which is the same on the wire. Fields that are not listed are skipped when reading.
 */
import type { INamespace } from 'protobufjs';

/** Element types of tensors, by their number in the file. */
export const elementType = {
  float: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  double: 11,
} as const;

export type ElementType = (typeof elementType)[keyof typeof elementType];

/** Kinds of attributes, by their number in the file. */
export const attributeType = {
  float: 1,
  int: 2,
  string: 3,
  tensor: 4,
  graph: 5,
  floats: 6,
  ints: 7,
  strings: 8,
} as const;

/** A tensor; numeric data sits in `rawData` as little-endian bytes, text in `stringData`. */
export type TensorProto = {
  readonly dims: readonly number[];
  readonly dataType: number;
  readonly stringData?: readonly string[];
  readonly rawData?: Uint8Array;
  readonly name?: string;
  readonly externalData?: readonly StringEntry[];
  /** 1 means that the data lies outside the file. */
  readonly dataLocation?: number;
};

export type StringEntry = { readonly key: string; readonly value: string };

export type AttributeProto = {
  readonly name: string;
  readonly type: number;
  readonly f?: number;
  readonly i?: number;
  readonly s?: string;
  readonly t?: TensorProto;
  readonly g?: GraphProto;
  readonly floats?: readonly number[];
  readonly ints?: readonly number[];
  readonly strings?: readonly string[];
};

export type NodeProto = {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name?: string;
  readonly opType: string;
  readonly attribute?: readonly AttributeProto[];
  readonly domain?: string;
};

export type DimensionProto = { readonly dimValue?: number; readonly dimParam?: string };

export type ValueInfoProto = {
  readonly name: string;
  readonly type?: {
    readonly tensorType?: { readonly elemType: number; readonly shape?: { readonly dim: readonly DimensionProto[] } };
  };
};

export type GraphProto = {
  readonly node: readonly NodeProto[];
  readonly name?: string;
  readonly initializer?: readonly TensorProto[];
  readonly input?: readonly ValueInfoProto[];
  readonly output?: readonly ValueInfoProto[];
};

export type ModelProto = {
  readonly irVersion: number;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly domain?: string;
  readonly modelVersion?: number;
  readonly docString?: string;
  readonly graph: GraphProto;
  readonly opsetImport: readonly { readonly domain?: string; readonly version: number }[];
  readonly metadataProps?: readonly StringEntry[];
};

const one = (type: string, id: number) => ({ type, id });
const many = (type: string, id: number) => ({ type, id, rule: 'repeated' });

/** The descriptor in the JSON form of protobufjs. */
export const onnxDescriptor: INamespace = {
  nested: {
    StringEntry: { fields: { key: one('string', 1), value: one('string', 2) } },
    Tensor: {
      fields: {
        dims: many('int64', 1),
        dataType: one('int32', 2),
        stringData: many('string', 6),
        name: one('string', 8),
        rawData: one('bytes', 9),
        externalData: many('StringEntry', 13),
        dataLocation: one('int32', 14),
      },
    },
    Attribute: {
      fields: {
        name: one('string', 1),
        f: one('float', 2),
        i: one('int64', 3),
        s: one('string', 4),
        t: one('Tensor', 5),
        g: one('Graph', 6),
        floats: many('float', 7),
        ints: many('int64', 8),
        strings: many('string', 9),
        type: one('int32', 20),
      },
    },
    Node: {
      fields: {
        input: many('string', 1),
        output: many('string', 2),
        name: one('string', 3),
        opType: one('string', 4),
        attribute: many('Attribute', 5),
        domain: one('string', 7),
      },
    },
    Dimension: { fields: { dimValue: one('int64', 1), dimParam: one('string', 2) } },
    Shape: { fields: { dim: many('Dimension', 1) } },
    TensorType: { fields: { elemType: one('int32', 1), shape: one('Shape', 2) } },
    Type: { fields: { tensorType: one('TensorType', 1) } },
    ValueInfo: { fields: { name: one('string', 1), type: one('Type', 2) } },
    Graph: {
      fields: {
        node: many('Node', 1),
        name: one('string', 2),
        initializer: many('Tensor', 5),
        input: many('ValueInfo', 11),
        output: many('ValueInfo', 12),
      },
    },
    OperatorSet: { fields: { domain: one('string', 1), version: one('int64', 2) } },
    Model: {
      fields: {
        irVersion: one('int64', 1),
        producerName: one('string', 2),
        producerVersion: one('string', 3),
        domain: one('string', 4),
        modelVersion: one('int64', 5),
        docString: one('string', 6),
        graph: one('Graph', 7),
        opsetImport: many('OperatorSet', 8),
        metadataProps: many('StringEntry', 14),
      },
    },
  },
};
