import type { TrialSpec } from '../../compute/tasks/fit-split.ts';
import type { Task } from '../../ml/model-spec.ts';
import { portfolio, trialLabel } from '../../ml/search/portfolio.ts';
import { treeSpace } from '../../ml/search/space.ts';
import { proposeNext, type TrialResult } from '../../ml/search/tpe.ts';
import { resolveTreeParams, type TreeParams } from '../../ml/trees/params.ts';
import type { Proposal, TrialOutcome } from './search.ts';

const earlyStoppingRounds = 60;

/**
 * What trial number t tries, given the outcomes known then: the portfolio's first trees, the linear model second, the
 * rest of the portfolio, then proposals of the estimator. Null when the learners asked for have nothing more to try.
 */
export function createProposer(options: {
  readonly task: Task;
  readonly rows: number;
  readonly features: number;
  readonly classCount: number;
  readonly learners: readonly ('trees' | 'linear')[];
  readonly seed: number;
}): (trial: number, known: readonly TrialOutcome[]) => Proposal | null {
  const { task, rows, features, seed } = options;
  const linear: Proposal = { spec: { learner: 'linear', seed }, label: 'linear, ridge path' };
  const trees = portfolio(task, rows, features, seed).map((entry): Proposal => treeProposal(entry.params, entry.label));
  const wantsTrees = options.learners.includes('trees');
  const fixed: Proposal[] = wantsTrees ? [...trees] : [];
  // Several classes make the linear model the slowest trial: it then comes after the portfolio.
  const linearCost = rows * features * (options.classCount > 2 ? options.classCount : 0);
  const place = linearCost > 1e6 ? fixed.length : Math.min(1, fixed.length);
  if (options.learners.includes('linear')) fixed.splice(place, 0, linear);
  const space = treeSpace(task, rows, features);
  const base = trees[0].spec;
  return (trial, known) => {
    if (trial < fixed.length) return fixed[trial];
    if (!wantsTrees || base.learner !== 'trees') return null;
    const history = known.flatMap((outcome): TrialResult[] =>
      outcome.proposal.spec.learner === 'trees'
        ? [{ configuration: searchedOf(outcome.proposal.spec.params, space), loss: searchLoss(outcome) }]
        : [],
    );
    const configuration = proposeNext(history, space, seed, trial);
    const params = { ...base.params, ...configuration, seed: base.params.seed + trial };
    return treeProposal(params, trialLabel(params));
  };
}

function treeProposal(params: Partial<TreeParams>, label: string): Proposal {
  const spec: TrialSpec = { learner: 'trees', params: resolveTreeParams(params), earlyStoppingRounds };
  return { spec, label };
}

/** A trial stopped on two folds counts with the mean of what it showed. */
function searchLoss(outcome: TrialOutcome): number {
  if (outcome.state === 'done') return outcome.loss;
  const seen = outcome.foldLosses.filter((loss) => Number.isFinite(loss));
  return seen.length === 0 ? Number.POSITIVE_INFINITY : seen.reduce((sum, loss) => sum + loss, 0) / seen.length;
}

function searchedOf(params: TreeParams, space: ReturnType<typeof treeSpace>): Record<string, number | boolean> {
  const all: Readonly<Record<string, unknown>> = params;
  const found: Record<string, number | boolean> = {};
  for (const { name } of space) {
    const value = all[name];
    if (typeof value === 'number' || typeof value === 'boolean') found[name] = value;
  }
  return found;
}
