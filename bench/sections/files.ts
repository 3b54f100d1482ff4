/** Import, train, score and explain through the built command line on a generated table, with estimates against fact. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { augury, type CliRun } from '../cli.ts';
import type { Measure } from '../result.ts';
import { writeTable } from '../table-data.ts';

const MB = 1e6;
const MiB = 1024 * 1024;

const jobShape = z.object({
  estimate: z.object({ seconds: z.number(), memoryBytes: z.number() }),
  seconds: z.number(),
  memoryBytes: z.number().nullable(),
});
type Job = z.infer<typeof jobShape>;

export async function measureFiles(folder: string, measure: Measure): Promise<void> {
  const workspace = join(folder, 'files');
  const big = join(folder, 'big.csv');
  writeTable(big, 1_000_000, 1);
  const bytes = statSync(big).size;
  const run = (args: readonly string[]): Promise<CliRun> => augury([...args, '--workspace', workspace]);
  const jobOf = async (cli: CliRun): Promise<Job> => {
    const id = String(cli.document.job);
    return jobShape.parse((await run(['jobs', 'show', id])).document);
  };
  const compareEstimate = async (what: string, cli: CliRun): Promise<void> => {
    const job = await jobOf(cli);
    const time = job.estimate.seconds / Math.max(0.05, job.seconds);
    measure({
      what: `${what}: estimated / actual time`,
      value: time,
      unit: '×',
      bar: '0.5–2',
      met: time >= 0.5 && time <= 2,
      detail: `${job.estimate.seconds.toFixed(1)} s against ${job.seconds.toFixed(1)} s`,
    });
    if (job.memoryBytes !== null) {
      const memory = job.estimate.memoryBytes / cli.peakBytes;
      measure({
        what: `${what}: estimated / actual memory`,
        value: memory,
        unit: '×',
        bar: '0.5–2',
        met: memory >= 0.5 && memory <= 2,
        detail: `${Math.round(job.estimate.memoryBytes / MiB)} MiB against a peak of ${Math.round(cli.peakBytes / MiB)} MiB of all processes`,
      });
    }
  };

  const imported = await run(['import', big, '--name', 'big']);
  measure({
    what: 'import of CSV',
    value: bytes / MB / imported.seconds,
    unit: 'MB/s',
    bar: null,
    met: null,
    detail: `${(bytes / MB).toFixed(0)} MB, 1 M rows × 19 columns, with hash, raw copy, readings over all rows, profile; start of the program included`,
  });
  measure({
    what: 'import: peak memory of all processes',
    value: imported.peakBytes / MiB,
    unit: 'MiB',
    bar: null,
    met: null,
    detail: 'resident, sampled from outside',
  });
  await compareEstimate('import', imported);

  const small = join(folder, 'train.csv');
  writeTable(small, 50_000, 2);
  const trained = await run([
    'train',
    small,
    '--target',
    'left',
    '--trials',
    '4',
    '-o',
    join(folder, 'm.augury-model'),
  ]);
  measure({
    what: 'train, 50 k rows × 18, 4 trials × 5 folds',
    value: Number(trained.document.trainSeconds),
    unit: 's',
    bar: null,
    met: null,
    detail: `${String(trained.document.metric)} ${JSON.stringify(trained.document.score)}`,
  });
  measure({
    what: 'train: peak memory of all processes',
    value: trained.peakBytes / MiB,
    unit: 'MiB',
    bar: null,
    met: null,
    detail: 'resident, sampled from outside',
  });
  await compareEstimate('train', trained);

  const model = join(folder, 'm.augury-model');
  const scored = await run(['score', model, big, '-o', join(folder, 'scored.csv'), '--id', 'id']);
  measure({
    what: 'score file to file',
    value: Number(scored.document.rowsPerSecond),
    unit: 'rows/s',
    bar: null,
    met: null,
    detail: '1 M rows, CSV to CSV, without reasons',
  });
  measure({
    what: 'score: peak memory of all processes',
    value: scored.peakBytes / MiB,
    unit: 'MiB',
    bar: '< 1024',
    met: scored.peakBytes < 1024 * MiB,
    detail: 'resident, sampled from outside',
  });
  await compareEstimate('score', scored);

  const part = join(folder, 'part.csv');
  writeTable(part, 50_000, 3);
  const reasons = await run(['score', model, part, '-o', join(folder, 'reasons.csv'), '--id', 'id', '--explain', '3']);
  measure({
    what: 'score with three reasons',
    value: Number(reasons.document.rowsPerSecond),
    unit: 'rows/s',
    bar: null,
    met: null,
    detail: '50 k rows',
  });
  await compareEstimate('score with reasons', reasons);
  const explained = await run(['explain', model, part, '-o', join(folder, 'explained.csv')]);
  measure({
    what: 'explain file to file',
    value: Number(explained.document.rowsPerSecond),
    unit: 'rows/s',
    bar: null,
    met: null,
    detail: `50 k rows, exact; largest additivity error ${String(explained.document.additivityMaxError)}`,
  });
  await compareEstimate('explain', explained);
  const evaluated = await run(['evaluate', model, part]);
  await compareEstimate('evaluate', evaluated);
}
