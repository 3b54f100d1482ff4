import { deriveSeed } from '../../../base/rng.ts';
import { resolveNetParams } from '../../../ml/nets/params.ts';
import type { LearnerEntry } from './entry.ts';

/** A neural net: one trial, whose errors differ from those of trees. */
export const mlpEntry: LearnerEntry = {
  name: 'mlp',
  starts: ({ seed }) => {
    const params = resolveNetParams({ seed: deriveSeed(seed, 'mlp') });
    return [
      {
        spec: { learner: 'mlp', params },
        label: `neural net, ${params.members} members`,
        role: 'first',
        order: 40,
      },
    ];
  },
  fitSeconds: ({ rows, features }) => 1 + rows * (20 + features) * 4e-5,
  search: null,
};
