/**
 * The corrected score of the search so far, beside the leaderboard while it runs: after each finished trial the correction
 * is made on a sample of the rows, in the interactive lane; trials that finish meanwhile wait for the next turn.
 */
import type { ComputePool } from '../../compute/pool.ts';
import type { TrainingData } from '../../compute/tasks/training-data.ts';
import type { MetricPoint } from '../../jobs/types.ts';
import type { TrialOutcome } from './search.ts';

export type HonestWatch = {
  readonly add: (outcome: TrialOutcome) => void;
  /** Resolves when no correction is under way. */
  readonly settled: () => Promise<void>;
};

/** Below two candidates nothing was selected. */
const fewestCandidates = 2;

export function createHonestWatch(options: {
  readonly data: TrainingData;
  readonly metric: string;
  readonly seed: number;
  readonly pool: ComputePool;
  readonly abort: AbortSignal;
  readonly emit: (point: MetricPoint) => void;
}): HonestWatch {
  const candidates: Float64Array[] = [];
  let judged = 0;
  let running: Promise<void> = Promise.resolve();
  let busy = false;
  const correct = async (): Promise<void> => {
    busy = true;
    try {
      while (candidates.length > judged && candidates.length >= fewestCandidates && !options.abort.aborted) {
        judged = candidates.length;
        const { task, outputCount, label, objective } = options.data;
        const score = await options.pool.run(
          'correct-score',
          {
            task,
            outputCount,
            label,
            candidates: [...candidates],
            metric: options.metric,
            seed: options.seed,
            ...(objective === undefined ? {} : { objective }),
          },
          { lane: 'interactive', abort: options.abort },
        );
        if (score === null) continue;
        const { value, low, high, apparent } = score;
        options.emit({ series: 'honest', score: value, low, high, apparent, candidates: judged });
      }
    } finally {
      busy = false;
    }
  };
  return {
    add: (outcome) => {
      if (outcome.margins === null) return;
      candidates.push(outcome.margins);
      // A correction that fails takes nothing from the run: the final one is made by the judge.
      if (!busy) running = correct().catch(() => {});
    },
    settled: () => running,
  };
}
