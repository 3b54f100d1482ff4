/** The queue's store over SQLite. Progress and checkpoints use commits that do not wait for the disk (see relaxedTransaction). */
import { asJson } from '../../base/json.ts';
import type { JobStore } from '../../jobs/job-store.ts';
import type { Db } from '../../store/db.ts';
import { appendEvent } from '../../store/repositories/events.ts';
import {
  addJobWork,
  appendJobEvent,
  findJob,
  getJob,
  insertJob,
  jobsInState,
  listJobEvents,
  listJobs,
  updateJob,
} from '../../store/repositories/jobs.ts';
import { findSetting, setSetting } from '../../store/repositories/settings.ts';

/** Builds the store of one workspace's queue. */
export function createJobStore(db: Db): JobStore {
  const told = (id: string, operation: string, attempt: number): void => {
    appendEvent(db, { operation, actor: `job:${id}`, subject: { kind: 'job', id }, detail: { attempt } });
  };
  return {
    newId: () => db.ids.next('job'),
    now: db.clock.now,
    monotonic: db.clock.monotonic,
    insert: (record) =>
      db.transaction(() => {
        insertJob(db, record);
        told(record.id, 'job.queued', 0);
      }),
    find: (id) => findJob(db, id),
    get: (id) => getJob(db, id),
    list: (query) => listJobs(db, query),
    inState: (state) => jobsInState(db, state),
    move: (id, state, attempt, patch) =>
      db.transaction(() => {
        updateJob(db, id, { ...patch, state, updatedAt: db.clock.now() });
        appendJobEvent(db, id, attempt, 'state', state);
        told(id, `job.${state}`, attempt);
      }),
    update: (id, patch) => db.relaxedTransaction(() => updateJob(db, id, patch)),
    addWork: (id, attempt, units) => db.relaxedTransaction(() => addJobWork(db, id, attempt, units)),
    appendMetric: (id, attempt, point) => db.relaxedTransaction(() => appendJobEvent(db, id, attempt, 'metric', point)),
    appendLog: (id, attempt, line) => db.relaxedTransaction(() => appendJobEvent(db, id, attempt, 'log', line)),
    listMetrics: (id, from) => listJobEvents(db, id, 'metric', from).map((event) => event.body),
    listLog: (id) => listJobEvents(db, id, 'log').map((event) => ({ at: event.at, text: String(event.body) })),
    findSetting: (key) => findSetting(db, key),
    setSetting: (key, value) => setSetting(db, key, asJson(value)),
  };
}
