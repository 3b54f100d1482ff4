/** The one kind of job that explains rows of a source, whatever the method. */
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler, JsonValue } from '../../jobs/types.ts';
import { estimateRows } from '../predictions/estimate.ts';
import { openRowSource } from '../predictions/open-source.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import {
  type CounterfactualJobInput,
  type CounterfactualJobResult,
  runCounterfactualJob,
} from './counterfactual-job.ts';
import { type ContributionsInput, type ExplainJobResult, runContributionsJob } from './explain-job.ts';
import { type PermutationJobInput, type PermutationJobResult, runPermutationJob } from './permutation-job.ts';

type ExplainJobInput =
  | ContributionsInput
  | (PermutationJobInput & { readonly method: 'permutation' })
  | (CounterfactualJobInput & { readonly method: 'counterfactual' });

type ExplainJobResults = ExplainJobResult | PermutationJobResult | CounterfactualJobResult;

/** Everything that explains rows of a source: contributions, importance by shuffling, counterfactuals. */
export function createExplainHandler(deps: ScoreDeps): JobHandler {
  return defineHandler<ExplainJobInput & JsonValue, ExplainJobResults>({
    kind: 'explain',
    estimate: async (input) => {
      if (input.method === 'permutation') return quickEstimate;
      const scoring = await estimateRows(deps, { modelId: input.modelId, source: input.source, explain: 'all' });
      const perRow = input.method === undefined || input.method === 'treeshap' ? 0 : sampledSeconds;
      const { rows } = input.method === 'treeshap' ? { rows: 0 } : await countRows(deps, input.source);
      return { ...scoring, seconds: scoring.seconds + (rows * perRow) / deps.pool.size };
    },
    run: (input, context): Promise<ExplainJobResults> => {
      if (input.method === 'permutation') return runPermutationJob(deps, input, context);
      if (input.method === 'counterfactual') return runCounterfactualJob(deps, input, context);
      return runContributionsJob(deps, input, context);
    },
  });
}

/** Measured for a model of a few hundred trees; the machine profile corrects it. */
const sampledSeconds = 0.15;
const quickEstimate = {
  seconds: 5,
  memoryBytes: 400e6,
  diskBytes: 0,
  basis: 'About ten thousand rows, each scored a few times a column.',
} as const;

async function countRows(deps: ScoreDeps, from: ContributionsInput['source']): Promise<{ readonly rows: number }> {
  const source = await openRowSource(deps, from);
  await source.rows.close();
  return { rows: source.expectedRows };
}
