/** Train: choose data, answer three questions, watch it learn. Which of the three shows follows from the address. */
import { getRouteApi } from '@tanstack/react-router';
import { LiveTraining } from './live-training.tsx';
import { PickDataset } from './pick-dataset.tsx';
import { PlanView } from './plan-view.tsx';

const route = getRouteApi('/train');

/** The Train page. */
export function TrainPage() {
  const { job, dataset } = route.useSearch();
  if (job !== undefined) return <LiveTraining jobId={job} />;
  if (dataset !== undefined) return <PlanView key={dataset} datasetId={dataset} />;
  return <PickDataset />;
}
