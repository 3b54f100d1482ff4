import { describe, expect, it } from 'vitest';
import { correctEstimate, findProfile, learnFrom } from '../../../main/jobs/machine-profile.ts';
import { createJobStore } from '../../../main/services/jobs/job-store.ts';
import { testStore } from '../../helpers/store.ts';

const raw = { seconds: 10, memoryBytes: 1e9, diskBytes: 5, basis: 'Rows times columns.' };

describe('A9 the machine profile', () => {
  it('comes within a factor of 2 after a few jobs on a machine three times slower that needs twice the memory', () => {
    const store = createJobStore(testStore().db);
    for (let i = 0; i < 3; i++) {
      const profile = findProfile(store, 'train');
      const estimate = correctEstimate(raw, profile);
      learnFrom(store, 'train', { estimate, ...profile, actualSeconds: 30, actualMemoryBytes: 2e9 });
    }
    const corrected = correctEstimate(raw, findProfile(store, 'train'));
    expect(corrected.seconds).toBeCloseTo(30, 6);
    expect(corrected.memoryBytes / 2e9).toBeCloseTo(1, 6);
    expect(corrected.basis).toBe('Rows times columns. Corrected by 3 earlier jobs on this machine.');
    expect(findProfile(store, 'score').timeFactor).toBe(1);
  });

  it('follows a change and damps a single odd job', () => {
    const store = createJobStore(testStore().db);
    const learn = (actualSeconds: number) => {
      const profile = findProfile(store, 'score');
      learnFrom(store, 'score', {
        estimate: correctEstimate(raw, profile),
        ...profile,
        actualSeconds,
        actualMemoryBytes: null,
      });
    };
    for (let i = 0; i < 10; i++) learn(10);
    learn(100);
    expect(findProfile(store, 'score').timeFactor).toBeLessThan(2.1);
    for (let i = 0; i < 20; i++) learn(40);
    expect(findProfile(store, 'score').timeFactor).toBeCloseTo(4, 1);
    expect(findProfile(store, 'score').memoryFactor).toBe(1);
  });

  it('learns nothing from jobs that were too short to measure', () => {
    const store = createJobStore(testStore().db);
    learnFrom(store, 'train', {
      estimate: raw,
      timeFactor: 1,
      memoryFactor: 1,
      actualSeconds: 0.01,
      actualMemoryBytes: 1e6,
    });
    expect(findProfile(store, 'train').jobCount).toBe(0);
    expect(correctEstimate(raw, findProfile(store, 'train'))).toEqual(raw);
  });
});
