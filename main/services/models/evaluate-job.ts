import { dataProblem } from '../../base/errors.ts';
import { shareFloat64 } from '../../compute/shared-columns.ts';
import type { MetricIntervalOutput } from '../../compute/tasks/metric-interval.ts';
import type { CoverageReport, FairnessReport, SliceReport } from '../../contract/models.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler, JsonValue } from '../../jobs/types.ts';
import { metricsFor } from '../../ml/metrics/registry.ts';
import { rowsWithoutRatio } from '../../ml/metrics/regression.ts';
import { savedPolicy } from '../decisions/curve.ts';
import { checkSchema, requireColumns } from '../predictions/check-schema.ts';
import { estimateRows } from '../predictions/estimate.ts';
import { type OpenedSource, openRowSource } from '../predictions/open-source.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import type { Inputs } from '../service-types.ts';
import { currentVersion } from './detail.ts';
import { fairnessReport, type JudgedRows, metricNotes, sliceReport } from './group-reports.ts';
import type { LoadedModel } from './loader.ts';
import { scoreLabelled } from './score-labelled.ts';

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
  /** How often the intervals held; null for models without intervals at the level. */
  readonly coverage: CoverageReport | null;
  readonly seconds: number;
  readonly rowsPerSecond: number;
};

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
        const judged = await scoreLabelled(deps, loaded, source, input, target, context);
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
          coverage: judged.coverage,
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
