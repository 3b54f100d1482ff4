/**
 * A small neural net (8 inputs, one hidden layer, softmax) to try execution providers with: float32 tensor operators that
 * every provider has kernels for, so that a provider which runs none of them is of no use here.
 */
import { createRng } from '../../base/rng.ts';
import { encodeModel } from './codec.ts';
import { attribute, createGraph, floatTensor } from './graph-builder.ts';
import { elementType } from './messages.ts';

/** The bytes of the probe: input `x` float32 [N, 8], output `y` float32 [N, 4]. */
export function buildProbeModel(): Uint8Array {
  const rng = createRng(20_240_229);
  const graph = createGraph(['x', 'y']);
  const weights = (rows: number, columns: number): string =>
    graph.constant(
      floatTensor(
        Array.from({ length: rows * columns }, () => rng.normal() / Math.sqrt(rows)),
        [rows, columns],
      ),
    );
  const x = graph.input('x', elementType.float, ['N', 8]);
  const hidden = graph.node('Add', [graph.node('MatMul', [x, weights(8, 16)]), weights(1, 16)]);
  const active = graph.node('Relu', [hidden]);
  const logits = graph.node('MatMul', [active, weights(16, 4)]);
  const y = graph.node('Softmax', [logits], { attributes: [attribute.int('axis', 1)] });
  graph.output('y', y, elementType.float, ['N', 4]);
  return encodeModel({
    irVersion: 10,
    producerName: 'Augury',
    graph: graph.build('probe'),
    opsetImport: [{ domain: '', version: 21 }],
  });
}
