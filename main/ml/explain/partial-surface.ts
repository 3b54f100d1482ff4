/** Partial dependence of two columns together (Friedman 2001): both set to every pair of nodes in all background rows. */
import type { Frame } from '../frame.ts';
import type { SurfaceResult } from './ale.ts';
import { type Axis, nodeValue, scoreExchanged } from './axis.ts';
import type { ScoringSteps } from './steps.ts';

/** Mean prediction at every pair of nodes. Cost: nodes × nodes × rows scored. */
export function* partialSurface(background: Frame, first: Axis, second: Axis): ScoringSteps<SurfaceResult> {
  const [sizeA, sizeB] = [first.nodes.length, second.nodes.length];
  const { rowCount } = background;
  const values = new Float64Array(sizeA * sizeB);
  const all = Int32Array.from({ length: sizeB * rowCount }, (_, i) => i % rowCount);
  const nodesB = Int32Array.from({ length: sizeB * rowCount }, (_, i) => Math.floor(i / rowCount));
  for (let a = 0; a < sizeA; a++) {
    const scores = yield* scoreExchanged(
      background,
      all,
      [
        { axis: first, nodes: new Int32Array(all.length).fill(a) },
        { axis: second, nodes: nodesB },
      ],
      { from: a / sizeA, to: (a + 1) / sizeA },
    );
    for (let i = 0; i < scores.length; i++) values[a * sizeB + nodesB[i]] += scores[i] / rowCount;
  }
  const shares = new Float64Array(sizeA * sizeB);
  first.nodesOf.forEach((nodes, row) => {
    for (const [a, weightA] of nodes) {
      for (const [b, weightB] of second.nodesOf[row]) shares[a * sizeB + b] += (weightA * weightB) / rowCount;
    }
  });
  return {
    first: Array.from(first.nodes, (_, node) => nodeValue(first, node)),
    second: Array.from(second.nodes, (_, node) => nodeValue(second, node)),
    values,
    shares,
  };
}
