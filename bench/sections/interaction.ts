/** What a person waits for: pages of a large table, what-if while training, the host's event loop, single predictions. */

import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { AuguryClient } from '../../main/surfaces/cli/io.ts';
import { openBenchHost } from '../host.ts';
import { type Measure, quantile } from '../result.ts';
import { writeTable } from '../table-data.ts';

const finish = async (client: AuguryClient, jobId: string): Promise<Record<string, unknown>> => {
  for await (const snapshot of await client.jobs.watch({ id: jobId })) {
    if (snapshot.state === 'succeeded') return snapshot.result as Record<string, unknown>;
    if (snapshot.state !== 'queued' && snapshot.state !== 'running')
      throw new Error(`job ${snapshot.state}: ${snapshot.error?.message}`);
  }
  throw new Error('the job ended without a result');
};

const timed = async (samples: number[], work: () => Promise<unknown>): Promise<void> => {
  const started = performance.now();
  await work();
  samples.push(performance.now() - started);
};

export async function measureInteraction(folder: string, measure: Measure): Promise<void> {
  const big = join(folder, 'big.csv');
  const small = join(folder, 'small.csv');
  writeTable(small, 20_000, 4);
  const host = await openBenchHost(join(folder, 'interaction'));
  const { client } = host;
  try {
    const loop = monitorEventLoopDelay({ resolution: 1 });
    const importing = await client.datasets.import({ source: { path: big }, name: 'big' });
    loop.enable();
    const { datasetId } = (await finish(client, importing.jobId)) as { datasetId: string };
    loop.disable();
    measure({
      what: 'event-loop delay of the host while importing, p99',
      value: loop.percentile(99) / 1e6,
      unit: 'ms',
      bar: '< 20',
      met: loop.percentile(99) < 20e6,
      detail: `max ${(loop.max / 1e6).toFixed(0)} ms, resolution 1 ms`,
    });

    const pages: number[] = [];
    for (let i = 0; i < 100; i++) {
      const offset = Math.floor((i * 999_000) / 100);
      await timed(pages, () => client.datasets.page({ id: datasetId, offset, limit: 100 }));
    }
    measure({
      what: 'page of 100 rows of 1 M, p95',
      value: quantile(pages, 0.95),
      unit: 'ms',
      bar: '< 50',
      met: quantile(pages, 0.95) < 50,
      detail: `median ${quantile(pages, 0.5).toFixed(1)} ms, random places`,
    });

    const source = (await finish(client, (await client.datasets.import({ source: { path: small } })).jobId)) as {
      datasetId: string;
    };
    const first = (await finish(
      client,
      (
        await client.models.train({ datasetId: source.datasetId, target: 'left', trials: 3 })
      ).jobId,
    )) as { modelId: string };
    const detail = await client.models.get({ id: first.modelId });
    const row = Object.fromEntries(detail.inputs.map((input) => [input.name, input.typical]));
    const predict = (x: number, record: boolean) =>
      client.predictions.one({ modelId: first.modelId, row: { ...row, x0: x }, record });
    await predict(0, false);
    const singles: number[] = [];
    for (let i = 0; i < 300; i++) await timed(singles, () => predict(i / 10, true));
    const mean = singles.reduce((sum, ms) => sum + ms, 0) / singles.length;
    measure({
      what: 'single row with contributions, words, ledger, mean',
      value: mean,
      unit: 'ms',
      bar: '< 2',
      met: mean < 2,
      detail: `p95 ${quantile(singles, 0.95).toFixed(2)} ms, in-process, cache miss`,
    });
    const hits: number[] = [];
    for (let i = 0; i < 300; i++) await timed(hits, () => predict(1, true));
    measure({
      what: 'single row, cache hit, p95',
      value: quantile(hits, 0.95),
      unit: 'ms',
      bar: '< 1',
      met: quantile(hits, 0.95) < 1,
      detail: 'with its ledger entry',
    });

    const training = await client.models.train({ datasetId: source.datasetId, target: 'left', budgetSeconds: 15 });
    const done = finish(client, training.jobId);
    let ended = false;
    done.finally(() => {
      ended = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const during = monitorEventLoopDelay({ resolution: 1 });
    during.enable();
    const whatIfs: number[] = [];
    for (let i = 0; !ended; i++) {
      await timed(whatIfs, () => predict(100 + i / 7, false));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    during.disable();
    await done;
    measure({
      what: 'what-if while training, p95',
      value: quantile(whatIfs, 0.95),
      unit: 'ms',
      bar: '< 50',
      met: quantile(whatIfs, 0.95) < 50,
      detail: `${whatIfs.length} calls, median ${quantile(whatIfs, 0.5).toFixed(1)} ms`,
    });
    measure({
      what: 'event-loop delay of the host while training, p99',
      value: during.percentile(99) / 1e6,
      unit: 'ms',
      bar: '< 20',
      met: during.percentile(99) < 20e6,
      detail: `max ${(during.max / 1e6).toFixed(0)} ms, resolution 1 ms`,
    });
  } finally {
    await host.close();
  }
}
