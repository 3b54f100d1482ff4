/** Bytes of ONNX files to plain objects and back. Equal objects give equal bytes: fields are written in numeric order. */
import protobuf from 'protobufjs/light.js';
import { dataProblem } from '../../base/errors.ts';
import { type ModelProto, onnxDescriptor } from './messages.ts';

const modelType = protobuf.Root.fromJSON(onnxDescriptor).lookupType('Model');

/** The bytes of a `.onnx` file. Integers must lie within ±2^53. */
export function encodeModel(model: ModelProto): Uint8Array {
  const bytes = modelType.encode(model).finish();
  return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads a `.onnx` file into plain objects; fields outside the descriptor are dropped, empty ones absent.
 * Throws the data-problem `onnx-unreadable` when the bytes are no ONNX model.
 */
export function decodeModel(bytes: Uint8Array): ModelProto {
  let plain: Record<string, unknown>;
  try {
    plain = modelType.toObject(modelType.decode(bytes), { longs: Number, bytes: Uint8Array });
  } catch (cause) {
    throw dataProblem('onnx-unreadable', 'The bytes are not an ONNX model: the protobuf message does not parse.', {
      hint: 'Export the model again.',
      cause,
    });
  }
  if (!isModel(plain)) {
    throw dataProblem(
      'onnx-unreadable',
      'The bytes are not an ONNX model: version, operator sets or graph are missing.',
      {
        hint: 'Export the model again.',
      },
    );
  }
  const graph = {
    ...plain.graph,
    node: (plain.graph.node ?? []).map((node) => ({ ...node, input: node.input ?? [], output: node.output ?? [] })),
  };
  return { ...plain, graph };
}

const isModel = (plain: Record<string, unknown>): plain is Record<string, unknown> & ModelProto =>
  typeof plain.irVersion === 'number' &&
  Array.isArray(plain.opsetImport) &&
  typeof plain.graph === 'object' &&
  plain.graph !== null;
