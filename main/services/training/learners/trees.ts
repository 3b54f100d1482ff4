import type { TrialSpec } from '../../../compute/tasks/fit-split.ts';
import { holdForClasses, manyClasses } from '../../../ml/search/many-classes.ts';
import { portfolio, trialLabel } from '../../../ml/search/portfolio.ts';
import type { Configuration } from '../../../ml/search/space.ts';
import { treeSpace } from '../../../ml/search/space.ts';
import { resolveTreeParams, type TreeParams } from '../../../ml/trees/params.ts';
import type { LearnerEntry, Proposal, TrialRole } from './entry.ts';

/** Boosted trees: the portfolio's configurations at orders 0, 20, 30 …, then the searched space. */
export const treesEntry: LearnerEntry = {
  name: 'trees',
  starts: ({ task, rows, features, classCount, seed }) =>
    portfolio(task, rows, features, seed).map((entry, i) => ({
      ...(classCount > manyClasses
        ? treeProposal(holdForClasses(entry.params, classCount), i === 0 ? 'first' : 'start')
        : treeProposal(entry.params, i === 0 ? 'first' : 'start', entry.label)),
      order: i === 0 ? 0 : 10 + 10 * i,
    })),
  fitSeconds: ({ rows, features, classCount }) => 0.25 + rows * features * 1.5e-6 * Math.max(1, classCount / 2),
  search: ({ task, rows, features, categories, classCount, seed }) => {
    const space = treeSpace(task, rows, features, categories);
    const [start] = portfolio(task, rows, features, seed);
    return {
      space,
      configurationOf: (spec) => (spec.learner === 'trees' ? searched(spec.params, space) : null),
      propose: (configuration, trial, base) => {
        const kept = base?.learner === 'trees' ? base.params : resolveTreeParams(start.params);
        const seeded = { ...kept, ...configuration, seed: resolveTreeParams(start.params).seed + trial };
        return treeProposal(holdForClasses(seeded, classCount), 'searched');
      },
    };
  },
};

function treeProposal(params: Partial<TreeParams>, role: TrialRole, label = trialLabel(params)): Proposal {
  const resolved = resolveTreeParams(params);
  const spec: TrialSpec = {
    learner: 'trees',
    params: resolved,
    earlyStoppingRounds: patienceOf(resolved.learningRate),
  };
  return { spec, label, role };
}

/** Rounds without progress before a fit ends: small steps are given more of them. */
const patienceOf = (rate: number): number => Math.max(30, Math.min(150, Math.round(3 / rate)));

function searched(params: TreeParams, space: ReturnType<typeof treeSpace>): Configuration {
  const all: Readonly<Record<string, unknown>> = params;
  const found: Record<string, number | boolean> = {};
  for (const { name } of space) {
    const value = all[name];
    if (typeof value === 'number' || typeof value === 'boolean') found[name] = value;
  }
  return found;
}
