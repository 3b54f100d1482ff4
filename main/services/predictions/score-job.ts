import { canonicalJson } from '../../base/json.ts';
import { predictedClass, scoredValues } from '../../compute/tasks/scored-values.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler, JsonValue } from '../../jobs/types.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { Db } from '../../store/db.ts';
import { findJob } from '../../store/repositories/jobs.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { ModelLoader } from '../models/loader.ts';
import type { Inputs } from '../service-types.ts';
import type { Downloads } from '../system/transfers.ts';
import { openBlockScorer, type ScoredBlock, type ScorerDeps } from './block-scorer.ts';
import { checkSchema, requireColumns, wantedColumns } from './check-schema.ts';
import { outputFormat, outputName, outputPath, rejectsBeside } from './destinations.ts';
import { blockRowsFor, estimateRows } from './estimate.ts';
import { openRowSource, type SourceDeps } from './open-source.ts';
import { keepRejects, ownRejectsFile } from './own-rejects.ts';
import { recordBatch } from './record-batch.ts';
import { scoreColumns } from './score-rows.ts';
import { runTableJob } from './table-job.ts';
import { addUnseen, type UnseenTally } from './unseen.ts';

export type ScoreDeps = SourceDeps &
  ScorerDeps & {
    readonly db: Db;
    readonly workspaceDir: string;
    readonly warehouse: Pick<Warehouse, 'openSource' | 'openWriter' | 'sniff'>;
    readonly loader: ModelLoader;
    readonly downloads: Downloads;
    /** Rows of a block; by the cost of the model unless given. */
    readonly blockRows?: number;
  };

/** What is stored of a scoring: everything that decides the output. */
export type ScoreJobInput = Omit<Inputs['predictions']['scoreFile'], 'resume'> & {
  readonly [key: string]: JsonValue | undefined;
};

/** What the command line and the window read. */
export type ScoreJobResult = {
  readonly rows: number;
  readonly rejected: number;
  readonly rejectsFile: string | null;
  readonly rowsPerSecond: number;
  readonly seconds: number;
  readonly provider: string;
  readonly unseen: readonly { readonly column: string; readonly rows: number; readonly examples: readonly string[] }[];
  readonly output: string;
  /** Texts that got an apostrophe in front, so that no spreadsheet runs them. */
  readonly formulas: number;
  readonly ledgerId: string | null;
};

type Tally = {
  readonly unseen: UnseenTally;
  /** Rows by predicted class; for regression the sum of the predictions. */
  readonly totals: readonly number[];
};

/** Scoring of a file or data set to a file: streams, rejects, resumes, and leaves one ledger entry. */
export function createScoreHandler(deps: ScoreDeps): JobHandler {
  const { db, loader, pool, warehouse } = deps;
  return defineHandler<ScoreJobInput & JsonValue, ScoreJobResult>({
    kind: 'score',
    estimate: (input) => estimateRows(deps, input),
    run: async (input, context) => {
      const loaded = await loader.load(input.modelId);
      const { spec } = loaded.content;
      const id = input.id ?? null;
      const format = outputFormat(input.format, input.destination);
      const idsOf = ({ kept }: FrameBlock) => (id === null ? null : kept[0]);
      const chunkRows = deps.blockRows ?? blockRowsFor(spec, input.explain > 0);
      const columns = scoreColumns(spec, id, input.explain, input.interval ?? null);
      const path = outputPath(deps.downloads, context.jobId, input.destination);
      const own = 'download' in input.destination && input.rejects === undefined;
      const rejectsPath =
        input.rejects ?? (own ? ownRejectsFile(deps.workspaceDir, context.jobId) : rejectsBeside(path));
      const source = await openRowSource(deps, input.source, input.sourceFormat);
      try {
        requireColumns(await checkSchema(loaded, source, input.map, context.scratchDir), source, input.map);
        const { provider, explain, threads, keepFormulas = false } = input;
        const scorer = await openBlockScorer(deps, loaded, {
          provider,
          reasons: explain,
          interval: input.interval,
          threads,
          abort: context.abort,
        });
        for (const note of scorer.notes) context.log(note);
        try {
          let ledgerId: string | null = null;
          const done = await runTableJob<ScoredBlock, Tally>(
            {
              warehouse,
              source,
              request: { wanted: wantedColumns(loaded), map: input.map, keep: id === null ? [] : [id], chunkRows },
              identity: `${loaded.version.packageSha256}|${scorer.provider}|${canonicalJson([id, explain, format, input.interval ?? null])}`,
              output: { path, format, columns, keepFormulas },
              rejectsPath,
              width: 1 + Math.min(pool.size, threads ?? pool.size),
              work: (block, form) => scorer.score(block.frame, { form, ids: idsOf(block) }),
              rowsOut: (block, scored) => {
                if (scored.text !== null) return scored.text;
                const { rowCount } = block.frame;
                return { rowCount, values: scoredValues(spec, idsOf(block), explain, { ...scored, rowCount }) };
              },
              tally: {
                start: { unseen: [], totals: new Array<number>(Math.max(1, spec.classes.length)).fill(0) },
                add: (tally, block, scored) => ({
                  unseen: addUnseen(tally.unseen, scored.unseen),
                  totals: addTotals(spec, tally.totals, block, scored),
                }),
              },
              monotonic: db.clock.monotonic,
              isCancelled: () => findJob(db, context.jobId)?.request === 'cancel',
              afterDelivery: async ({ rows, rejected, tally, formulas }) => {
                context.report({ stage: 'record', fraction: 0.98 });
                if (own && rejected > 0) await keepRejects(deps, context.jobId);
                ledgerId = await recordBatch(deps, {
                  jobId: context.jobId,
                  modelVersionId: loaded.version.id,
                  output: path,
                  format,
                  columns,
                  scratchDir: context.scratchDir,
                  formulas,
                  rows,
                  inputHash: source.contentHash,
                  summary: { rejected, ...summaryOf(spec, tally.totals, rows) },
                });
              },
            },
            context,
          );
          const { rows, rejected, seconds, tally, formulas } = done;
          return {
            rows,
            rejected,
            rejectsFile: rejected === 0 ? null : rejectsPath,
            rowsPerSecond: seconds > 0 ? rows / seconds : 0,
            seconds,
            provider: scorer.provider,
            unseen: tally.unseen.map(({ column, rows, examples }) => ({ column, rows, examples: [...examples] })),
            output: outputName(input.destination),
            formulas,
            ledgerId,
          };
        } finally {
          await scorer.close();
        }
      } finally {
        await source.rows.close();
      }
    },
  });
}

function addTotals(
  spec: ModelSpec,
  totals: readonly number[],
  block: FrameBlock,
  scored: ScoredBlock,
): readonly number[] {
  const next = [...totals];
  for (let row = 0; row < block.frame.rowCount; row++) {
    if (spec.task === 'regression') next[0] += scored.outputs[row];
    else next[predictedClass(spec, scored.outputs, row)]++;
  }
  return next;
}

function summaryOf(spec: ModelSpec, totals: readonly number[], rows: number): { readonly [key: string]: JsonValue } {
  if (spec.task === 'regression') return { mean: rows === 0 ? null : totals[0] / rows };
  return { predicted: Object.fromEntries(spec.classes.map((label, k) => [label, totals[k]])) };
}
