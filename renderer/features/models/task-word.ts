import type { Task } from '../../../main/contract/common.ts';

const words = { binary: 'taskBinary', multiclass: 'taskMulticlass', regression: 'taskRegression' } as const;

/** The key of the catalogue for a kind of answer. */
export const taskWord = (task: Task): (typeof words)[Task] => words[task];
