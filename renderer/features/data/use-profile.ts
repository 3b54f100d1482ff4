import { useQuery } from '@tanstack/react-query';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { orpc } from '../../client/client.ts';

/** The profile of a version of a data set. */
export function useProfile(dataset: DatasetDetail) {
  return useQuery(orpc.datasets.profile.queryOptions({ input: { id: dataset.id, version: dataset.version } }));
}
