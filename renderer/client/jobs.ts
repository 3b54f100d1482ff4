/** Live jobs: the host streams snapshots of every job that changes; pages read them from here. */
import { useQuery } from '@tanstack/react-query';
import { useSyncExternalStore } from 'react';
import type { JobSnapshot } from '../../main/contract/jobs.ts';
import { client, orpc, queryClient } from './client.ts';

/** True while a job waits or runs. */
export const isActive = (job: Pick<JobSnapshot, 'state'>): boolean => job.state === 'queued' || job.state === 'running';

let active: readonly JobSnapshot[] = [];
const listeners = new Set<() => void>();
const endListeners = new Set<(job: JobSnapshot) => void>();

function take(job: JobSnapshot): void {
  const known = active.some((each) => each.id === job.id);
  const others = active.filter((each) => each.id !== job.id);
  queryClient.setQueryData(orpc.jobs.get.queryKey({ input: { id: job.id } }), job);
  if (!isActive(job) && !known) return;
  active = isActive(job) ? [...others, job].sort((a, b) => a.createdAt - b.createdAt) : others;
  for (const listener of listeners) listener();
  if (isActive(job)) return;
  void queryClient.invalidateQueries({ queryKey: orpc.jobs.list.key() });
  for (const listener of endListeners) listener(job);
}

/** Follows all jobs until `signal` aborts; called whenever the connection opens. */
export function followJobs(signal: AbortSignal): void {
  const follow = async (): Promise<void> => {
    const { items } = await client.jobs.list({ states: ['queued', 'running'], limit: 100 }, { signal });
    const alive = new Set(items.map((job) => job.id));
    active = active.filter((job) => alive.has(job.id));
    for (const job of items) take(job);
    for (const listener of listeners) listener();
    for await (const job of await client.jobs.watchAll({}, { signal })) take(job);
  };
  follow().catch(() => undefined);
}

const subscribe = (listener: () => void): (() => void) => {
  listeners.add(listener);
  return () => listeners.delete(listener);
};

/** Jobs that wait or run now, oldest first, live. */
export function useActiveJobs(): readonly JobSnapshot[] {
  return useSyncExternalStore(subscribe, () => active);
}

/** Calls `listener` when a job that was seen active ends; returns the way to stop. */
export function onJobEnd(listener: (job: JobSnapshot) => void): () => void {
  endListeners.add(listener);
  return () => endListeners.delete(listener);
}

/** One job, live while it runs. Pass an empty id to wait for one. */
export function useJob(id: string) {
  return useQuery(orpc.jobs.get.queryOptions({ input: { id }, enabled: id !== '' }));
}
