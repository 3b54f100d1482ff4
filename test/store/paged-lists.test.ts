import { describe, expect, it } from 'vitest';
import { newRecord } from '../../main/jobs/job-request.ts';
import { setsErased } from '../../main/services/datasets/dependents.ts';
import { createJobStore } from '../../main/services/jobs/job-store.ts';
import { deleteDataset, insertDataset, listDatasets } from '../../main/store/repositories/datasets.ts';
import { jobsOfModel, listJobs } from '../../main/store/repositories/jobs.ts';
import { allRows } from '../../main/store/table.ts';
import { testStore } from '../helpers/store.ts';

const estimate = { seconds: 1, memoryBytes: 0, diskBytes: 0, basis: '' };

describe('B7 lists that are read whole for an erasure', () => {
  it('go from page to page, each row once and in order, whatever the size of a page', () => {
    const { db } = testStore();
    for (let i = 0; i < 11; i++) insertDataset(db, { name: `set ${i}` });
    const whole = listDatasets(db).rows;
    for (const pageSize of [1, 3, 11, 12]) {
      expect(allRows((page) => listDatasets(db, page), pageSize)).toEqual(whole);
    }
    expect(allRows((page) => listDatasets(db, { ...page, search: 'nowhere' }))).toEqual([]);
  });

  it('find every deleted data set of a name, however many there are', () => {
    const { db } = testStore();
    const ids = db.transaction(() =>
      Array.from({ length: 1005 }, () => {
        const { id } = insertDataset(db, { name: 'sales' });
        deleteDataset(db, id);
        return id;
      }),
    );
    insertDataset(db, { name: 'sales of others' });
    const { id } = insertDataset(db, { name: 'sales' });
    expect(setsErased(db, id)).toEqual(new Set([...ids, id]));
  });
});

describe('A5 the jobs of one model', () => {
  it('are listed by the store, the newest first, beside the other conditions', () => {
    const { db } = testStore();
    const store = createJobStore(db);
    const add = (kind: 'evaluate' | 'train', modelId: string | null): string => {
      const request = { kind, title: kind, input: {}, modelId };
      const record = newRecord(store, request, estimate, { timeFactor: 1, memoryFactor: 1 });
      store.insert(record);
      return record.id;
    };
    const [first, trained] = [add('evaluate', 'md_a'), add('train', 'md_a')];
    add('evaluate', 'md_b');
    add('evaluate', null);
    const second = add('evaluate', 'md_a');
    const idsOf = (page: { readonly rows: readonly { readonly id: string }[] }) => page.rows.map(({ id }) => id);
    expect(idsOf(store.list({ modelId: 'md_a', kinds: ['evaluate'] }))).toEqual([second, first]);
    expect(store.list({ modelId: 'md_a', kinds: ['evaluate'], limit: 1 })).toMatchObject({ total: 2 });
    expect(idsOf(store.list({ modelId: 'md_a', states: ['succeeded'] }))).toEqual([]);
    expect(listJobs(db).total).toBe(5);
    expect(jobsOfModel(db, 'md_a', ['queued']).map(({ id }) => id)).toEqual([second, trained, first]);
  });
});
