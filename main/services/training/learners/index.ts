import { ebmEntry } from './ebm.ts';
import type { LearnerEntry } from './entry.ts';
import { extraTreesEntry, forestEntry } from './forests.ts';
import { knnEntry } from './knn.ts';
import { linearEntry } from './linear.ts';
import { mlpEntry } from './mlp.ts';
import { treesEntry } from './trees.ts';

/** Every learner of the search. A new one is a file of its own and a line here. */
export const learnerEntries: readonly LearnerEntry[] = [
  treesEntry,
  linearEntry,
  ebmEntry,
  forestEntry,
  extraTreesEntry,
  knnEntry,
  mlpEntry,
];
