import { deriveSeed } from '../../../base/rng.ts';
import { resolveAdditiveParams } from '../../../ml/additive/params.ts';
import type { LearnerEntry } from './entry.ts';

/** Cells (rows × columns × outputs) up to which the machine is tried early; larger data get it after the portfolio. */
const earlyCells = 600_000;
const mostRows = 200_000;
const mostFeatures = 300;

/**
 * One explainable boosting machine: as accurate as trees on many tables, and every curve can be read. More rows get fewer
 * outer bags, because the bags then hardly differ; very large tables get none unless it is the only learner asked for.
 */
export const ebmEntry: LearnerEntry = {
  name: 'ebm',
  starts: ({ rows, features, classCount, seed, learners }) => {
    const alone = learners.every((name) => name === 'ebm');
    const cells = rows * features * (classCount > 2 ? classCount : 1);
    if (!alone && (rows > mostRows || features > mostFeatures)) return [];
    const bagsAlone = cells <= 200_000 ? 12 : cells <= earlyCells ? 8 : cells <= 3_000_000 ? 4 : 2;
    // Among other learners the folds, whose models are averaged, are bags already.
    const outerBags = alone ? bagsAlone : Math.min(3, bagsAlone);
    const params = resolveAdditiveParams({ outerBags, seed: deriveSeed(seed, 'ebm') });
    return [
      {
        spec: { learner: 'ebm', params },
        label: `explainable boosting machine, ${outerBags} bags`,
        role: 'first',
        order: cells <= earlyCells ? 35 : 1000,
      },
    ];
  },
  fitSeconds: ({ rows, features, classCount }) => 0.5 + rows * features * 6e-6 * Math.max(1, classCount / 2),
  search: null,
};
