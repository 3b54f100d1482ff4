import { dataProblem } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import { shareFloat64 } from '../../compute/shared-columns.ts';
import type { MetricIntervalOutput } from '../../compute/tasks/metric-interval.ts';
import type { FairnessReport, SliceReport } from '../../contract/models.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobContext, JobHandler, JsonValue } from '../../jobs/types.ts';
import type { RawColumn } from '../../ml/frame.ts';
import { metricsFor } from '../../ml/metrics/registry.ts';
import { rowsWithoutRatio } from '../../ml/metrics/regression.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import { savedPolicy } from '../decisions/curve.ts';
import { openBlockScorer } from '../predictions/block-scorer.ts';
import { checkSchema, requireColumns, wantedColumns } from '../predictions/check-schema.ts';
import { blockRowsFor, estimateRows } from '../predictions/estimate.ts';
import { inOrder } from '../predictions/in-order.ts';
import { type OpenedSource, openRowSource } from '../predictions/open-source.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import type { Inputs } from '../service-types.ts';
import { createColumnCollector } from './column-collector.ts';
import { currentVersion } from './detail.ts';
import { fairnessReport, type JudgedRows, metricNotes, sliceReport } from './group-reports.ts';
import { createLabelReader, readTargets } from './labels.ts';
import type { LoadedModel } from './loader.ts';

type EvaluateJobInput = Inputs['models']['evaluate'] & { readonly [key: string]: JsonValue | undefined };
type Interval = { readonly value: number; readonly low: number; readonly high: number };

/** What the command line and the window read. */
export type EvaluateJobResult = {
  readonly rows: number;
  /** Rows that could not be read, or have no label. */
  readonly rejected: number;
  /** The first of them. */
  readonly rejects: readonly { readonly line: number; readonly reason: string }[];
  readonly metrics: { readonly [name: string]: Interval };
  /** Calibration error and predicted against observed in ten bins; null for regression. */
  readonly calibration: {
    readonly ece: Interval;
    readonly bins: readonly {
      readonly predicted: number;
      readonly observed: number;
      readonly low: number;
      readonly high: number;
      readonly rows: number;
    }[];
  } | null;
  /** What a metric leaves out. */
  readonly notes: readonly string[];
  /** Null unless a column was named. */
  readonly fairness: FairnessReport | null;
  /** Null unless asked for. */
  readonly slices: SliceReport | null;
  readonly seconds: number;
  readonly rowsPerSecond: number;
};

const keptRejects = 50;
const seed = 7;

/** Metrics of a model on labelled rows, with bootstrap intervals. */
export function createEvaluateHandler(deps: ScoreDeps): JobHandler {
  const { db, loader, pool } = deps;
  return defineHandler<EvaluateJobInput & JsonValue, EvaluateJobResult>({
    kind: 'evaluate',
    estimate: async (input) => {
      const scoring = await estimateRows(deps, { modelId: input.id, source: input.source, explain: 0 });
      return { ...scoring, seconds: scoring.seconds * 1.5 + 1, diskBytes: 0 };
    },
    run: async (input, context) => {
      const startedMs = db.clock.monotonic();
      const loaded = await loader.load(input.id);
      const { spec } = loaded.content;
      const source = await openRowSource(deps, input.source);
      try {
        const map = withoutTarget(input.map, loaded);
        requireColumns(await checkSchema(loaded, source, map, context.scratchDir), source, map);
        const target = targetColumn(source, loaded, input.map);
        const judged = await collect(deps, loaded, source, input, target, context);
        if (judged.rows === 0) {
          throw dataProblem('no-labelled-rows', `${source.name} has no row with a label that could be read.`, {
            hint: `Its labels are looked for in the column "${target}".`,
            details: { file: source.name, column: target },
          });
        }
        const predictions = shareFloat64(judged.predictions);
        const labels = shareFloat64(judged.labels);
        const classCount = spec.task === 'regression' ? 0 : spec.classes.length;
        const judge = (metric: string): Promise<MetricIntervalOutput> =>
          pool.run('metric-interval', { metric, predictions, labels, classCount, seed }, { abort: context.abort });
        const names = metricsFor(spec.task).map(({ name }) => name);
        const metrics: Record<string, Interval> = {};
        let done = 0;
        const found = await Promise.all(
          names.map(async (name) => {
            const interval = await judge(name);
            done++;
            context.report({ stage: 'metrics', fraction: 0.7 + (0.3 * done) / names.length });
            return { name, interval };
          }),
        );
        for (const { name, interval } of found) {
          const { value, low, high } = interval;
          if (Number.isFinite(value)) metrics[name] = { value, low, high };
        }
        const { ece } = metrics;
        const bins = spec.task === 'regression' ? [] : (await judge('reliability')).bins;
        const groups: JudgedRows = { task: spec.task, classCount, outputs: predictions, labels };
        const fairness =
          judged.by === null
            ? null
            : await fairnessReport(pool, groups, judged.by, savedPolicy(db, input.id)?.threshold ?? 0.5, {
                abort: context.abort,
              });
        if (input.slices) context.report({ stage: 'slices', fraction: 0.97 });
        const metric = input.slices ? currentVersion(db, loaded.model).metric : null;
        const slices =
          metric === null
            ? null
            : await sliceReport(pool, groups, judged.columns, null, metric as SliceReport['metric'], {
                abort: context.abort,
              });
        const seconds = (db.clock.monotonic() - startedMs) / 1000;
        return {
          rows: judged.rows,
          rejected: judged.rejected,
          rejects: judged.rejects,
          metrics,
          calibration:
            ece === undefined
              ? null
              : {
                  ece,
                  bins: bins.map(({ predicted, observed, low, high, weight }) => ({
                    predicted,
                    observed,
                    low,
                    high,
                    rows: weight,
                  })),
                },
          notes: metricNotes(spec.task, labels, rowsWithoutRatio(labels)),
          fairness,
          slices,
          seconds,
          rowsPerSecond: seconds > 0 ? judged.rows / seconds : 0,
        };
      } finally {
        await source.rows.close();
      }
    },
  });
}

/** The target may be mapped too; the model does not read it. */
export const withoutTarget = (map: Readonly<Record<string, string>>, loaded: LoadedModel): Record<string, string> =>
  Object.fromEntries(Object.entries(map).filter(([, to]) => to !== loaded.model.target));

/** The column of the source that holds the labels. Throws data-problem `no-target`. */
export function targetColumn(source: OpenedSource, loaded: LoadedModel, map: Readonly<Record<string, string>>): string {
  const { target } = loaded.model;
  const name = Object.entries(map).find(([, to]) => to === target)?.[0] ?? target;
  if (source.rows.columns.some((column) => column.name === name)) return name;
  const near = source.rows.columns.find((column) => column.name.toLowerCase() === target.toLowerCase())?.name;
  throw dataProblem('no-target', `${source.name} has no column "${name}" to take the labels from.`, {
    hint: `Give the labels' column with --map ${near ?? 'in-the-file'}=${target}`,
    details: { file: source.name, column: name },
  });
}

type Judged = {
  readonly rows: number;
  readonly rejected: number;
  readonly rejects: readonly { readonly line: number; readonly reason: string }[];
  readonly predictions: Float64Array;
  readonly labels: Float64Array;
  /** Values of the judged rows in the column to compare groups by. */
  readonly by: RawColumn | null;
  /** Values of the judged rows in the model's columns, when slices are wanted. */
  readonly columns: readonly RawColumn[];
};

async function collect(
  deps: ScoreDeps,
  loaded: LoadedModel,
  source: OpenedSource,
  input: Pick<EvaluateJobInput, 'map' | 'labelMap' | 'by' | 'slices'>,
  column: string,
  context: JobContext,
): Promise<Judged> {
  const { spec } = loaded.content;
  const width = spec.task === 'multiclass' ? spec.classes.length : 1;
  const scorer = await openBlockScorer(deps, loaded, {
    provider: 'auto',
    reasons: 0,
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
      predictions.push(
        Float64Array.from({ length: kept.length * width }, (_, i) => {
          return outputs[kept[Math.floor(i / width)] * width + (i % width)];
        }),
      );
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
    predictions: joined(predictions),
    labels: joined(labels),
    by: by.columns()[0] ?? null,
    columns: columns.columns(),
  };
}

function joined(parts: readonly Float64Array[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}
