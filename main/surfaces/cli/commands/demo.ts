import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';

/** `augury demo`: the whole trip on the bundled churn sample, in a workspace of its own that is removed at the end. */
export function registerDemo(program: Command, context: CommandContext): void {
  program
    .command('demo')
    .description('Import the bundled churn sample, train, evaluate, score and explain it')
    .action(() => {
      const dir = mkdtempSync(join(tmpdir(), 'augury-demo-'));
      return context.run(
        async ({ client, io, options, output }) => {
          const started = performance.now();
          const file = io.sampleFile('telecom-churn');
          output.note('Importing the telecom churn sample (synthetic)…');
          const imported = await followJob(
            client,
            (await client.datasets.import({ source: { path: file } })).jobId,
            io,
            options,
          );
          const { datasetId } = imported.result as { datasetId: string };
          const dataset = await client.datasets.get({ id: datasetId });
          output.note(`Training on ${dataset.rows} rows…`);
          const { jobId } = await client.models.train({ datasetId, target: 'Churn', budgetSeconds: 20 });
          const trained = await followJob(client, jobId, io, options);
          const { modelId } = trained.result as { modelId: string };
          const model = await client.models.get({ id: modelId });
          output.note('Scoring and explaining…');
          const scoredFile = join(dir, 'scored.csv');
          const scored = await followJob(
            client,
            (
              await client.predictions.scoreFile({
                modelId,
                source: { path: file },
                destination: { path: scoredFile },
                id: 'customerID',
                explain: 3,
              })
            ).jobId,
            io,
            options,
          );
          const summary = await client.explanations.global({ modelId });
          const decision = model.task === 'binary' ? await client.decisions.curve({ modelId }) : null;
          const topReasons = summary.columns
            .slice(0, 5)
            .map((c) => ({ column: c.column, meanContribution: c.meanAbs, direction: c.direction }));
          const document = {
            dataset: { name: dataset.name, rows: dataset.rows, columns: dataset.columns },
            model: {
              id: modelId,
              metric: model.metric,
              score: model.score.value,
              low: model.score.low,
              high: model.score.high,
              baseline: model.baseline,
              calibrationError: model.calibration?.ece.value ?? null,
              trials: model.card.trials,
            },
            scored: scored.result,
            topReasons,
            decision:
              decision === null
                ? null
                : {
                    threshold: decision.best.threshold,
                    share: decision.best.share,
                    profitPerThousand: decision.best.profit,
                  },
            seconds: (performance.now() - started) / 1000,
          };
          output.result(document, () => [
            `${dataset.name}: ${dataset.rows} rows × ${dataset.columns} columns`,
            `${model.metric} ${figure(model.score.value)} (baseline ${figure(model.baseline)})${model.calibration ? `, calibration error ${(model.calibration.ece.value * 100).toFixed(1)} %` : ''}`,
            ...table(
              topReasons.map((r) => [r.column, figure(r.meanContribution), r.direction]),
              ['what matters', 'mean |contribution|', 'direction'],
            ),
            ...(decision === null ? [] : [decision.reading]),
            `${document.seconds.toFixed(1)} s`,
          ]);
          return exitCodes.done;
        },
        { workspace: dir, cleanup: () => rmSync(dir, { recursive: true, force: true }) },
      );
    });
}
