import type { JobHandler } from '../../jobs/types.ts';
import { createExplainHandler } from '../explanations/explain-handler.ts';
import { createEvaluateHandler } from '../models/evaluate-job.ts';
import { createScoreHandler, type ScoreDeps } from './score-job.ts';

/** The jobs that run a model over a file or data set: scoring, explaining, evaluating. */
export const createPredictionJobs = (deps: ScoreDeps): readonly JobHandler[] => [
  createScoreHandler(deps),
  createExplainHandler(deps),
  createEvaluateHandler(deps),
];
