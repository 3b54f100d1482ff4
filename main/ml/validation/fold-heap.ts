/**
 * The fold with the least rows of one class, then with the least rows, then the first, found in a binary heap. Numbers of
 * rows only grow, so a key from before is a lower bound: the fold on top is the answer once its key is the present one, and
 * is put in its place otherwise. Nothing has to be said when rows are dealt.
 */
export type FoldHeap = { readonly least: () => number };

/** A heap over folds 0…foldCount−1 whose present keys are `ownOf(fold)`, then `sizes[fold]`. */
export function createFoldHeap(foldCount: number, ownOf: (fold: number) => number, sizes: Float64Array): FoldHeap {
  const heap = Int32Array.from({ length: foldCount }, (_, fold) => fold);
  const own = Float64Array.from(heap, ownOf);
  const size = sizes.slice();
  const isBefore = (a: number, b: number): boolean =>
    own[a] !== own[b] ? own[a] < own[b] : size[a] !== size[b] ? size[a] < size[b] : a < b;
  const sink = (start: number): void => {
    const fold = heap[start];
    let at = start;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= foldCount) break;
      if (child + 1 < foldCount && isBefore(heap[child + 1], heap[child])) child++;
      if (!isBefore(heap[child], fold)) break;
      heap[at] = heap[child];
      at = child;
    }
    heap[at] = fold;
  };
  for (let at = (foldCount >> 1) - 1; at >= 0; at--) sink(at);
  return {
    least: () => {
      for (;;) {
        const fold = heap[0];
        const now = ownOf(fold);
        if (own[fold] === now && size[fold] === sizes[fold]) return fold;
        own[fold] = now;
        size[fold] = sizes[fold];
        sink(0);
      }
    },
  };
}
