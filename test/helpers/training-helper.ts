/** A helper thread of the training kernels, for tests. */
import { workerData } from 'node:worker_threads';
import { followTraining } from '../../main/ml/kernels/follow-training.ts';
import type { TeamWork } from '../../main/ml/kernels/team.ts';

followTraining(workerData as TeamWork);
