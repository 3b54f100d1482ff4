import { invalidInput } from '../../base/errors.ts';
import { canonicalJson } from '../../base/json.ts';
import type { OutputBlock, OutputColumn } from '../../base/row-text.ts';
import type { ExplainBlockOutput } from '../../compute/tasks/explain-block.ts';
import type { ExplainSampledOutput } from '../../compute/tasks/explain-sampled.ts';
import type { JobContext, JsonValue } from '../../jobs/types.ts';
import { takeRows } from '../../ml/explain/rows.ts';
import { isGraphModel, isNeighbourModel, type ModelSpec } from '../../ml/model-spec.ts';
import { findJob } from '../../store/repositories/jobs.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import { explainGraphBlock } from '../models/graph-model.ts';
import { checkSchema, requireColumns, wantedColumns } from '../predictions/check-schema.ts';
import { checkOutput, outputFormat, outputName, outputPath, rejectsBeside } from '../predictions/destinations.ts';
import { blockRowsFor } from '../predictions/estimate.ts';
import { openRowSource } from '../predictions/open-source.ts';
import { keepRejects, ownRejectsFile } from '../predictions/own-rejects.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import { runTableJob } from '../predictions/table-job.ts';
import { addUnseen, rareLevels, type UnseenTally } from '../predictions/unseen.ts';
import type { Inputs } from '../service-types.ts';
import { type Pair, rankedPairs, referenceOf } from './explain-reference.ts';
import { sampledGraphBlock } from './graph-explanations.ts';
import { addQuality, noQuality, type QualityTally, type SampledQuality, sampledQuality } from './sampled-quality.ts';

export type ContributionsInput = Inputs['explanations']['explainFile'] & {
  readonly [key: string]: JsonValue | undefined;
};

/** What the command line and the window read. */
export type ExplainJobResult = {
  readonly rows: number;
  readonly rejected: number;
  readonly rejectsFile: string | null;
  /** Largest relative gap between base value + contributions and the margin, over all rows. */
  readonly additivityMaxError: number;
  readonly rowsPerSecond: number;
  readonly seconds: number;
  readonly units: 'margin' | 'probability';
  /** Mean |contribution| of each column in those units, largest first. */
  readonly summary: readonly { readonly column: string; readonly meanAbs: number }[];
  readonly unseen: readonly { readonly column: string; readonly rows: number; readonly examples: readonly string[] }[];
  readonly output: string;
  readonly method: ContributionsInput['method'];
  /** Where interactions were asked for: the strongest pairs, mean |interaction| in the margin over the rows. */
  readonly pairs: readonly { readonly a: string; readonly b: string; readonly meanAbs: number }[] | null;
  readonly quality: SampledQuality;
};

type Tally = {
  readonly quality: QualityTally;
  readonly worst: number;
  readonly sumAbs: readonly number[];
  readonly pairSumAbs: readonly number[];
  readonly unseen: UnseenTally;
};

/** Names the file gives to its own columns; an input column of that name keeps it, ours gets an underscore. */
export function contributionColumns(
  spec: Pick<ModelSpec, 'task' | 'recipe'>,
  units: 'margin' | 'probability',
  pairs: readonly Pair[] = [],
): readonly OutputColumn[] {
  const inputs = spec.recipe.inputs.map(({ name }) => name);
  const free = (name: string): string => (inputs.includes(name) ? free(`${name}_`) : name);
  const columns: OutputColumn[] = inputs.map((name) => ({ name, type: 'number' }));
  columns.push({ name: free('base_value'), type: 'number' }, { name: free('output'), type: 'number' });
  if (spec.task === 'multiclass') columns.push({ name: free('explained_class'), type: 'text' });
  if (units === 'probability' && spec.task !== 'regression') {
    columns.push({ name: free('approximate'), type: 'text' });
  }
  for (const [a, b] of pairs) columns.push({ name: free(`${inputs[a]} × ${inputs[b]}`), type: 'number' });
  return columns;
}

function contributionRows(
  spec: ModelSpec,
  units: 'margin' | 'probability',
  block: FrameBlock,
  explained: ExplainBlockOutput,
): OutputBlock {
  const { rowCount } = block.frame;
  const width = spec.recipe.inputs.length;
  const values: (Float64Array | readonly string[])[] = [];
  for (let c = 0; c < width; c++) {
    values.push(Float64Array.from({ length: rowCount }, (_, row) => explained.values[row * width + c]));
  }
  values.push(explained.base, explained.output);
  if (spec.task === 'multiclass') values.push(Array.from(explained.outputOfRow, (k) => spec.classes[k] ?? ''));
  if (units === 'probability' && spec.task !== 'regression') values.push(new Array<string>(rowCount).fill('true'));
  const { pairs } = explained;
  const pairCount = pairs === undefined ? 0 : pairs.length / Math.max(1, rowCount);
  for (let p = 0; p < pairCount; p++) {
    values.push(Float64Array.from({ length: rowCount }, (_, row) => pairs?.[row * pairCount + p] ?? 0));
  }
  return { rowCount, values };
}

/**
 * Contributions of every row to a file: one column an input column, then where they start and what they add up to. In the
 * margin they are exact; in probability units every row says that they are approximate. Several classes are explained by
 * the predicted one, named in `explained_class`.
 */
export async function runContributionsJob(
  deps: ScoreDeps,
  input: ContributionsInput,
  context: JobContext,
): Promise<ExplainJobResult> {
  const { db, loader, pool, warehouse } = deps;
  const loaded = await loader.load(input.modelId);
  const { spec, background } = loaded.content;
  const { units } = input;
  const method = input.method ?? 'treeshap';
  const warranties = input.warranties ?? 0;
  requireMargin(method, units);
  const asked = await referenceOf(deps, loaded, input);
  const format = outputFormat(input.format, input.destination);
  const { keepFormulas = false } = input;
  const chunkRows = method === 'treeshap' ? (deps.blockRows ?? blockRowsFor(spec, true)) : sampledChunkRows;
  const columns = contributionColumns(spec, units, asked.reference?.pairs);
  const path = outputPath(deps.downloads, context.jobId, input.destination);
  const own = 'download' in input.destination;
  const rejectsPath = own ? ownRejectsFile(deps.workspaceDir, context.jobId) : rejectsBeside(path);
  const source = await openRowSource(deps, input.source);
  try {
    if (!own) checkOutput(path, source.path);
    requireColumns(await checkSchema(loaded, source, input.map, context.scratchDir), source, input.map);
    const width = spec.recipe.inputs.length;
    const rare = rareLevels(loaded);
    const { rows, rejected, seconds, tally } = await runTableJob<
      ExplainBlockOutput & Partial<ExplainSampledOutput>,
      Tally
    >(
      {
        warehouse,
        source,
        request: { wanted: wantedColumns(loaded), map: input.map, keep: [], chunkRows },
        identity: `${loaded.version.packageSha256}|${canonicalJson([units, format, method, warranties, asked.identity])}`,
        output: { path, format, columns, keepFormulas },
        rejectsPath,
        width: 1 + pool.size,
        work: async (block): Promise<ExplainBlockOutput & Partial<ExplainSampledOutput>> => {
          const options = { abort: context.abort };
          const { frame } = block;

          const model = loaded.portable;
          // Warranties go to the first rows of the source, wherever its blocks end
          const graded = Math.max(0, Math.min(frame.rowCount, warranties - block.firstRecord));
          if (isGraphModel(spec)) {
            if (method === 'treeshap' && graded === 0) {
              return explainGraphBlock(deps, loaded, frame, units, rare, context.abort);
            }
            if (isNeighbourModel(spec) && method !== 'lime') {
              const asked = { model, background, rare, method, frame, warranties: graded };
              return pool.run('explain-sampled', asked, options);
            }
            const wanted = { method, warranties: graded, rare, signal: context.abort };
            return sampledGraphBlock(deps.inference, loaded, frame, wanted);
          }
          const sampled = { model, background, rare, method };
          if (method !== 'treeshap') {
            return pool.run('explain-sampled', { ...sampled, frame, warranties: graded }, options);
          }
          const exact = await pool.run('explain-block', { model, frame, units, rare, ...asked.block }, options);
          if (graded === 0) return exact;
          const head = takeRows(
            frame,
            Int32Array.from({ length: graded }, (_, row) => row),
          );
          const checked = await pool.run('explain-sampled', { ...sampled, frame: head, warranties: graded }, options);
          return { ...exact, grades: checked.grades };
        },
        rowsOut: (block, explained) => contributionRows(spec, units, block, explained),
        tally: {
          start: {
            worst: 0,
            sumAbs: new Array<number>(width).fill(0),
            pairSumAbs: new Array<number>(asked.reference?.pairs.length ?? 0).fill(0),
            unseen: [],
            quality: noQuality,
          },
          add: (sum, _block, explained) => ({
            worst: Math.max(sum.worst, explained.additivityMaxError),
            sumAbs: sum.sumAbs.map((value, c) => value + explained.sumAbs[c]),
            pairSumAbs: sum.pairSumAbs.map((value, p) => value + (explained.pairSumAbs?.[p] ?? 0)),
            unseen: addUnseen(sum.unseen, explained.unseen),
            quality: addQuality(sum.quality, explained),
          }),
        },
        monotonic: db.clock.monotonic,
        isCancelled: () => findJob(db, context.jobId)?.request === 'cancel',
        afterDelivery: async ({ rejected: count }) => {
          if (own && count > 0) await keepRejects(deps, context.jobId);
        },
      },
      context,
    );
    const summary = spec.recipe.inputs.map(({ name }, c) => ({
      column: name,
      meanAbs: rows === 0 ? 0 : tally.sumAbs[c] / rows,
    }));
    return {
      rows,
      rejected,
      rejectsFile: rejected === 0 ? null : rejectsPath,
      additivityMaxError: tally.worst,
      rowsPerSecond: seconds > 0 ? rows / seconds : 0,
      seconds,
      units,
      summary: summary.sort((a, b) => b.meanAbs - a.meanAbs || (a.column < b.column ? -1 : 1)),
      unseen: tally.unseen.map(({ column, rows: count, examples }) => ({
        column,
        rows: count,
        examples: [...examples],
      })),
      output: outputName(input.destination),
      method,
      pairs:
        input.interactions === true ? rankedPairs(spec, asked.reference?.pairs ?? [], tally.pairSumAbs, rows) : null,
      quality: sampledQuality(tally.quality),
    };
  } finally {
    await source.rows.close();
  }
}

/** Rows of a block of a sampled method: each costs thousands of scored rows. */
const sampledChunkRows = 16;

function requireMargin(method: ContributionsInput['method'], units: ContributionsInput['units']): void {
  if (method === 'treeshap' || units === 'margin') return;
  throw invalidInput('units-of-method', 'Sampled explanations are given in the margin only.', {
    hint: 'Leave out the units, or use the exact method.',
  });
}
