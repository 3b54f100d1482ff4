import { invalidInput } from '../../base/errors.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { QualityOutput } from '../../compute/tasks/quality.ts';
import type { ModelDetail, Quality } from '../../contract/models.ts';
import { type RawColumn, takeCells } from '../../ml/frame.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import { rowsWithoutRatio } from '../../ml/metrics/regression.ts';
import type { OutOfFold } from '../training/oof-file.ts';
import type { ReadDataset } from '../training/types.ts';
import { metricNotes } from './group-reports.ts';

export type QualityDeps = { readonly pool: ComputePool; readonly readDataset: ReadDataset };

/** Everything the Quality page draws, from the out-of-fold predictions; segments by one column of the data set. */
export async function buildQuality(
  deps: QualityDeps,
  detail: ModelDetail,
  oof: OutOfFold,
  segmentBy: string | undefined,
): Promise<Quality> {
  const found = await deps.pool.run(
    'quality',
    {
      task: detail.task,
      classes: detail.classes,
      labels: oof.labels,
      margins: oof.margins,
      outputs: oof.outputs,
      metric: detail.metric,
      segmentBy: segmentBy === undefined ? null : await segmentColumn(deps, detail, oof, segmentBy),
    },
    { lane: 'interactive' },
  );
  const { topTenth, ...curves } = found;
  return {
    task: detail.task,
    rows: oof.labels.length,
    metrics: detail.metrics,
    ...curves,
    notes: [...metricNotes(detail.task, oof.labels, rowsWithoutRatio(oof.labels)), ...splitWords(found.brier)],
    readings: readingsOf(detail, curves, topTenth),
  };
}

async function segmentColumn(deps: QualityDeps, detail: ModelDetail, oof: OutOfFold, name: string): Promise<RawColumn> {
  if (detail.datasetId === null) {
    throw invalidInput('no-dataset', 'This model has no data set to take segments from.');
  }
  const { frame } = await deps.readDataset(detail.datasetId, detail.datasetVersion ?? undefined, [name]);
  return takeCells(frame.columns[0], oof.rows);
}

function readingsOf(
  detail: ModelDetail,
  curves: Omit<QualityOutput, 'topTenth'>,
  topTenth: number | null,
): Quality['readings'] {
  const { label } = metricByName(detail.metric);
  const percent = (share: number): string => `${Math.round(share * 100)} %`;
  const score = `${label} is ${short(detail.score.value)}, against ${short(detail.baseline)} for a constant guess`;
  if (detail.task === 'regression') {
    const mae = detail.metrics.mae;
    return {
      headline: mae === undefined ? `${score}.` : `The prediction is off by ${short(mae.value)} on average; ${score}.`,
      calibration: '',
      lift: '',
    };
  }
  const ece = detail.calibration?.ece.value ?? null;
  const calibration =
    ece === null
      ? ''
      : `Shown probabilities differ from what happened by ${(ece * 100).toFixed(1)} percentage points on average${ece <= 0.02 ? ': they can be taken at face value' : ece <= 0.05 ? '' : ': read them with care'}.`;
  if (detail.task === 'multiclass') {
    const accuracy = detail.metrics.accuracy?.value;
    return {
      headline:
        accuracy === undefined
          ? `${score}.`
          : `The likeliest class is right in ${percent(accuracy)} of the rows; ${score}.`,
      calibration,
      lift: '',
    };
  }
  const gain = curves.lift.find((point) => point.x >= 0.1)?.y;
  return {
    headline:
      topTenth === null
        ? `${score}.`
        : `Of its riskiest tenth, ${percent(topTenth)} are ${detail.positive ?? 'positive'}; ${score}.`,
    calibration,
    lift:
      gain === undefined
        ? ''
        : `The tenth with the highest probability holds ${percent(gain)} of all ${detail.positive ?? 'positive'} rows.`,
  };
}

/** Murphy's split of the Brier score in a sentence; none for regression. */
function splitWords(split: QualityOutput['brier']): string[] {
  if (split === null) return [];
  const { brier, reliability, resolution, uncertainty } = split;
  return [
    `Of the Brier score of ${brier.toFixed(3)}, ${reliability.toFixed(4)} is miscalibration; telling rows apart takes ${resolution.toFixed(3)} off the ${uncertainty.toFixed(3)} that the overall share alone would score.`,
  ];
}

const short = (value: number): string =>
  Math.abs(value) >= 100 ? Math.round(value).toLocaleString('en') : value.toFixed(3);
