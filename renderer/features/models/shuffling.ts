/** The figures of an importance job, read from its result without trusting its shape. */
import type { JobSnapshot } from '../../../main/contract/jobs.ts';

/** What a finished importance job found. */
export type ShufflingResult = {
  readonly rows: number;
  readonly repeats: number;
  readonly loss: 'log-loss' | 'squared-error';
  readonly baseline: number;
  readonly sourceName: string;
  readonly columns: readonly {
    readonly column: string;
    readonly importance: number;
    readonly low: number;
    readonly high: number;
  }[];
  readonly reading: string;
};

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const numberOf = (value: unknown, key: string): number => {
  const found = field(value, key);
  return typeof found === 'number' && Number.isFinite(found) ? found : 0;
};
const textOf = (value: unknown, key: string): string => {
  const found = field(value, key);
  return typeof found === 'string' ? found : '';
};

/** The result of an importance job, or null for any other job. */
export function readShuffling(job: Pick<JobSnapshot, 'result'>): ShufflingResult | null {
  const { result } = job;
  const columns = field(result, 'columns');
  if (field(result, 'method') !== 'permutation' || !Array.isArray(columns)) return null;
  return {
    rows: numberOf(result, 'rows'),
    repeats: numberOf(result, 'repeats'),
    loss: field(result, 'loss') === 'squared-error' ? 'squared-error' : 'log-loss',
    baseline: numberOf(result, 'baseline'),
    sourceName: textOf(result, 'sourceName'),
    reading: textOf(result, 'reading'),
    columns: columns.map((entry: unknown) => ({
      column: textOf(entry, 'column'),
      importance: numberOf(entry, 'importance'),
      low: numberOf(entry, 'low'),
      high: numberOf(entry, 'high'),
    })),
  };
}

/** The newest finished importance of a model among jobs, newest first. */
export function latestShuffling(
  jobs: readonly Pick<JobSnapshot, 'subject' | 'result'>[],
  modelId: string,
): ShufflingResult | null {
  for (const job of jobs) {
    if (job.subject.modelId !== modelId) continue;
    const found = readShuffling(job);
    if (found !== null) return found;
  }
  return null;
}
