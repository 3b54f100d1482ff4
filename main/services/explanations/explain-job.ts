import { canonicalJson } from '../../base/json.ts';
import type { ExplainBlockOutput } from '../../compute/tasks/explain-block.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler, JsonValue } from '../../jobs/types.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import { findJob } from '../../store/repositories/jobs.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import type { OutputBlock, OutputColumn } from '../../warehouse/writer.ts';
import { checkSchema, requireColumns, wantedColumns } from '../predictions/check-schema.ts';
import { checkOutput, outputFormat, outputName, outputPath, rejectsBeside } from '../predictions/destinations.ts';
import { blockRowsFor, estimateRows } from '../predictions/estimate.ts';
import { openRowSource } from '../predictions/open-source.ts';
import { keepRejects, ownRejectsFile } from '../predictions/own-rejects.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import { runTableJob } from '../predictions/table-job.ts';
import { addUnseen, rareLevels, type UnseenTally } from '../predictions/unseen.ts';
import type { Inputs } from '../service-types.ts';

type ExplainJobInput = Inputs['explanations']['explainFile'] & { readonly [key: string]: JsonValue | undefined };

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
};

type Tally = {
  readonly worst: number;
  readonly sumAbs: readonly number[];
  readonly unseen: UnseenTally;
};

/** Names the file gives to its own columns; an input column of that name keeps it, ours gets an underscore. */
export function contributionColumns(
  spec: Pick<ModelSpec, 'task' | 'recipe'>,
  units: 'margin' | 'probability',
): readonly OutputColumn[] {
  const inputs = spec.recipe.inputs.map(({ name }) => name);
  const free = (name: string): string => (inputs.includes(name) ? free(`${name}_`) : name);
  const columns: OutputColumn[] = inputs.map((name) => ({ name, type: 'number' }));
  columns.push({ name: free('base_value'), type: 'number' }, { name: free('output'), type: 'number' });
  if (spec.task === 'multiclass') columns.push({ name: free('explained_class'), type: 'text' });
  if (units === 'probability' && spec.task !== 'regression') {
    columns.push({ name: free('approximate'), type: 'text' });
  }
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
  return { rowCount, values };
}

/**
 * Contributions of every row to a file: one column an input column, then where they start and what they add up to. In the
 * margin they are exact; in probability units every row says that they are approximate. Several classes are explained by
 * the predicted one, named in `explained_class`.
 */
export function createExplainHandler(deps: ScoreDeps): JobHandler {
  const { db, loader, pool, warehouse } = deps;
  return defineHandler<ExplainJobInput & JsonValue, ExplainJobResult>({
    kind: 'explain',
    estimate: (input) => estimateRows(deps, { modelId: input.modelId, source: input.source, explain: 'all' }),
    run: async (input, context) => {
      const loaded = await loader.load(input.modelId);
      const { spec } = loaded.content;
      const { units } = input;
      const format = outputFormat(input.format, input.destination);
      const chunkRows = deps.blockRows ?? blockRowsFor(spec, true);
      const columns = contributionColumns(spec, units);
      const path = outputPath(deps.downloads, context.jobId, input.destination);
      const own = 'download' in input.destination;
      const rejectsPath = own ? ownRejectsFile(deps.workspaceDir, context.jobId) : rejectsBeside(path);
      const source = await openRowSource(deps, input.source);
      try {
        if (!own) checkOutput(path, source.path);
        requireColumns(await checkSchema(loaded, source, input.map, context.scratchDir), source, input.map);
        const width = spec.recipe.inputs.length;
        const rare = rareLevels(loaded);
        const { rows, rejected, seconds, tally } = await runTableJob<ExplainBlockOutput, Tally>(
          {
            warehouse,
            source,
            request: { wanted: wantedColumns(loaded), map: input.map, keep: [], chunkRows },
            identity: `${loaded.version.packageSha256}|${canonicalJson([units, format])}`,
            output: { path, format, columns },
            rejectsPath,
            width: 1 + pool.size,
            work: (block) =>
              pool.run(
                'explain-block',
                { model: loaded.portable, frame: block.frame, units, rare },
                { abort: context.abort },
              ),
            rowsOut: (block, explained) => contributionRows(spec, units, block, explained),
            tally: {
              start: { worst: 0, sumAbs: new Array<number>(width).fill(0), unseen: [] },
              add: (sum, _block, explained) => ({
                worst: Math.max(sum.worst, explained.additivityMaxError),
                sumAbs: sum.sumAbs.map((value, c) => value + explained.sumAbs[c]),
                unseen: addUnseen(sum.unseen, explained.unseen),
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
        };
      } finally {
        await source.rows.close();
      }
    },
  });
}
