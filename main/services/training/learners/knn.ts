import type { LearnerEntry } from './entry.ts';

/** k-nearest neighbours: one trial, only when it is named. */
export const knnEntry: LearnerEntry = {
  name: 'knn',
  starts: ({ seed }) => [{ spec: { learner: 'knn', seed }, label: 'k-nearest neighbours', role: 'first', order: 50 }],
  fitSeconds: ({ rows, features }) =>
    0.2 + Math.min(rows, 2000) * rows * features * 3e-9 + rows * rows * features * 4e-10,
  search: null,
};
