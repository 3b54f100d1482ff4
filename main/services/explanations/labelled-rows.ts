import { dataProblem } from '../../base/errors.ts';
import { createRng } from '../../base/rng.ts';
import { throwIfStopped } from '../../base/stop.ts';
import type { JobContext } from '../../jobs/types.ts';
import { stackRows, takeRows } from '../../ml/explain/rows.ts';
import type { Frame } from '../../ml/frame.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import { targetColumn, withoutTarget } from '../models/evaluate-job.ts';
import { createLabelReader, readTargets } from '../models/labels.ts';
import type { LoadedModel } from '../models/loader.ts';
import { checkSchema, requireColumns, wantedColumns } from '../predictions/check-schema.ts';
import { blockRowsFor } from '../predictions/estimate.ts';
import type { OpenedSource } from '../predictions/open-source.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';

export type LabelledRows = { readonly frame: Frame; readonly labels: Float64Array };

/**
 * About `most` labelled rows of a source, every row with the same chance; all of them when there are fewer. The same for a
 * seed. Throws data-problem `no-target`, `no-labelled-rows`, `unknown-label`, `columns-differ`.
 */
export async function readLabelledRows(
  deps: ScoreDeps,
  loaded: LoadedModel,
  source: OpenedSource,
  options: {
    readonly map: Readonly<Record<string, string>>;
    readonly labelMap: Readonly<Record<string, string>>;
    readonly most: number;
    readonly seed: number;
  },
  context: JobContext,
): Promise<LabelledRows> {
  const { spec } = loaded.content;
  const { target } = loaded.model;
  const map = withoutTarget(options.map, loaded);
  requireColumns(await checkSchema(loaded, source, map, context.scratchDir), source, map);
  const column = targetColumn(source, loaded, options.map);
  const regression = spec.task === 'regression';
  const reader = regression
    ? { read: (block: FrameBlock) => readTargets(block, target) }
    : createLabelReader(spec, column, source.name, options.labelMap);
  const inputs = wantedColumns(loaded);
  const rng = createRng(options.seed);
  const chance = options.most / Math.max(1, source.rows.rowCount ?? source.expectedRows);
  const frames: Frame[] = [];
  const labels: number[] = [];
  const blocks = source.rows.blocks({
    wanted: regression ? [...inputs, { name: target, type: 'double', logicalType: 'number' }] : inputs,
    map: options.map,
    keep: regression ? [] : [column],
    chunkRows: deps.blockRows ?? blockRowsFor(spec, false),
    scratchDir: context.scratchDir,
    stop: context.stop,
  });
  for await (const block of blocks) {
    throwIfStopped(context.stop);
    const read = reader.read(block);
    const kept = read.kept.filter(() => rng.next() < chance);
    frames.push(stackRows(spec.recipe, [takeRows(block.frame, kept)]));
    for (const row of kept) labels.push(read.labels[row]);
    context.countWork(block.records);
    context.report({ stage: 'rows', fraction: 0.3 * block.fraction, rowsDone: labels.length, rowsTotal: null });
  }
  if (labels.length === 0) {
    throw dataProblem('no-labelled-rows', `${source.name} has no row with a label that could be read.`, {
      hint: `Its labels are looked for in the column "${column}".`,
      details: { file: source.name, column },
    });
  }
  return { frame: stackRows(spec.recipe, frames), labels: Float64Array.from(labels) };
}
