import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cancelled, dataProblem } from '../../../main/base/errors.ts';
import type { JobSnapshot } from '../../../main/contract/jobs.ts';
import { jobSnapshot } from '../../../main/contract/jobs.ts';
import type { JobHandler, JobKind } from '../../../main/jobs/types.ts';
import { listEvents } from '../../../main/store/repositories/events.ts';
import { roomyProbe, smallEstimate, testQueue } from '../../helpers/jobs.ts';

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const handler = (kind: JobKind, run: JobHandler['run'], estimate = smallEstimate): JobHandler => ({
  kind,
  estimate: async () => estimate,
  run,
});

/** Runs until stopped. */
const endless = (kind: JobKind = 'train'): JobHandler =>
  handler(kind, async (_input, context) => {
    for (;;) {
      if (context.stop.stopped()) throw cancelled();
      await sleep(5);
    }
  });

const until = async (condition: () => boolean): Promise<void> => {
  while (!condition()) await sleep(2);
};

describe('A5 jobs', () => {
  it('runs a job to its JSON result, removes its folder and leaves an event for each change of state', async () => {
    let scratch = '';
    const { queue, db } = testQueue([
      handler('import', async (input, context) => {
        scratch = context.scratchDir;
        writeFileSync(join(scratch, 'part'), 'x');
        context.report({ fraction: 0.5, stage: 'reading', rowsDone: 50, rowsTotal: 100 });
        context.log('half');
        context.metric({ series: 's', value: 1 });
        return { datasetId: 'ds_1', echo: input };
      }),
    ]);
    queue.open({ resume: true });
    const started = await queue.start({ kind: 'import', title: 'Import a', input: { path: 'a' } });
    expect(started.state).toBe('queued');
    const ended = await queue.wait(started.id);
    expect(ended).toMatchObject({
      state: 'succeeded',
      fraction: 1,
      rowsDone: 50,
      result: { datasetId: 'ds_1', echo: { path: 'a' } },
      subject: { datasetId: 'ds_1', modelId: null },
      attempt: 1,
    });
    expect(() => jobSnapshot.omit({ id: true }).parse(ended)).not.toThrow();
    expect(existsSync(scratch)).toBe(false);
    expect(queue.metrics(started.id, 0)).toEqual([{ series: 's', value: 1 }]);
    expect(queue.metrics(started.id, 1)).toEqual([]);
    expect(queue.log(started.id).map((line) => line.text)).toEqual(['half']);
    const told = listEvents(db, { subjectId: started.id }).map((event) => event.operation);
    expect(told).toEqual(['job.queued', 'job.running', 'job.succeeded']);
  });

  it('keeps the failure with family, code and hint', async () => {
    const { queue } = testQueue([
      handler('import', async () => {
        throw dataProblem('ragged', 'Row 7 has 3 fields.', { hint: 'Fix it.', details: { row: 7, names: ['a'] } });
      }),
    ]);
    queue.open({ resume: true });
    const ended = await queue.wait((await queue.start({ kind: 'import', title: 't', input: null })).id);
    expect(ended.state).toBe('failed');
    expect(ended.error).toEqual({
      family: 'data-problem',
      code: 'ragged',
      message: 'Row 7 has 3 fields.',
      hint: 'Fix it.',
      details: { row: 7, names: ['a'] },
    });
  });

  it('cancels a running and a waiting job, again without effect, and never changes an ended one', async () => {
    const { queue } = testQueue([endless(), handler('score', async () => 1)]);
    queue.open({ resume: true });
    const running = await queue.start({ kind: 'train', title: 'a', input: null });
    await until(() => queue.get(running.id).state === 'running');
    const waiting = await queue.start({ kind: 'train', title: 'b', input: null });
    expect(queue.cancel(waiting.id).state).toBe('cancelled');
    queue.cancel(running.id);
    queue.cancel(running.id);
    expect((await queue.wait(running.id)).state).toBe('cancelled');
    expect(queue.cancel(running.id).state).toBe('cancelled');
    const done = await queue.start({ kind: 'score', title: 'c', input: null });
    await queue.wait(done.id);
    expect(queue.cancel(done.id).state).toBe('succeeded');
  });

  it('runs interactive before batch before background, and interactive beside a training', async () => {
    const order: string[] = [];
    const { queue } = testQueue([
      handler('profile', async (input) => {
        order.push(String(input));
        return null;
      }),
      endless(),
    ]);
    const add = (priority: 'interactive' | 'batch' | 'background', name: string) =>
      queue.start({ kind: 'profile', title: name, input: name, priority });
    await add('background', 'c');
    await add('batch', 'b1');
    await add('batch', 'b2');
    const first = await add('interactive', 'a');
    queue.open({ resume: false });
    await queue.wait(first.id);
    await until(() => order.length === 4);
    expect(order).toEqual(['a', 'b1', 'b2', 'c']);
    const training = await queue.start({ kind: 'train', title: 't', input: null });
    await until(() => queue.get(training.id).state === 'running');
    const batch = await add('batch', 'later');
    const quick = await add('interactive', 'now');
    expect((await queue.wait(quick.id)).state).toBe('succeeded');
    expect(queue.get(batch.id).state).toBe('queued');
    queue.cancel(training.id);
    await queue.wait(batch.id);
  });

  it('gives a watcher a snapshot first, at most ten a second, and the end', async () => {
    const { queue } = testQueue([
      handler('score', async (_input, context) => {
        for (let i = 1; i <= 60; i++) {
          context.report({ fraction: i / 60, rowsDone: i * 10, rowsTotal: 600 });
          await sleep(5);
        }
        return null;
      }),
    ]);
    const { id } = await queue.start({ kind: 'score', title: 's', input: null });
    const seen: JobSnapshot[] = [];
    const watching = (async () => {
      for await (const snapshot of queue.watch(id)) seen.push(snapshot);
    })();
    queue.open({ resume: false });
    await watching;
    expect(seen[0]?.state).toBe('queued');
    expect(seen.at(-1)?.state).toBe('succeeded');
    const spentSeconds = (seen.at(-1)?.seconds ?? 0) + 0.1;
    expect(seen.length).toBeLessThanOrEqual(Math.ceil(spentSeconds * 10) + 3);
    const middle = seen.find((snapshot) => snapshot.state === 'running' && snapshot.fraction > 0.3);
    expect(middle?.rowsPerSecond).toBeGreaterThan(0);
    expect(middle?.etaSeconds).toBeGreaterThan(0);
    expect(middle?.memoryBytes).toBeGreaterThan(0);
    const fractions = seen.map((snapshot) => snapshot.fraction);
    expect(fractions).toEqual([...fractions].sort((a, b) => a - b));
  });

  it('ends a watch when the watcher goes away', async () => {
    const { queue } = testQueue([endless()]);
    queue.open({ resume: false });
    const { id } = await queue.start({ kind: 'train', title: 't', input: null });
    const gone = new AbortController();
    const all = queue.watchAll(gone.signal);
    const one = queue.watch(id);
    await one.next();
    const waiting = one.next();
    await one.return?.();
    expect((await waiting).done || (await one.next()).done).toBe(true);
    gone.abort();
    for await (const _ of all) expect.unreachable();
    queue.cancel(id);
  });

  it('lets a search finish early with what it has', async () => {
    const { queue } = testQueue([
      handler('train', async (_input, context) => {
        while (!context.finish.stopped()) await sleep(2);
        return { best: 1 };
      }),
    ]);
    queue.open({ resume: false });
    const { id } = await queue.start({ kind: 'train', title: 't', input: null });
    expect(queue.finish(id)).toBe(false);
    await until(() => queue.get(id).state === 'running');
    expect(queue.finish(id)).toBe(true);
    expect((await queue.wait(id)).result).toEqual({ best: 1 });
  });

  it('starts a failed job anew, and refuses to retry one that succeeded', async () => {
    let runs = 0;
    const { queue } = testQueue([
      handler('import', async () => {
        runs++;
        if (runs === 1) throw dataProblem('x', 'x');
        return null;
      }),
    ]);
    queue.open({ resume: false });
    const first = await queue.start({ kind: 'import', title: 'i', input: { a: 1 } });
    await queue.wait(first.id);
    const again = await queue.retry(first.id);
    expect(again.id).not.toBe(first.id);
    expect((await queue.wait(again.id)).state).toBe('succeeded');
    expect(queue.get(first.id).state).toBe('failed');
    await expect(queue.retry(again.id)).rejects.toMatchObject({ family: 'conflict' });
  });

  it('marks jobs interrupted when it closes, and the next opening resumes them at their checkpoint', async () => {
    const counting = handler('score', async (_input, context) => {
      const from = Number(context.readCheckpoint() ?? 0);
      for (let i = from; i < 30; i++) {
        if (context.stop.stopped()) throw cancelled();
        await sleep(2);
        context.countWork(1);
        context.writeCheckpoint(i + 1);
      }
      return { attempt: context.attempt };
    });
    const first = testQueue([counting]);
    first.queue.open({ resume: true });
    const { id } = await first.queue.start({ kind: 'score', title: 's', input: null });
    await until(() => first.queue.get(id).workDone >= 10);
    await first.queue.close();
    expect(first.queue.get(id).state).toBe('interrupted');
    first.db.close();
    const second = testQueue([counting], { folder: first.folder });
    second.queue.open({ resume: true });
    const ended = await second.queue.wait(id);
    expect(ended).toMatchObject({ state: 'succeeded', attempt: 2, workDone: 30, result: { attempt: 2 } });
  });

  it('pauses a running and a waiting job: the queue is free, no opening resumes them, a resume does at the checkpoint', async () => {
    const seen: unknown[] = [];
    const steps: JobHandler = handler('train', async (_input, context) => {
      seen.push([context.attempt, context.readCheckpoint(), context.ranSeconds > 0]);
      if (context.attempt > 1) return { attempt: context.attempt };
      context.writeCheckpoint({ done: 3 });
      for (;;) {
        if (context.stop.stopped()) throw cancelled();
        await sleep(5);
      }
    });
    const first = testQueue([steps, handler('score', async () => 1)]);
    first.queue.open({ resume: true });
    const { id } = await first.queue.start({ kind: 'train', title: 'a', input: 1 });
    await until(() => seen.length === 1);
    const waiting = await first.queue.start({ kind: 'train', title: 'b', input: 2 });
    expect(first.queue.pause(waiting.id)).toMatchObject({ state: 'interrupted', paused: true, attempt: 0 });
    expect(first.queue.pause(id)).toMatchObject({ state: 'running', paused: true });
    await expect(first.queue.resume(id)).rejects.toThrow('still on its way to its pause');
    await until(() => first.queue.get(id).state === 'interrupted');
    expect(first.queue.pause(id)).toMatchObject({ state: 'interrupted', paused: true, error: null });
    const other = await first.queue.start({ kind: 'score', title: 'c', input: null });
    expect((await first.queue.wait(other.id)).state).toBe('succeeded');
    expect((await first.queue.resume(other.id)).state).toBe('succeeded');
    expect(first.queue.pause(other.id)).toMatchObject({ state: 'succeeded', paused: false });
    await first.queue.close(200);

    const second = testQueue([steps], { folder: first.folder });
    expect(second.queue.open({ resume: true }).waiting).toBe(0);
    await sleep(30);
    expect(second.queue.get(id)).toMatchObject({ state: 'interrupted', paused: true });
    expect((await second.queue.resume(id)).paused).toBe(false);
    expect((await second.queue.wait(id)).result).toEqual({ attempt: 2 });
    expect(seen.at(-1)).toEqual([2, { done: 3 }, true]);
    expect(second.queue.cancel(waiting.id).state).toBe('cancelled');
  });

  it('a cancel wins over a pause that the handler has not noticed', async () => {
    const { queue } = testQueue([endless()]);
    queue.open({ resume: true });
    const { id } = await queue.start({ kind: 'train', title: 'a', input: null });
    await until(() => queue.get(id).state === 'running');
    queue.pause(id);
    queue.cancel(id);
    expect(await queue.wait(id)).toMatchObject({ state: 'cancelled', paused: false });
  });

  it('does not hang on a handler that ignores the stop, and lets nothing it does later reach the store', async () => {
    let later: unknown = null;
    const { queue } = testQueue([
      handler('train', async (_input, context) => {
        await sleep(150);
        try {
          context.writeCheckpoint('late');
        } catch (error) {
          later = error;
        }
        return 'late';
      }),
    ]);
    queue.open({ resume: false });
    const { id } = await queue.start({ kind: 'train', title: 't', input: null });
    await until(() => queue.get(id).state === 'running');
    await queue.close(20);
    expect(queue.get(id).state).toBe('interrupted');
    await sleep(200);
    expect(later).toMatchObject({ family: 'cancelled' });
    expect(queue.get(id)).toMatchObject({ state: 'interrupted', result: null });
  });
});

describe('A9 what cannot fit is refused', () => {
  const big = (memoryBytes: number, diskBytes: number) =>
    handler('train', async () => null, { seconds: 1, memoryBytes, diskBytes, basis: '10 rows × 10 columns.' });

  it('refuses for memory, for the workspace limit and for disk, with the figures, before anything is queued', async () => {
    const probe = { ...roomyProbe, freeMemoryBytes: () => 2 * 1024 ** 3, freeDiskBytes: () => 1024 ** 3 };
    const refused = async (memory: number, disk: number, memoryLimit?: number) => {
      const { queue } = testQueue([big(memory, disk)], {
        probe,
        ...(memoryLimit === undefined ? {} : { memoryLimit }),
      });
      queue.open({ resume: false });
      const error = await queue.start({ kind: 'train', title: 't', input: null }).catch((thrown: unknown) => thrown);
      expect(queue.list({}).total).toBe(0);
      return error;
    };
    expect(await refused(3 * 1024 ** 3, 0)).toMatchObject({
      family: 'resource',
      code: 'does-not-fit',
      message: 'The job was refused before it started. It needs about 3.00 GiB of memory; 2.00 GiB are free.',
    });
    expect(await refused(1024 ** 3, 0, 1024 ** 2)).toMatchObject({
      message: expect.stringContaining('this workspace may use 1.00 MiB'),
    });
    expect(await refused(1, 1024 ** 3)).toMatchObject({
      message: expect.stringContaining('on the disk; 1.00 GiB are free'),
    });
  });

  it('takes the job when it fits', async () => {
    const { queue } = testQueue([big(1024, 1024)]);
    queue.open({ resume: false });
    expect((await queue.wait((await queue.start({ kind: 'train', title: 't', input: null })).id)).state).toBe(
      'succeeded',
    );
  });
});
