import { deriveSeed } from '../../../base/rng.ts';
import { type NetParams, resolveNetParams } from '../../../ml/nets/params.ts';
import { batchRowsFor, stepsPerPass } from '../../../ml/nets/training-state.ts';
import type { DataFacts, LearnerEntry, Start } from './entry.ts';

/** Nets from strong to quick: the first whose fits end well inside the budget is tried. */
const sizes: readonly Partial<NetParams>[] = [{ members: 4 }, { members: 2 }, { members: 1 }];

/** Share of the budget that the fits of all folds may take together. */
const budgetShare = 0.3;
const shareAlone = 0.45;
/** Fewer passes over the rows leave a net behind everything else. */
const fewestPasses = 8;

/**
 * A neural net whose errors differ from those of trees: one trial after the first starts of the trees, which bring more a
 * second, left out where the budget is too short for it. Alone it is followed by a wider one.
 */
export const mlpEntry: LearnerEntry = {
  name: 'mlp',
  starts: (facts) => {
    const params = paramsFor(facts);
    if (params === null) return [];
    const first: Start = {
      spec: { learner: 'mlp', params },
      label: `neural net, ${params.members} members`,
      role: 'first',
      order: 33,
    };
    if (!isAlone(facts)) return [first];
    const wide = { ...params, hidden: [256, 256], dropout: 0.35, seed: params.seed + 1 };
    return [first, { ...first, spec: { learner: 'mlp', params: wide }, label: `${first.label}, wide`, role: 'start' }];
  },
  fitSeconds: (facts) => {
    const params = resolveNetParams({ ...widthsFor(facts.features), ...sizes[0] });
    return 0.5 + passSeconds(facts, params) * Math.min(params.epochs, 30);
  },
  search: null,
};

const isAlone = ({ learners }: DataFacts): boolean => learners.every((name) => name === 'mlp');

/** With many columns each gets less, so that the first layer and the codes keep a size. */
function widthsFor(features: number): Pick<NetParams, 'embedding' | 'intervals'> {
  const { embedding, intervals } = resolveNetParams({});
  return {
    embedding: Math.max(1, Math.min(embedding, Math.floor(1200 / features))),
    intervals: Math.max(2, Math.min(intervals, Math.floor(12_000 / features))),
  };
}

/** The net for the data and the budget; null where no net would get far enough. Alone it always gets a try. */
function paramsFor(facts: DataFacts): NetParams | null {
  const seed = deriveSeed(facts.seed, 'mlp');
  const alone = isAlone(facts);
  const { budget } = facts;
  const widths = widthsFor(facts.features);
  if (budget === undefined) return resolveNetParams({ ...widths, ...sizes[0], seed });
  const fitSeconds =
    (budget.seconds * (alone ? shareAlone : budgetShare) * budget.workers) / Math.max(budget.workers, budget.folds);
  for (const [i, size] of sizes.entries()) {
    const params = resolveNetParams({ ...widths, ...size, seed });
    const passes = Math.floor(fitSeconds / passSeconds(facts, params));
    const last = i === sizes.length - 1;
    const enough = last ? fewestPasses : params.patience === null ? params.epochs : 2 * params.patience;
    if (passes >= enough || (last && alone)) return { ...params, epochs: Math.max(1, Math.min(params.epochs, passes)) };
  }
  return null;
}

/** Seconds one pass over the rows takes a worker of the reference machine, by what its steps multiply and copy. */
function passSeconds({ rows, features }: DataFacts, { hidden, members, embedding, batchRows }: NetParams): number {
  const batch = batchRowsFor(rows, batchRows);
  let products = 0;
  let width = features * embedding;
  for (const size of hidden) {
    products += width * size;
    width = size;
  }
  const stepSeconds = 0.0008 + (batch / 256) * features * 2e-5 + products * members * batch * 6 * 9e-12;
  return stepsPerPass(rows, batch) * stepSeconds;
}
