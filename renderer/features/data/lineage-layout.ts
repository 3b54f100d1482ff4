/**
 * Places for the nodes of a lineage: columns by the longest way to the version asked for, which stands at the right; within a
 * column each node near what it makes (one sweep of the barycentre heuristic), so that few lines cross. O(nodes + edges).
 */

export type LineageGraph = {
  readonly nodes: readonly { readonly key: string }[];
  readonly edges: readonly { readonly from: string; readonly to: string }[];
};

export type Place = { readonly column: number; readonly row: number };

/** Columns counted from the left, rows from the top. The first node is the one asked for. */
export function layoutLineage({ nodes, edges }: LineageGraph): ReadonlyMap<string, Place> {
  const makes = new Map<string, string[]>();
  for (const { from, to } of edges) makes.set(from, [...(makes.get(from) ?? []), to]);
  const known = new Map<string, number>();
  const distance = (key: string): number => {
    const found = known.get(key);
    if (found !== undefined) return found;
    known.set(key, 0); // a ring cannot be, and would end here
    const far = Math.max(-1, ...(makes.get(key) ?? []).map(distance)) + 1;
    known.set(key, far);
    return far;
  };
  const most = Math.max(0, ...nodes.map(({ key }) => distance(key)));
  const row = new Map<string, number>();
  for (let far = 0; far <= most; far++) {
    const here = nodes.filter(({ key }) => distance(key) === far);
    const near = (key: string): number => {
      const rows = (makes.get(key) ?? []).map((to) => row.get(to) ?? 0);
      return rows.reduce((sum, each) => sum + each, 0) / Math.max(1, rows.length);
    };
    const sorted = here.map(({ key }, i) => ({ key, i, at: near(key) })).sort((a, b) => a.at - b.at || a.i - b.i);
    for (const [place, { key }] of sorted.entries()) row.set(key, place);
  }
  return new Map(nodes.map(({ key }) => [key, { column: most - distance(key), row: row.get(key) ?? 0 }]));
}
