import { describe, expect, test } from 'vitest';
import { layoutLineage } from '../../../../../renderer/features/data/lineage-layout.ts';

const graph = (...pairs: readonly (readonly [string, string])[]) => {
  const edges = pairs.map(([from, to]) => ({ from, to }));
  const keys = new Set(edges.flatMap(({ from, to }) => [to, from]));
  return { nodes: [...keys].map((key) => ({ key })), edges };
};
const placed = (...pairs: readonly (readonly [string, string])[]) =>
  Object.fromEntries([...layoutLineage(graph(...pairs))].map(([key, { column, row }]) => [key, [column, row]]));

describe('B6 the lineage as a graph', () => {
  test('stands in columns by the longest way to what is shown', () => {
    expect(placed(['joined', 'shown'], ['a', 'joined'], ['b', 'joined'], ['file', 'a'], ['b', 'shown'])).toEqual({
      shown: [3, 0],
      joined: [2, 0],
      a: [1, 0],
      b: [1, 1],
      file: [0, 0],
    });
  });

  test('puts what is used near what it makes, so that lines do not cross', () => {
    const places = placed(['up', 'shown'], ['down', 'shown'], ['of down', 'down'], ['of up', 'up']);
    expect([places['of up'], places['of down']]).toEqual([
      [0, 0],
      [0, 1],
    ]);
  });

  test('holds a single version, and ends where versions would be made of each other', () => {
    expect(layoutLineage({ nodes: [{ key: 'one' }], edges: [] })).toEqual(new Map([['one', { column: 0, row: 0 }]]));
    expect(layoutLineage(graph(['a', 'b'], ['b', 'a'])).size).toBe(2);
  });
});
