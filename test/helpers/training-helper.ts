/** A helper thread of the training kernels, for tests. */
import { workerData } from 'node:worker_threads';
import type { TeamWork } from '../../main/ml/kernels/team.ts';
import { followTraining } from '../../main/ml/kernels/training-compiled.ts';

followTraining(workerData as TeamWork);
