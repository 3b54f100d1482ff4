/** Everything a version was made from, back to the files that were read: a graph, since joins and features have several parents. */
import type { Db } from '../../store/db.ts';
import {
  type DatasetVersionRow,
  erasedAt,
  findDatasetVersion,
  getDataset,
  getVersionOf,
} from '../../store/repositories/datasets.ts';
import { findReceipt } from '../../store/repositories/receipts.ts';
import type { Outputs } from '../service-types.ts';
import { keptSteps } from './recipe.ts';

type Graph = Outputs['datasets']['lineage'];

/** Ends a graph that would be too large to read; the nodes nearest to the version are kept. */
const mostNodes = 200;

/** Nodes from the version asked for outwards, nearest first. `parentsOf` gives the rows of versions a derived one names. */
export function lineageOf(
  db: Db,
  id: string,
  number: number | undefined,
  parentsOf: (row: DatasetVersionRow) => readonly DatasetVersionRow[],
): Graph {
  const first = getVersionOf(db, id, number);
  const nodes: Graph['nodes'] = [];
  const edges: Graph['edges'] = [];
  const waiting = [first];
  const met = new Set([first.id]);
  for (let row = waiting.shift(); row !== undefined; row = waiting.shift()) {
    const dataset = getDataset(db, row.datasetId, { deleted: true });
    const sourceName = (row.source as { name?: string } | null)?.name ?? '';
    nodes.push({
      key: row.id,
      kind: 'version',
      name: dataset.name,
      datasetId: row.datasetId,
      version: row.number,
      rows: row.rowCount,
      columns: row.columnCount,
      createdAt: row.createdAt,
      steps: keptSteps(row).map(({ kind, text }) => ({ kind, text })),
      ...(dataset.deletedAt === null && erasedAt(row) === null ? {} : { gone: true }),
    });
    if (findReceipt(db, row.id) !== null) {
      const key = `source ${row.id}`;
      nodes.push({ key, kind: 'source', name: sourceName, steps: [] });
      edges.push({ from: key, to: row.id });
      continue;
    }
    const named = parentsOf(row);
    const before = row.parentVersionId === null ? null : findDatasetVersion(db, row.parentVersionId);
    for (const parent of named.length === 0 && before !== null ? [before] : named) {
      edges.push({ from: parent.id, to: row.id });
      if (met.has(parent.id)) continue;
      met.add(parent.id);
      waiting.push(parent);
    }
    if (nodes.length >= mostNodes) break;
  }
  const kept = new Set(nodes.map(({ key }) => key));
  return { nodes, edges: edges.filter(({ from, to }) => kept.has(from) && kept.has(to)) };
}
