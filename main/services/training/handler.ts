import type { TrainOptions } from '../../contract/models.ts';
import { trainOptions } from '../../contract/models.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobContext, JobHandler, JsonValue } from '../../jobs/types.ts';
import { assertQuantisable } from '../../ml/trees/quantise.ts';
import { findRunByJob } from '../../store/repositories/runs.ts';
import type { ModelLoader } from '../models/loader.ts';
import { type RecordDeps, recordTrainedModel } from '../models/record-model.ts';
import { budgetSecondsOf } from './budget.ts';
import { openContinued } from './continue-model.ts';
import { estimateTraining } from './estimate.ts';
import { trainModel } from './train-job.ts';
import type { TrainingDeps } from './types.ts';
import { findWarmRun, warmProposals, withAllColumns } from './warm-start.ts';

/** Throws when an input knew what its row could not; null where there is nothing to prove. */
export type ProveBeforeTraining = (
  options: TrainOptions,
  abort: AbortSignal,
) => Promise<{ readonly rows: number; readonly moments: number } | null>;

/** The train job: a finished run is exported and recorded; a resumed job whose model is recorded already returns it. */
export function createTrainHandler(
  deps: TrainingDeps & RecordDeps & { readonly prove: ProveBeforeTraining; readonly loader: ModelLoader },
): JobHandler {
  const optionsOf = (input: JsonValue): TrainOptions => trainOptions.parse(input);
  return defineHandler({
    kind: 'train',
    estimate: async (input) => estimateTraining(deps.describeDataset, optionsOf(input), deps.pool.size),
    hasTimeBudget: (input) => budgetSecondsOf(optionsOf(input)) !== null,
    run: async (input, context) => {
      const recorded = findRunByJob(deps.db, context.jobId);
      if (recorded !== null && recorded.status === 'succeeded') {
        const kept = recorded.report as { modelId: string; packageSha256: string };
        return { modelId: kept.modelId, packageSha256: kept.packageSha256 };
      }
      const asked = optionsOf(input);
      assertQuantisable(deps.describeDataset(asked.datasetId, asked.version).rows);
      const base = asked.from === undefined ? null : await openContinued(deps, asked, asked.from);
      const options = base?.options ?? asked;
      const proof = await deps.prove(options, context.abort);
      if (proof !== null) {
        context.log(`Time-machine proof: ${proof.rows} rows at ${proof.moments} moments hold what was known then.`);
      }
      const warmRun = warmRunOf(deps.db, options, context) ?? base?.runId ?? null;
      const warm = warmRun === null ? [] : warmProposals(deps.db, warmRun, options.learners);
      const finished = await trainModel(deps, {
        options,
        context,
        warm: base === null ? warm : warm.map(withAllColumns),
        base,
        endNow: () => context.finish.stopped(),
      });
      context.report({ stage: 'export', fraction: 0.97, message: 'Exporting and proving parity' });
      return recordTrainedModel(deps, finished, { id: context.jobId, abort: context.abort });
    },
  });
}

/** Decided once: a resumed run must not find that a later run has become the latest. */
function warmRunOf(db: RecordDeps['db'], options: TrainOptions, context: JobContext): string | null {
  if (options.warmStart === undefined) return null;
  const kept = context.readCheckpoint() as { readonly warmRun: string | null } | null;
  if (kept !== null) return kept.warmRun;
  const warmRun = findWarmRun(db, options);
  context.writeCheckpoint({ warmRun });
  return warmRun;
}
