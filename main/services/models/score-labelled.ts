/** Labelled rows of a file or data set, scored block by block and gathered for the metrics. */
import { throwIfStopped } from '../../base/stop.ts';
import { joinArrays, pickRows } from '../../base/typed-arrays.ts';
import type { CoverageReport } from '../../contract/models.ts';
import type { JobContext } from '../../jobs/types.ts';
import type { RawColumn } from '../../ml/frame.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import { openBlockScorer } from '../predictions/block-scorer.ts';
import { wantedColumns } from '../predictions/check-schema.ts';
import { blockRowsFor } from '../predictions/estimate.ts';
import { inOrder } from '../predictions/in-order.ts';
import type { OpenedSource } from '../predictions/open-source.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import type { Inputs } from '../service-types.ts';
import { createColumnCollector } from './column-collector.ts';
import { createLabelReader, readTargets } from './labels.ts';
import type { LoadedModel } from './loader.ts';
import { trackCoverage } from './tracked-coverage.ts';

const keptRejects = 50;
const defaultLevel = 0.9;

/** Rows with a label, scored. */
export type LabelledRows = {
  readonly rows: number;
  readonly rejected: number;
  readonly rejects: readonly { readonly line: number; readonly reason: string }[];
  readonly predictions: Float64Array;
  readonly labels: Float64Array;
  /** Values of the judged rows in the column to compare groups by. */
  readonly by: RawColumn | null;
  /** Values of the judged rows in the model's columns, when slices are wanted. */
  readonly columns: readonly RawColumn[];
  readonly coverage: CoverageReport | null;
};

/** Scores every row that has a label; what cannot be read or has none is counted and, the first of them, named. */
export async function scoreLabelled(
  deps: ScoreDeps,
  loaded: LoadedModel,
  source: OpenedSource,
  input: Pick<Inputs['models']['evaluate'], 'map' | 'labelMap' | 'by' | 'slices' | 'interval'>,
  column: string,
  context: JobContext,
): Promise<LabelledRows> {
  const { spec } = loaded.content;
  const width = spec.task === 'multiclass' ? spec.classes.length : 1;
  // Jobs that were stored before there was a level have none
  const level = input.interval ?? defaultLevel;
  const coverage = trackCoverage(spec.intervals, spec.classes, level);
  const scorer = await openBlockScorer(deps, loaded, {
    provider: 'auto',
    reasons: 0,
    interval: coverage === null ? undefined : level,
    threads: undefined,
    abort: context.abort,
  });
  const predictions: Float64Array[] = [];
  const labels: Float64Array[] = [];
  const rejects: { line: number; reason: string }[] = [];
  const by = createColumnCollector();
  const columns = createColumnCollector();
  let rows = 0;
  let rejected = 0;
  const reject = (line: number, reason: string): void => {
    rejected++;
    if (rejects.length < keptRejects) rejects.push({ line, reason });
  };
  const { target } = loaded.model;
  const regression = spec.task === 'regression';
  const reader = regression
    ? { read: (block: FrameBlock) => readTargets(block, target) }
    : createLabelReader(spec, column, source.name, input.labelMap);
  const inputs = wantedColumns(loaded);
  const blocks = source.rows.blocks({
    wanted: regression ? [...inputs, { name: target, type: 'double', logicalType: 'number' }] : inputs,
    map: input.map,
    keep: [...(regression ? [] : [column]), ...(input.by === undefined ? [] : [input.by])],
    chunkRows: deps.blockRows ?? blockRowsFor(spec, false),
    scratchDir: context.scratchDir,
    stop: context.stop,
  });
  const work = inOrder(blocks, 1 + deps.pool.size, async (block) => {
    const read = reader.read(block);
    return { read, scored: block.frame.rowCount === 0 ? null : await scorer.score(block.frame) };
  });
  for await (const { item: block, result } of work) {
    throwIfStopped(context.stop);
    for (const { line, reason } of block.rejected) reject(line, reason);
    for (const { line } of result.read.unlabelled) reject(line, 'no label');
    const { kept } = result.read;
    if (result.scored !== null && kept.length > 0) {
      const { outputs } = result.scored;
      labels.push(Float64Array.from(kept, (row) => result.read.labels[row]));
      predictions.push(pickRows(outputs, kept, width));
      if (result.scored.intervals !== null) {
        coverage?.add(result.scored.intervals, block.frame, kept, result.read.labels);
      }
      rows += kept.length;
      if (input.by !== undefined) by.addTexts(input.by, block.kept[block.kept.length - 1], kept);
      if (input.slices) for (const wanted of block.frame.columns) if (wanted.name !== target) columns.add(wanted, kept);
    }
    context.countWork(block.records);
    context.report({ stage: 'rows', fraction: 0.7 * block.fraction, rowsDone: rows + rejected, rowsTotal: null });
  }
  return {
    rows,
    rejected,
    rejects,
    predictions: joinArrays(Float64Array, predictions),
    labels: joinArrays(Float64Array, labels),
    by: by.columns()[0] ?? null,
    columns: columns.columns(),
    coverage: coverage?.report(source.name) ?? null,
  };
}
