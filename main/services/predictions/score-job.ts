import { statSync } from 'node:fs';
import { join } from 'node:path';
import { canonicalJson } from '../../base/json.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobEstimate, JobHandler, JsonValue } from '../../jobs/types.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { Db } from '../../store/db.ts';
import { recordFile } from '../../store/repositories/files.ts';
import { getJob } from '../../store/repositories/jobs.ts';
import { hashFile } from '../../warehouse/files.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { ModelLoader } from '../models/loader.ts';
import type { Inputs } from '../service-types.ts';
import type { Downloads } from '../system/transfers.ts';
import { openBlockScorer, type ScoredBlock, type ScorerDeps } from './block-scorer.ts';
import { checkSchema, requireColumns, wantedColumns } from './check-schema.ts';
import { outputFormat, outputName, outputPath, rejectsBeside } from './destinations.ts';
import { openRowSource, type SourceDeps } from './open-source.ts';
import { recordBatch } from './record-batch.ts';
import { predictedClass, scoreColumns, scoreValues } from './score-rows.ts';
import { runTableJob } from './table-job.ts';
import { addUnseen, type UnseenTally } from './unseen.ts';

export type ScoreDeps = SourceDeps &
  ScorerDeps & {
    readonly db: Db;
    readonly workspaceDir: string;
    /** A folder in the workspace for short-lived files. */
    readonly tempDir: string;
    readonly warehouse: Pick<Warehouse, 'openSource' | 'openWriter' | 'sniff'>;
    readonly loader: ModelLoader;
    readonly downloads: Downloads;
    /** Rows of a block; the default suits real files. */
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
  readonly ledgerId: string | null;
};

export const defaultBlockRows = 16_384;

type Tally = {
  readonly unseen: UnseenTally;
  /** Rows by predicted class; for regression the sum of the predictions. */
  readonly totals: readonly number[];
};

/** Scoring of a file or data set to a file: streams, rejects, resumes, and leaves one ledger entry. */
export function createScoreHandler(deps: ScoreDeps): JobHandler {
  const { db, loader, pool, warehouse } = deps;
  const chunkRows = deps.blockRows ?? defaultBlockRows;
  return defineHandler<ScoreJobInput & JsonValue, ScoreJobResult>({
    kind: 'score',
    estimate: (input) => estimateScore(deps, input),
    run: async (input, context) => {
      const loaded = await loader.load(input.modelId);
      const { spec } = loaded.content;
      const id = input.id ?? null;
      const format = outputFormat(input.format, input.destination);
      const columns = scoreColumns(spec, id, input.explain);
      const path = outputPath(deps.downloads, context.jobId, input.destination);
      const forDownload = 'download' in input.destination;
      const ownRejects = `data/${context.jobId}.rejects.csv`;
      const rejectsPath = input.rejects ?? (forDownload ? join(deps.workspaceDir, ownRejects) : rejectsBeside(path));
      const source = await openRowSource(deps, input.source, input.sourceFormat);
      try {
        requireColumns(await checkSchema(loaded, source, input.map, context.scratchDir), source, input.map);
        const { provider, explain, threads } = input;
        const scorer = await openBlockScorer(deps, loaded, {
          provider,
          reasons: explain,
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
              identity: `${loaded.version.packageSha256}|${scorer.provider}|${canonicalJson([id, explain, format])}`,
              output: { path, format, columns },
              rejectsPath,
              width: 1 + Math.min(pool.size, threads ?? pool.size),
              work: (block) => scorer.score(block.frame),
              rowsOut: (block, scored) => scoreValues(spec, id !== null, explain, block, scored),
              tally: {
                start: { unseen: [], totals: new Array<number>(Math.max(1, spec.classes.length)).fill(0) },
                add: (tally, block, scored) => ({
                  unseen: addUnseen(tally.unseen, scored.unseen),
                  totals: addTotals(spec, tally.totals, block, scored),
                }),
              },
              monotonic: db.clock.monotonic,
              isCancelled: () => getJob(db, context.jobId).request === 'cancel',
              afterDelivery: async ({ rows, rejected, tally }) => {
                context.report({ stage: 'record', fraction: 0.98 });
                if (rejected > 0 && input.rejects === undefined && forDownload) {
                  await recordRejects(deps, ownRejects, context.jobId);
                }
                ledgerId = await recordBatch(deps, {
                  jobId: context.jobId,
                  modelVersionId: loaded.version.id,
                  output: path,
                  format,
                  columns,
                  scratchDir: context.scratchDir,
                  rows,
                  inputHash: await source.contentHash(),
                  summary: { rejected, ...summaryOf(spec, tally.totals, rows) },
                });
              },
            },
            context,
          );
          const { rows, rejected, seconds, tally } = done;
          return {
            rows,
            rejected,
            rejectsFile: rejected === 0 ? null : rejectsPath,
            rowsPerSecond: seconds > 0 ? rows / seconds : 0,
            seconds,
            provider: scorer.provider,
            unseen: tally.unseen.map(({ column, rows, examples }) => ({ column, rows, examples: [...examples] })),
            output: outputName(input.destination),
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

/** Rejects beside a download would be in its way: the workspace keeps them. */
async function recordRejects(deps: ScoreDeps, file: string, jobId: string): Promise<void> {
  const path = join(deps.workspaceDir, file);
  const sha256 = await hashFile(path);
  recordFile(deps.db, { path: file, kind: 'rejects', sha256, byteSize: statSync(path).size, ownerId: jobId });
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

/** Measured on the reference machine (2 cores); the machine profile corrects them. */
const rates = {
  startSeconds: 0.4,
  secondsPerCell: 2.2e-7,
  secondsPerNode: 9e-9,
  secondsPerReason: 2.5e-8,
  bytesBase: 140e6,
  bytesPerCell: 60,
} as const;

async function estimateScore(deps: ScoreDeps, input: ScoreJobInput): Promise<JobEstimate> {
  const loaded = await deps.loader.load(input.modelId);
  const { spec } = loaded.content;
  const source = await openRowSource(deps, input.source);
  await source.rows.close();
  const rows = source.expectedRows;
  const cells = rows * Math.max(1, source.rows.columns.length);
  const steps = pathSteps(spec);
  const explained = input.explain > 0 ? steps.squared * rates.secondsPerReason : 0;
  const block = Math.min(rows, deps.blockRows ?? defaultBlockRows) * source.rows.columns.length;
  const outputBytes = rows * (30 + 18 * Math.max(1, spec.classes.length) + 30 * input.explain);
  return {
    seconds:
      rates.startSeconds +
      cells * rates.secondsPerCell +
      (rows * (steps.total * rates.secondsPerNode + explained)) / Math.min(deps.pool.size, input.threads ?? 64),
    memoryBytes: rates.bytesBase + block * rates.bytesPerCell * (deps.pool.size + 1),
    diskBytes: 2 * outputBytes,
    basis: `About ${rows.toLocaleString('en')} rows of ${source.rows.columns.length} columns through ${steps.trees} trees, at a measured rate.`,
  };
}

/** Work of one row: nodes passed over all trees, and the squared depths that exact contributions cost. */
export function pathSteps(spec: ModelSpec): {
  readonly trees: number;
  readonly total: number;
  readonly squared: number;
} {
  let trees = 0;
  let total = 0;
  let squared = 0;
  for (const member of spec.members) {
    if (member.kind !== 'trees') continue;
    const count = member.trees.treeRoot.length;
    const leaves = (member.trees.feature.length / Math.max(1, count) + 1) / 2;
    const depth = Math.log2(Math.max(2, leaves)) + 1;
    trees += count;
    total += count * depth;
    squared += count * leaves * depth * depth;
  }
  return { trees, total, squared };
}
