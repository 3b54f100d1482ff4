/** A job as the contract shows it: the stored row, overlaid with what a running attempt knows but has not stored yet. */

import { bug, type ErrorData } from '../base/errors.ts';
import { type JobSnapshot, jobKind } from '../contract/jobs.ts';
import type { JobRecord } from './job-store.ts';
import type { JobPriority, JobProgress } from './types.ts';

export const priorities: readonly JobPriority[] = ['interactive', 'batch', 'background'];

export type Live = {
  readonly progress: JobProgress;
  readonly memoryBytes: number | null;
  readonly elapsedSeconds: number;
};

/** States a job never leaves. */
export const isEnded = (state: JobRecord['state']): boolean =>
  state === 'succeeded' || state === 'failed' || state === 'cancelled';

function errorReply(error: ErrorData): NonNullable<JobSnapshot['error']> {
  const details: NonNullable<JobSnapshot['error']>['details'] = {};
  for (const [key, value] of Object.entries(error.details)) {
    details[key] = typeof value === 'object' && value !== null ? [...value] : value;
  }
  return { ...error, details };
}

/** Builds the contract's snapshot of a job. */
export function toSnapshot(record: JobRecord, live: Live | null): JobSnapshot {
  const kind = jobKind.safeParse(record.kind);
  if (!kind.success) throw bug(`job ${record.id} has the unknown kind ${record.kind}`);
  const progress = live?.progress ?? record;
  const ran = record.attempt > 0;
  return {
    id: record.id,
    kind: kind.data,
    state: record.state,
    title: record.title,
    priority: priorities[record.priority] ?? 'batch',
    stage: progress.stage,
    fraction: progress.fraction,
    message: progress.message,
    rowsDone: progress.rowsDone,
    rowsTotal: progress.rowsTotal,
    rowsPerSecond: progress.rowsPerSecond,
    etaSeconds: record.state === 'running' ? progress.etaSeconds : null,
    memoryBytes: live?.memoryBytes ?? record.peakMemoryBytes,
    attempt: record.attempt,
    workDone: record.workUnits,
    createdAt: record.createdAt,
    startedAt: record.startedAt,
    endedAt: record.finishedAt,
    seconds: ran ? record.runSeconds + (live?.elapsedSeconds ?? 0) : null,
    estimate: {
      seconds: record.estimateSeconds,
      memoryBytes: record.estimateMemoryBytes,
      diskBytes: record.estimateDiskBytes,
      basis: record.estimateBasis,
    },
    result: record.result,
    error: record.error === null ? null : errorReply(record.error),
    paused: record.request === 'pause' && (record.state === 'running' || record.state === 'interrupted'),
    subject: { datasetId: record.datasetId, modelId: record.modelId },
  };
}
