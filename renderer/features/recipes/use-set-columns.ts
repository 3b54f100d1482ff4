import { useQueries } from '@tanstack/react-query';
import { orpc } from '../../client/client.ts';
import type { SetDraft } from './set-draft.ts';

/** Columns of a table, as far as they are known yet. */
export type SetColumns = readonly { readonly name: string; readonly type: string }[];

export const timesOf = (columns: SetColumns): string[] =>
  columns.filter(({ type }) => type === 'date' || type === 'datetime').map(({ name }) => name);

const none: SetColumns = [];

/** The columns of a data set by its id, for every table of the draft. */
export function useSetColumns({ base, sources }: SetDraft): (datasetId: string) => SetColumns {
  const ids = [...new Set([base, ...sources.map(({ table }) => table)].map(({ datasetId }) => datasetId))];
  const known = ids.filter((id) => id !== '');
  const found = useQueries({
    queries: known.map((id) => orpc.datasets.get.queryOptions({ input: { id } })),
  });
  return (datasetId) => found[known.indexOf(datasetId)]?.data?.schema ?? none;
}
