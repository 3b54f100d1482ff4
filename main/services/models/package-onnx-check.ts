/** What a model graph from outside must not contain: data outside the file, operators of unknown origin, absurd sizes. */
import { type AuguryError, dataProblem } from '../../base/errors.ts';
import { decodeModel } from '../../ml/onnx/codec.ts';
import type { GraphProto, TensorProto } from '../../ml/onnx/messages.ts';

const maxNodes = 500_000;
const maxDepth = 8;
const domains = new Set(['', 'ai.onnx', 'ai.onnx.ml']);

/** Throws data-problem `onnx-refused` naming what is wrong with the graph in the bytes of `model.onnx`. */
export function checkOnnxGraph(bytes: Uint8Array): void {
  const model = decodeModel(bytes);
  for (const { domain = '' } of model.opsetImport) {
    if (!domains.has(domain)) throw refused(`it uses operators of “${domain}”`);
  }
  checkGraph(model.graph, 0, { nodes: 0 });
}

function checkGraph(graph: GraphProto, depth: number, total: { nodes: number }): void {
  if (depth > maxDepth) throw refused(`its graphs are nested more than ${maxDepth} deep`);
  for (const tensor of graph.initializer ?? []) checkTensor(tensor);
  for (const node of graph.node) {
    if (++total.nodes > maxNodes) throw refused(`it has more than ${maxNodes} nodes`);
    if (!domains.has(node.domain ?? '')) throw refused(`it uses the operator ${node.opType} of “${node.domain}”`);
    for (const attribute of node.attribute ?? []) {
      if (attribute.t) checkTensor(attribute.t);
      if (attribute.g) checkGraph({ ...attribute.g, node: attribute.g.node ?? [] }, depth + 1, total);
    }
  }
}

function checkTensor(tensor: TensorProto): void {
  if ((tensor.dataLocation ?? 0) !== 0 || (tensor.externalData?.length ?? 0) > 0) {
    throw refused('it refers to data outside the file');
  }
}

const refused = (what: string): AuguryError =>
  dataProblem('onnx-refused', `The model graph is refused: ${what}.`, {
    hint: 'Do not use this model; get it from a source you trust.',
  });
