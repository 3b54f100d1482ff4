/** Renames tensors throughout a graph, on the bytes: nodes, initializers and declarations, graphs inside nodes included. */

import { joinArrays } from '../../base/typed-arrays.ts';
import { wireField, wireFields } from './protobuf-wire.ts';
import { decodeUtf8 } from './ubjson.ts';

/** Field numbers of onnx.proto. */
const graphField = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13, sparse: 15 } as const;
const nodeField = { input: 1, output: 2, attribute: 5 } as const;
const attributeField = { graph: 6, graphs: 11 } as const;
const tensorName = 8;
const sparseValues = 1;

export type Renaming = (name: string) => string;

/** The bytes of a graph with every tensor name replaced. */
export const renameGraph = (graph: Uint8Array, rename: Renaming): Uint8Array =>
  mapFields(graph, (id, payload) => {
    if (id === graphField.node) return renameNode(payload, rename);
    if (id === graphField.initializer) return renameText(payload, tensorName, rename);
    if (id === graphField.sparse)
      return mapFields(payload, (inner, tensor) =>
        inner === sparseValues ? renameText(tensor, tensorName, rename) : null,
      );
    const declares = id === graphField.input || id === graphField.output || id === graphField.valueInfo;
    return declares ? renameText(payload, 1, rename) : null;
  });

const renameNode = (node: Uint8Array, rename: Renaming): Uint8Array =>
  mapFields(node, (id, payload) => {
    if (id === nodeField.input || id === nodeField.output) return textBytes(rename(decodeUtf8(payload)));
    if (id !== nodeField.attribute) return null;
    return mapFields(payload, (inner, graph) =>
      inner === attributeField.graph || inner === attributeField.graphs ? renameGraph(graph, rename) : null,
    );
  });

const renameText = (message: Uint8Array, field: number, rename: Renaming): Uint8Array =>
  mapFields(message, (id, payload) => (id === field ? textBytes(rename(decodeUtf8(payload))) : null));

/** The message with the payloads replaced for which `change` gives another one. */
function mapFields(message: Uint8Array, change: (id: number, payload: Uint8Array) => Uint8Array | null): Uint8Array {
  return joinArrays(
    Uint8Array,
    wireFields(message).map(({ id, raw, payload }) => {
      const next = payload === null ? null : change(id, payload);
      return next === null ? raw : wireField(id, next);
    }),
  );
}

/** Text as UTF-8. */
function textBytes(text: string): Uint8Array {
  const out: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0xfffd;
    if (code < 0x80) out.push(code);
    else if (code < 0x800) out.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) out.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    else out.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
  }
  return Uint8Array.from(out);
}
