/** A file: choose the rows, settle the columns, choose the output, and let the job run. */
import { getRouteApi } from '@tanstack/react-router';
import type { Source } from '../../../main/contract/common.ts';
import type { ModelDetail } from '../../../main/contract/models.ts';
import { BatchJob } from './batch-job.tsx';
import { BatchPlan } from './batch-plan.tsx';
import { BatchSource } from './batch-source.tsx';
import type { PredictSearch } from './search.ts';

const route = getRouteApi('/predict');

/** The source the address names, or null. */
export function readSource(search: PredictSearch): Source | null {
  if (search.path !== undefined) return { path: search.path };
  if (search.upload !== undefined) return { uploadId: search.upload };
  return search.dataset === undefined ? null : { datasetId: search.dataset };
}

/** The tab for files. */
export function BatchTab(props: { readonly model: ModelDetail }) {
  const search = route.useSearch();
  const source = readSource(search);
  const { model } = props;
  if (search.job !== undefined) return <BatchJob jobId={search.job} />;
  return (
    <>
      <BatchSource source={source} />
      {source === null ? null : <BatchPlan key={JSON.stringify(source)} model={model} source={source} />}
    </>
  );
}
