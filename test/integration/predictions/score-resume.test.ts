import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { asJson, type JsonValue } from '../../../main/base/json.ts';
import type { ComputePool } from '../../../main/compute/pool.ts';
import type { InferenceClient } from '../../../main/inference/client.ts';
import type { JobContext } from '../../../main/jobs/types.ts';
import { createPredictionJobs } from '../../../main/services/predictions/jobs.ts';
import { createScoreHandler, type ScoreJobResult } from '../../../main/services/predictions/score-job.ts';
import { startScore } from '../../../main/services/predictions/start-score.ts';
import { listLedger } from '../../../main/store/ledger-list.ts';
import { startInference } from '../../helpers/inference.ts';
import { frameCsv, openScoringBench, removeFolder, type ScoringBench, startPool } from '../../helpers/scoring-bench.ts';
import { trainedModel } from '../../helpers/trained-model.ts';

const folder = mkdtempSync(join(tmpdir(), 'augury-resume-'));
const { spec, frame } = trainedModel('binary', { rowCount: 2_000, rounds: 15, leaves: 7 });
const blockRows = 128;
let pool: ComputePool;
let inference: InferenceClient;
let bench: ScoringBench;

beforeAll(async () => {
  pool = startPool();
  inference = startInference();
  const model = { spec, frame, target: 'left' };
  bench = await openScoringBench(folder, { pool, inference }, model, { blockRows, handlers: createPredictionJobs });
  const lines = frameCsv(frame).split('\n');
  for (const at of [40, 700, 701, 1500]) lines[at] = 'ragged,row';
  bench.file('in.csv', lines.join('\n'));
});
afterAll(async () => {
  await bench.close();
  await pool.close();
  inference.close();
  removeFolder(folder);
});

const hashOf = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');

/** What survives a death: checkpoint, work counter, the scratch folder. The process dies at a given call. */
function mortal(name: string): {
  readonly work: () => number;
  readonly context: (diesAt: {
    readonly checkpoint?: number;
    readonly work?: number;
    readonly stage?: string;
  }) => JobContext;
} {
  const jobId = `job_${name.padStart(18, '0')}`;
  const scratchDir = join(bench.deps.workspaceDir, 'jobs', jobId);
  mkdirSync(scratchDir, { recursive: true });
  let checkpoint: JsonValue | null = null;
  let work = 0;
  return {
    work: () => work,
    context: (diesAt) => {
      let checkpoints = 0;
      let counts = 0;
      let dead = false;
      const die = (): never => {
        dead = true;
        throw new Error('killed');
      };
      return {
        jobId,
        workspaceId: 'ws_test',
        stop: { stopped: () => dead },
        abort: new AbortController().signal,
        finish: { stopped: () => false },
        scratchDir,
        attempt: 1,
        ranSeconds: 0,
        readCheckpoint: () => checkpoint,
        writeCheckpoint: (value) => {
          if (++checkpoints === diesAt.checkpoint) die();
          checkpoint = value;
        },
        countWork: (units) => {
          if (++counts === diesAt.work) die();
          work += units;
        },
        report: ({ stage }) => {
          if (stage !== undefined && stage === diesAt.stage) die();
        },
        metric: () => {},
        log: () => {},
      };
    },
  };
}

const input = (output: string, format: 'csv' | 'jsonl' | 'parquet' | 'xlsx') =>
  asJson({
    modelId: bench.modelId,
    source: { path: bench.file('in.csv') },
    destination: { path: bench.file(output) },
    format,
    id: 'id',
    map: {},
    explain: 2,
    provider: 'auto',
  });

describe('A5 F4 a scoring killed anywhere goes on and ends byte-identical', () => {
  const deaths = [
    { at: 'before its first checkpoint', dies: { checkpoint: 1 } },
    { at: 'after a block is written and before it is recorded', dies: { work: 4 } },
    { at: 'half way', dies: { checkpoint: 8 } },
    { at: 'before the file is delivered', dies: { stage: 'deliver' } },
    { at: 'after the file is delivered', dies: { stage: 'record' } },
  ] as const;

  it.each(['csv', 'jsonl', 'parquet', 'xlsx'] as const)('%s, at 5 points', async (format) => {
    const handler = createScoreHandler(bench.deps);
    const whole = mortal(`whole${format}`);
    const plain = (await handler.run(input(`whole.${format}`, format), whole.context({}))) as ScoreJobResult;
    expect(plain).toMatchObject({ rows: 1996, rejected: 4 });
    for (const [i, { at, dies }] of deaths.entries()) {
      const job = mortal(`${format}${i}`);
      const name = `killed-${i}.${format}`;
      await expect(handler.run(input(name, format), job.context(dies)), at).rejects.toThrow('killed');
      const result = (await handler.run(input(name, format), job.context({}))) as ScoreJobResult;
      expect({ ...result, seconds: 0, rowsPerSecond: 0, output: '', rejectsFile: '', ledgerId: '' }, at).toEqual({
        ...plain,
        seconds: 0,
        rowsPerSecond: 0,
        output: '',
        rejectsFile: '',
        ledgerId: '',
      });
      expect(hashOf(bench.file(name)), at).toBe(hashOf(bench.file(`whole.${format}`)));
      expect(hashOf(bench.file(`killed-${i}.rejects.csv`)), at).toBe(hashOf(bench.file('whole.rejects.csv')));
      expect(job.work(), at).toBeLessThanOrEqual(1.6 * 2000);
      const entries = listLedger(bench.deps.db, { kinds: ['batch'], limit: 100, offset: 0 }).rows;
      expect(entries.filter(({ id }) => id === result.ledgerId)).toHaveLength(1);
      expect(entries[0].segmentSha256).toBe(entries.at(-1)?.segmentSha256);
    }
    expect(readdirSync(folder).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  it('refuses to go on when the source changed meanwhile', async () => {
    const handler = createScoreHandler(bench.deps);
    const job = mortal('changed');
    bench.file('moving.csv', frameCsv(frame));
    const moving = { ...(input('moved.csv', 'csv') as object), source: { path: bench.file('moving.csv') } };
    await expect(handler.run(asJson(moving), job.context({ checkpoint: 3 }))).rejects.toThrow('killed');
    bench.file('moving.csv', `${frameCsv(frame)}\n`);
    await expect(handler.run(asJson(moving), job.context({}))).rejects.toMatchObject({ code: 'source-changed' });
  });
});

describe('F4 --resume finds the job that was interrupted', () => {
  const asked = (resume: boolean) => ({
    modelId: bench.modelId,
    source: { path: bench.file('in.csv') },
    destination: { path: bench.file('resumed.csv') },
    id: 'id',
    map: {},
    explain: 2,
    resume,
    provider: 'auto' as const,
  });

  it('goes on with it, and starts anew without the flag', async () => {
    const first = await startScore({ ...bench.deps, queue: bench.queue }, asked(false));
    for await (const { rowsDone } of bench.queue.watch(first.jobId)) if ((rowsDone ?? 0) > 0) break;
    await bench.close();
    const model = { spec, frame, target: 'left' };
    bench = await openScoringBench(folder, { pool, inference }, model, { blockRows, handlers: createPredictionJobs });
    expect(bench.queue.get(first.jobId).state).toBe('interrupted');
    const again = await startScore({ ...bench.deps, queue: bench.queue }, asked(true));
    expect(again.jobId).toBe(first.jobId);
    const job = await bench.queue.wait(again.jobId);
    expect(job.state).toBe('succeeded');
    expect(job.attempt).toBe(2);
    expect(job.workDone).toBeLessThanOrEqual(1.6 * 2000);
    expect(existsSync(bench.file('resumed.csv'))).toBe(true);
    const anew = await startScore({ ...bench.deps, queue: bench.queue }, asked(true));
    expect(anew.jobId).not.toBe(first.jobId);
    await bench.queue.wait(anew.jobId);
  });

  it('refuses a second job on an output that is being written', async () => {
    const first = await startScore({ ...bench.deps, queue: bench.queue }, asked(false));
    await expect(
      startScore({ ...bench.deps, queue: bench.queue }, { ...asked(false), explain: 1 }),
    ).rejects.toMatchObject({
      code: 'output-busy',
    });
    bench.queue.cancel(first.jobId);
    const job = await bench.queue.wait(first.jobId);
    expect(job.state).toBe('cancelled');
    expect(existsSync(bench.file('.resumed.csv.partial'))).toBe(false);
  });
});
