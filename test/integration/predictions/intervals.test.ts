import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng, type Rng } from '../../../main/base/rng.ts';
import type { ComputePool } from '../../../main/compute/pool.ts';
import { packModel, unpackModel } from '../../../main/compute/tasks/model-cache.ts';
import type { DecisionCurve } from '../../../main/contract/decisions.ts';
import type { InferenceClient } from '../../../main/inference/client.ts';
import { rowIntervals } from '../../../main/ml/conformal/apply.ts';
import type { ModelSpec, Task } from '../../../main/ml/model-spec.ts';
import { predictMargins, predictOutputs } from '../../../main/ml/predict.ts';
import { applyRecipe } from '../../../main/ml/recipe/apply.ts';
import { intervalSummary } from '../../../main/services/models/interval-summary.ts';
import { createPredictionJobs } from '../../../main/services/predictions/jobs.ts';
import { createPredictionsService } from '../../../main/services/predictions/service.ts';
import { startInference } from '../../helpers/inference.ts';
import { frameCsv, openScoringBench, removeFolder, startPool } from '../../helpers/scoring-bench.ts';
import { trainedModel } from '../../helpers/trained-model.ts';

let pool: ComputePool;
let inference: InferenceClient;
const folders: string[] = [];
const call = { actor: 'test', surface: 'test', signal: undefined };

beforeAll(() => {
  pool = startPool(1);
  inference = startInference();
});
afterAll(async () => {
  await pool.close();
  inference.close();
  for (const folder of folders) removeFolder(folder);
});

/** A model with intervals fitted on its own rows, and truth that scatters with one of its columns. */
async function model(task: Task, count = 1_200, by: string | null = null) {
  const { spec, frame } = trainedModel(task, { rowCount: count, rounds: 15, leaves: 8 });
  const margins = predictMargins(spec, applyRecipe(spec.recipe, frame));
  const outputs = predictOutputs(spec, margins);
  const plan = frame.columns[3];
  const draw = (rng: Rng): Float64Array =>
    Float64Array.from({ length: count }, (_, i) => {
      if (task === 'binary') return rng.next() < outputs[i] ? 1 : 0;
      if (task === 'multiclass') return rng.int(3);
      const wide = plan.type === 'string' && plan.codes[i] === 0 ? 10 : 1;
      return outputs[i] + 5_000 * wide * rng.normal();
    });
  const labels = draw(createRng(9));
  const portable = packModel(`model-${task}-${count}-${by}`, spec);
  const intervals = await pool.run('fit-intervals', {
    model: portable,
    frame,
    rows: Int32Array.from({ length: count }, (_, i) => i),
    margins,
    outputs,
    labels,
    source: 'cross',
    by,
    seed: 7,
  });
  const full: ModelSpec = unpackModel({ ...portable, key: `${portable.key}-i`, intervals });
  return { spec: full, frame, labels, outputs, fresh: draw(createRng(10)) };
}

async function bench(made: Awaited<ReturnType<typeof model>>) {
  const folder = mkdtempSync(join(tmpdir(), 'augury-intervals-'));
  folders.push(folder);
  const opened = await openScoringBench(
    folder,
    { pool, inference },
    { ...made, target: 'left' },
    {
      blockRows: 500,
      handlers: createPredictionJobs,
    },
  );
  const service = createPredictionsService({
    ...opened.deps,
    queue: opened.queue,
    curve: async () => ({ best: { threshold: 0.5 } }) as DecisionCurve,
  });
  const score = async (interval: number | undefined): Promise<string[][]> => {
    const path = opened.file('in.csv', frameCsv(made.frame));
    const out = opened.file('out.csv');
    const { jobId } = await service.scoreFile(
      {
        modelId: opened.modelId,
        source: { path },
        destination: { path: out },
        map: {},
        explain: 0,
        resume: false,
        provider: 'auto',
        id: 'id',
        ...(interval === undefined ? {} : { interval }),
      },
      call,
    );
    const job = await opened.queue.wait(jobId);
    expect(job.state).toBe('succeeded');
    return readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => line.split(','));
  };
  return { opened, service, score };
}

describe('D7 intervals at every door', () => {
  it('a scored file of numbers has low and high, the same as a single row, and the package keeps them', async () => {
    const made = await model('regression');
    expect(made.spec.intervals?.kind).toBe('number');
    const { opened, service, score } = await bench(made);
    try {
      const [header, ...rows] = await score(0.9);
      expect(header).toEqual(['id', 'prediction', 'low', 'high']);
      const held = rows.filter((row, i) => Number(row[2]) <= made.labels[i] && made.labels[i] <= Number(row[3]));
      expect(held.length / rows.length).toBeGreaterThan(0.87);
      for (const row of rows) {
        expect(Number(row[2])).toBeLessThanOrEqual(Number(row[1]));
        expect(Number(row[3])).toBeGreaterThanOrEqual(Number(row[1]));
      }
      const row = Object.fromEntries(
        made.frame.columns.map((column) => [
          column.name,
          column.type === 'string'
            ? column.codes[0] < 0
              ? null
              : column.levels[column.codes[0]]
            : Number.isNaN(column.values[0])
              ? null
              : column.type === 'double'
                ? column.values[0]
                : new Date(column.values[0] / 1000).toISOString(),
        ]),
      );
      const one = await service.one({ modelId: opened.modelId, row, record: false, interval: 0.9 }, call);
      expect(one.interval?.low).toBeCloseTo(Number(rows[0][2]), 4);
      expect(one.interval?.high).toBeCloseTo(Number(rows[0][3]), 4);
      expect(one.intervalNote).toContain('out-of-fold');
      const wider = await service.one({ modelId: opened.modelId, row, record: false, interval: 0.99 }, call);
      expect(wider.cached).toBe(false);
      expect(Number(wider.interval?.high)).toBeGreaterThan(Number(one.interval?.high));
      expect((await score(undefined))[0]).toEqual(['id', 'prediction']);
    } finally {
      await opened.close();
    }
  });

  it('a scored file of two classes has the set of labels; a single row the Venn–Abers pair', async () => {
    const made = await model('binary');
    const { opened, service, score } = await bench(made);
    try {
      const [header, ...rows] = await score(0.97);
      expect(header).toEqual(['id', 'prediction', 'probability', 'set']);
      expect([...new Set(rows.map((row) => row[3]))].sort()).toEqual(['no', 'no | yes', 'yes', 'yes | no']);
      const held = rows.filter((row, i) => row[3].split(' | ').includes(made.spec.classes[made.labels[i]]));
      expect(held.length / rows.length).toBeGreaterThan(0.95);
      const one = await service.one(
        { modelId: opened.modelId, row: { income: 1e5 }, record: false, interval: 0.8 },
        call,
      );
      expect(one.interval?.set).toContain(one.prediction);
      const range = one.probabilityRange;
      expect(range !== null && range.low <= range.high && range.low >= 0 && range.high <= 1).toBe(true);
    } finally {
      await opened.close();
    }
  });

  it('holds within every value of a column asked for', async () => {
    const made = await model('regression', 2_000, 'plan');
    const { intervals, recipe } = made.spec;
    const found = rowIntervals(
      intervals,
      {
        frame: made.frame,
        matrix: applyRecipe(recipe, made.frame),
        outputs: made.outputs,
        task: 'regression',
        classCount: 0,
      },
      0.9,
    );
    const plan = made.frame.columns[3];
    if (found.kind !== 'number' || plan.type !== 'string') throw new Error('not numbers');
    for (let code = 0; code < 4; code++) {
      const rows = Array.from(plan.codes.keys()).filter((row) => plan.codes[row] === code);
      const held = rows.filter((row) => found.low[row] <= made.fresh[row] && made.fresh[row] <= found.high[row]);
      expect(held.length / rows.length).toBeGreaterThan(0.86);
      expect(held.length / rows.length).toBeLessThan(0.94);
    }
    expect(intervalSummary(intervals)).toMatchObject({ kind: 'number', by: 'plan' });
  });

  it('are refused with a reason on too few rows, before a job starts', async () => {
    const made = await model('regression', 40);
    expect(made.spec.intervals).toMatchObject({ kind: 'refused' });
    const { opened, service, score } = await bench(made);
    try {
      await expect(score(0.9)).rejects.toMatchObject({ code: 'no-interval', message: /at least 50 rows/ });
      const one = await service.one({ modelId: opened.modelId, row: {}, record: false, interval: 0.9 }, call);
      expect(one.interval).toBeNull();
      expect(one.intervalNote).toContain('at least 50 rows');
    } finally {
      await opened.close();
    }
  });
});
