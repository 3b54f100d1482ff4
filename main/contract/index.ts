/** The contract of every door: IPC, HTTP, command line and in-process calls go through these operations alone. */
import { datasets } from './datasets.ts';
import { decisions } from './decisions.ts';
import { explanations } from './explanations.ts';
import { features } from './features.ts';
import { jobs } from './jobs.ts';
import { models } from './models.ts';
import { predictions } from './predictions.ts';
import { queries } from './queries.ts';
import { system } from './system.ts';
import { workspaces } from './workspaces.ts';

export const contract = {
  workspaces,
  datasets,
  jobs,
  models,
  predictions,
  explanations,
  decisions,
  queries,
  features,
  system,
};
export type Contract = typeof contract;
