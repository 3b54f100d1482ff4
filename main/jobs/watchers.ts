/** Who watches which job: hands each its snapshots, throttled, and ends the streams. */
import type { JobSnapshot } from '../contract/jobs.ts';
import { isEnded } from './snapshot.ts';
import { createFeed, type Feed } from './throttled-feed.ts';

/** Ten news a second and watcher. */
const gapMs = 100;

type Entry = { readonly jobId: string | null; readonly feed: Feed<JobSnapshot> };

export type Watchers = {
  /** A stream over one job, or over all of them (null). */
  readonly add: (jobId: string | null, signal: AbortSignal | undefined) => Feed<JobSnapshot>;
  /** Offers news of a job to those who watch it; `snapshot` is asked only when somebody does. */
  readonly tell: (jobId: string, snapshot: () => JobSnapshot) => void;
  /** Ends all streams and every later one at once. */
  readonly close: () => void;
};

/** Builds an empty set of watchers. */
export function createWatchers(monotonic: () => number): Watchers {
  const entries = new Set<Entry>();
  let closed = false;
  return {
    add: (jobId, signal) => {
      const onClosed = (): void => {
        entries.delete(entry);
      };
      const entry: Entry = { jobId, feed: createFeed({ gapMs, monotonic, onClosed, signal }) };
      if (signal?.aborted !== true) entries.add(entry);
      if (closed) entry.feed.end();
      return entry.feed;
    },
    tell: (jobId, snapshot) => {
      const interested = [...entries].filter((entry) => entry.jobId === null || entry.jobId === jobId);
      if (interested.length === 0) return;
      const news = snapshot();
      for (const entry of interested) {
        entry.feed.offer(jobId, news);
        if (entry.jobId !== null && isEnded(news.state)) entry.feed.end();
      }
    },
    close: () => {
      closed = true;
      for (const { feed } of entries) feed.end();
    },
  };
}
