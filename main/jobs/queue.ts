/**
 * The job queue of one workspace: takes jobs that fit, runs them by priority, keeps their progress, stops, resumes.
 *
 *   queued → running → succeeded | failed | cancelled | interrupted; interrupted → running (resume) | cancelled
 *   queued → interrupted where a person pauses a job that waits
 *
 * A pause ends in `interrupted` with the request `pause` kept in the row: such a job is not resumed by itself.
 * Interactive jobs have one slot more than the others, so they never wait for a training. The caller owns the workspace.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { AuguryError, conflict, toErrorData, unsupported } from '../base/errors.ts';
import type { Logger } from '../base/logger.ts';
import type { JobSnapshot } from '../contract/jobs.ts';
import { type Attempt, type AttemptEnd, startAttempt } from './attempt.ts';
import { drain } from './drain.ts';
import { checkFits, whyNotFitting } from './fit-check.ts';
import { findInterrupted, type JobRequest, newRecord } from './job-request.ts';
import type { JobListQuery, JobRecord, JobStore } from './job-store.ts';
import { correctEstimate, findProfile, type KindProfile } from './machine-profile.ts';
import { settleLeftJobs, sweepScratch } from './recovery.ts';
import type { ResourceProbe } from './resource-probe.ts';
import { isTypical, learnFromEnd, storeEnd } from './settle-end.ts';
import { isEnded, priorities, toSnapshot } from './snapshot.ts';
import type { Stream } from './throttled-feed.ts';
import type { JobEstimate, JobHandler, JobKind, JsonValue } from './types.ts';
import { createWatchers, type Watchers } from './watchers.ts';

export type JobQueueOptions = {
  readonly store: JobStore;
  readonly workspaceId: string;
  readonly handlers: readonly JobHandler[];
  readonly probe: ResourceProbe;
  readonly logger: Logger;
  /** Folder of the jobs' private folders. */
  readonly scratchRoot: string;
  readonly limits: {
    /** Jobs that run at once, interactive ones aside. */
    readonly concurrent: number;
    /** The workspace's memory limit in bytes, null without one; asked anew for every job. */
    readonly memoryBytes: () => number | null;
  };
};

/** A queue over its store; see the members. Nothing runs before `open`. */
export class JobQueue {
  readonly #options: JobQueueOptions;
  readonly #store: JobStore;
  readonly #handlers: ReadonlyMap<string, JobHandler>;
  readonly #pending = new Map<string, JobRecord>();
  readonly #running = new Map<string, Attempt>();
  /** Jobs that shared the process with another one: their memory says nothing about them. */
  readonly #shared = new Set<string>();
  readonly #watchers: Watchers;
  /** Ends that the store could not take (a full disk): shown until the workspace is closed. */
  readonly #unstored = new Map<string, Pick<JobRecord, 'state' | 'error' | 'finishedAt'>>();
  #open = false;
  /** Set when closing begins. Who closes again waits for the same end. */
  #closing: Promise<void> | null = null;

  constructor(options: JobQueueOptions) {
    this.#options = options;
    this.#store = options.store;
    this.#watchers = createWatchers(options.store.monotonic);
    this.#handlers = new Map(options.handlers.map((handler) => [handler.kind, handler]));
  }

  /** Settles what a dead process left and begins to run; with `resume` also jobs that were interrupted or waiting. */
  open(options: { readonly resume: boolean }): { readonly waiting: number } {
    const left = settleLeftJobs(this.#store);
    sweepScratch(this.#store, this.#options.scratchRoot);
    if (options.resume) for (const job of left) this.#pending.set(job.id, job);
    this.#open = true;
    this.#pumpSoon();
    return { waiting: left.length };
  }

  /** What a job would need here, corrected by the machine profile. */
  async estimate(kind: JobKind, input: JsonValue): Promise<JobEstimate> {
    return this.#corrected(kind, input, findProfile(this.#store, kind));
  }

  /** Why a job with this estimate would be refused, or null. */
  refusal(estimate: JobEstimate): string | null {
    return whyNotFitting(estimate, this.#options.probe, this.#fitLimits());
  }

  /** Estimates, checks that it fits (throws `resource` does-not-fit with the figures), stores and queues the job. */
  async start(request: JobRequest): Promise<JobSnapshot> {
    const left = request.resume === true ? findInterrupted(this.#store, request) : null;
    if (left !== null) return this.retry(left.id);
    const profile = findProfile(this.#store, request.kind);
    const estimate = await this.#corrected(request.kind, request.input, profile);
    checkFits(estimate, this.#options.probe, this.#fitLimits());
    if (this.#closing !== null)
      throw conflict('workspace-closing', 'The workspace is being closed; no new work is taken.');
    const record = newRecord(this.#store, request, estimate, profile);
    this.#store.insert(record);
    this.#pending.set(record.id, record);
    this.#tell(record.id);
    this.#pumpSoon();
    return this.get(record.id);
  }

  /** Throws not-found. */
  get(id: string): JobSnapshot {
    return this.#snapshot(this.#store.get(id));
  }

  /** Newest first. */
  list(query: JobListQuery): { readonly items: readonly JobSnapshot[]; readonly total: number } {
    const page = this.#store.list(query);
    return {
      items: page.rows.map((row) => this.#snapshot(row)),
      total: page.total,
    };
  }

  /** Metric points in order from an index on. */
  metrics(id: string, from: number): readonly JsonValue[] {
    this.#store.get(id);
    return this.#store.listMetrics(id, from);
  }

  log(id: string): readonly { readonly at: number; readonly text: string }[] {
    this.#store.get(id);
    return this.#store.listLog(id);
  }

  /** Asks a job to stop. Again, or after its end: nothing happens. A running job ends as soon as its handler notices. */
  cancel(id: string): JobSnapshot {
    this.#storeEnd(id);
    const job = this.#store.get(id);
    const attempt = this.#running.get(id);
    if (attempt !== undefined) {
      this.#store.update(id, { request: 'cancel' });
      attempt.stop('cancel');
    } else if (!isEnded(job.state)) {
      this.#pending.delete(id);
      this.#store.move(id, 'cancelled', job.attempt, { finishedAt: this.#store.now(), request: 'cancel' });
      this.#dropScratch(id);
      this.#handlers.get(job.kind)?.onCancelled?.(job.input);
      this.#tell(id);
    }
    return this.get(id);
  }

  /**
   * Pauses a job: a waiting one at once, a running one as soon as its handler notices; it keeps its checkpoint and frees its
   * place. Again, or after its end: nothing happens.
   */
  pause(id: string): JobSnapshot {
    const job = this.#store.get(id);
    const attempt = this.#running.get(id);
    if (attempt !== undefined) {
      if (job.request !== 'cancel') {
        this.#store.update(id, { request: 'pause' });
        attempt.stop('pause');
      }
    } else if (job.state === 'queued' || job.state === 'interrupted') {
      this.#pending.delete(id);
      this.#store.move(id, 'interrupted', job.attempt, { request: 'pause' });
    }
    this.#tell(id);
    return this.get(id);
  }

  /** Goes on with a paused or interrupted job where it stopped; any other is left as it is. Throws while a pause is on its way. */
  async resume(id: string): Promise<JobSnapshot> {
    const job = this.#store.get(id);
    if (job.state === 'interrupted') return this.retry(id);
    if (job.state !== 'running' || job.request !== 'pause') return this.get(id);
    throw conflict('job-pausing', `The job "${job.title}" is still on its way to its pause.`, {
      hint: 'Resume it once it has stopped.',
    });
  }

  /** Asks a running job to end its search and keep the best so far; false when it is not running. */
  finish(id: string): boolean {
    this.#store.get(id);
    const attempt = this.#running.get(id);
    if (attempt === undefined) return false;
    this.#store.update(id, { request: 'finish' });
    attempt.finish();
    return true;
  }

  /** Resumes an interrupted job, or starts a failed or cancelled one anew under a new id. */
  async retry(id: string): Promise<JobSnapshot> {
    this.#storeEnd(id);
    const job = this.#store.get(id);
    if (job.state === 'interrupted') {
      this.#store.update(id, { crashCount: 0, error: null, request: null });
      this.#pending.set(id, this.#store.get(id));
      this.#pumpSoon();
      return this.get(id);
    }
    if (job.state !== 'failed' && job.state !== 'cancelled') {
      throw conflict(
        'job-not-retryable',
        `The job "${job.title}" is ${job.state}; only jobs that did not succeed are retried.`,
      );
    }
    const { title, input, datasetId, modelId } = job;
    const kind = this.#handlerOf(job.kind).kind;
    return this.start({ kind, title, input, priority: priorities[job.priority] ?? 'batch', datasetId, modelId });
  }

  /** A snapshot at once, then news at most ten times a second until the job has ended or the queue closes. */
  watch(id: string, signal?: AbortSignal): Stream<JobSnapshot> {
    const first = this.get(id);
    const feed = this.#watchers.add(id, signal);
    feed.offer(id, first);
    if (isEnded(first.state)) feed.end();
    return feed;
  }

  /** News of every job, until the signal or the queue ends it. */
  watchAll(signal?: AbortSignal): Stream<JobSnapshot> {
    return this.#watchers.add(null, signal);
  }

  /** The snapshot of a job once it has ended. */
  async wait(id: string): Promise<JobSnapshot> {
    for await (const snapshot of this.watch(id)) if (isEnded(snapshot.state)) return snapshot;
    return this.get(id);
  }

  /** Takes no new work, asks running handlers to stop, waits up to `drainMs`, marks what did not end as interrupted. */
  close(drainMs = 5000): Promise<void> {
    this.#closing ??= this.#drainAndClose(drainMs);
    return this.#closing;
  }

  async #drainAndClose(drainMs: number): Promise<void> {
    await drain([...this.#running.values()], drainMs);
    for (const [id, attempt] of this.#running) {
      attempt.detach();
      this.#store.move(id, 'interrupted', attempt.record.attempt, { etaSeconds: null });
      this.#tell(id);
    }
    this.#running.clear();
    this.#watchers.close();
  }

  async #corrected(kind: JobKind, input: JsonValue, profile: KindProfile): Promise<JobEstimate> {
    const handler = this.#handlerOf(kind);
    const hasTimeBudget = handler.hasTimeBudget?.(input) ?? false;
    return correctEstimate(await handler.estimate(input), profile, { hasTimeBudget });
  }

  #handlerOf(kind: string): JobHandler {
    const handler = this.#handlers.get(kind);
    if (handler === undefined)
      throw unsupported('unknown-job-kind', `This build cannot run jobs of the kind "${kind}".`);
    return handler;
  }

  #fitLimits(): { readonly memoryLimitBytes: number | null; readonly heldBytes: number } {
    let heldBytes = 0;
    for (const attempt of this.#running.values()) heldBytes += attempt.record.estimateMemoryBytes;
    return { memoryLimitBytes: this.#options.limits.memoryBytes(), heldBytes };
  }

  #snapshot(row: JobRecord): JobSnapshot {
    const shown = row.state === 'running' ? { ...row, ...this.#unstored.get(row.id) } : row;
    return toSnapshot(shown, this.#running.get(row.id)?.live() ?? null);
  }

  #tell(id: string): void {
    this.#watchers.tell(id, () => this.get(id));
  }

  #pumpSoon(): void {
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    if (!this.#open || this.#closing !== null) return;
    const waiting = [...this.#pending.values()].sort((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1));
    for (const job of waiting) {
      const slots = this.#options.limits.concurrent + (job.priority === 0 ? 1 : 0);
      if (this.#running.size >= slots) break;
      if (this.#running.size > 0 && !this.#fitsNow(job)) break;
      try {
        this.#startNow(job);
      } catch (error) {
        this.#options.logger.error('a job could not be started', { job: job.id, reason: toErrorData(error).message });
        if (!(error instanceof AuguryError) || error.family !== 'unsupported') break;
        this.#pending.delete(job.id);
        this.#store.move(job.id, 'failed', job.attempt, { finishedAt: this.#store.now(), error: toErrorData(error) });
        this.#tell(job.id);
      }
    }
  }

  #fitsNow(job: JobRecord): boolean {
    return job.estimateMemoryBytes <= this.#options.probe.freeMemoryBytes();
  }

  #startNow(job: JobRecord): void {
    const handler = this.#handlerOf(job.kind);
    const attemptNumber = job.attempt + 1;
    const startedAt = job.startedAt ?? this.#store.now();
    this.#store.move(job.id, 'running', attemptNumber, { attempt: attemptNumber, startedAt, error: null, message: '' });
    this.#pending.delete(job.id);
    const attempt = startAttempt({
      store: this.#store,
      handler,
      record: this.#store.get(job.id),
      workspaceId: this.#options.workspaceId,
      scratchDir: join(this.#options.scratchRoot, job.id),
      probe: this.#options.probe,
      logger: this.#options.logger.child({ job: job.id }),
      onNews: () => this.#tell(job.id),
    });
    this.#running.set(job.id, attempt);
    if (this.#running.size > 1) for (const id of this.#running.keys()) this.#shared.add(id);
    this.#tell(job.id);
    void attempt.ended.then((end) => this.#ended(handler.kind, attempt, end));
  }

  #ended(kind: JobKind, attempt: Attempt, end: AttemptEnd): void {
    const { id } = attempt.record;
    if (this.#running.get(id) !== attempt) return; // detached by close()
    const { progress } = attempt.live();
    const record = this.#store.get(id);
    const done = end.state !== 'interrupted';
    try {
      storeEnd(this.#store, { record, end, progress });
      const handler = this.#handlerOf(kind);
      if (isTypical(record, end)) learnFromEnd(this.#store, handler, record, end, { shared: this.#shared.has(id) });
    } catch (error) {
      // The store refused (a full disk): the row stays `running` and is settled as interrupted at the next opening.
      // Who watches is told the handler's own failure, or this one where there was none.
      this.#options.logger.error('the end of a job was not stored', { job: id, reason: toErrorData(error).message });
      const ended = { state: 'failed', error: end.error ?? toErrorData(error), finishedAt: this.#store.now() } as const;
      this.#unstored.set(id, ended);
    }
    this.#running.delete(id);
    this.#shared.delete(id);
    if (done && !this.#unstored.has(id)) this.#dropScratch(id);
    if (end.state === 'cancelled') this.#handlers.get(kind)?.onCancelled?.(record.input);
    this.#tell(id);
    this.#pumpSoon();
  }

  /** Stores an end that could not be stored before. Throws what the store throws. */
  #storeEnd(id: string): void {
    const ended = this.#unstored.get(id);
    if (ended === undefined) return;
    this.#store.move(id, ended.state, this.#store.get(id).attempt, ended);
    this.#unstored.delete(id);
    this.#dropScratch(id);
  }

  #dropScratch(id: string): void {
    rmSync(join(this.#options.scratchRoot, id), { recursive: true, force: true });
  }
}

/** Builds a queue; `open` starts it. */
export const createJobQueue = (options: JobQueueOptions): JobQueue => new JobQueue(options);
