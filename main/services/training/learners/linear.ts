import type { LearnerEntry } from './entry.ts';

/** One ridge path. Several classes make it the slowest trial: it then comes after the whole portfolio. */
export const linearEntry: LearnerEntry = {
  name: 'linear',
  starts: ({ rows, features, classCount, seed }) => {
    const cost = rows * features * (classCount > 2 ? classCount : 0);
    return [
      {
        spec: { learner: 'linear', seed },
        label: 'linear, with bends and products where they help',
        role: 'first',
        order: cost > 1e6 ? 1000 : 10,
      },
    ];
  },
  fitSeconds: ({ rows, features, classCount }) => 0.2 + rows * features * 5e-6 * Math.max(1, classCount / 2),
  search: null,
};
