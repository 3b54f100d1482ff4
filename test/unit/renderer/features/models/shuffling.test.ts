import { describe, expect, it } from 'vitest';
import type { JobSnapshot } from '../../../../../main/contract/jobs.ts';
import { latestShuffling, readShuffling } from '../../../../../renderer/features/models/shuffling.ts';

const result = {
  method: 'permutation',
  rows: 100,
  repeats: 5,
  loss: 'squared-error',
  baseline: 2,
  sourceName: 'rows',
  columns: [{ column: 'a', importance: 1, low: 0.5, high: 1.5 }],
  reading: 'Without a the answers get worst.',
};

describe('G3 results of importance jobs', () => {
  it('G3 reads its own result and no other', () => {
    expect(readShuffling({ result })).toMatchObject({ rows: 100, loss: 'squared-error', columns: [{ column: 'a' }] });
    expect(readShuffling({ result: { ...result, method: 'lime' } })).toBeNull();
    expect(readShuffling({ result: null })).toBeNull();
  });

  it('G3 finds the newest of the model among all jobs', () => {
    const job = (modelId: string, rows: number): Pick<JobSnapshot, 'subject' | 'result'> => ({
      subject: { datasetId: null, modelId },
      result: { ...result, rows },
    });
    const jobs = [job('other', 1), job('mine', 2), job('mine', 3)];
    expect(latestShuffling(jobs, 'mine')?.rows).toBe(2);
    expect(latestShuffling(jobs, 'none')).toBeNull();
  });
});
