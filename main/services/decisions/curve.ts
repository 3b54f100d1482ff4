import { unsupported } from '../../base/errors.ts';
import type { ComputePool } from '../../compute/pool.ts';
import { type DecisionCurve, type Policy, policy as policySchema } from '../../contract/decisions.ts';
import { takeCells } from '../../ml/frame.ts';
import type { Db } from '../../store/db.ts';
import { findPolicy, getModel } from '../../store/repositories/models.ts';
import { currentVersion, modelDetail } from '../models/detail.ts';
import { getOutOfFold } from '../models/oof.ts';
import type { ReadDataset } from '../training/types.ts';

export type CurveDeps = {
  readonly db: Db;
  readonly workspaceDir: string;
  readonly pool: ComputePool;
  readonly readDataset: ReadDataset;
};

/** Money to start from until the user gives theirs: a saved case pays ten contacts. */
export const defaultPolicy: Policy = policySchema.parse({
  matrix: { truePositive: 90, falsePositive: -10, trueNegative: 0, falseNegative: 0 },
});

/** The policy saved with a model, or null. */
export function savedPolicy(db: Db, modelId: string): Policy | null {
  const kept = findPolicy(db, modelId);
  return kept === null ? null : policySchema.parse(kept);
}

/** Profit over all thresholds, per 1 000 rows, from the out-of-fold predictions; without `bands` its intervals mean nothing. Binary models only. */
export async function decisionCurve(
  deps: CurveDeps,
  modelId: string,
  asked: Policy | undefined,
  options: { readonly bands: boolean } = { bands: true },
): Promise<DecisionCurve> {
  const model = getModel(deps.db, modelId);
  const version = currentVersion(deps.db, model);
  const detail = modelDetail(deps.db, model, version, '');
  if (detail.task !== 'binary') {
    throw unsupported(
      'not-binary',
      `${model.name} predicts ${detail.task === 'regression' ? 'a number' : 'several classes'}; a profit curve needs a yes-or-no outcome.`,
      {
        hint: 'Look at the Quality page instead.',
      },
    );
  }
  const oof = getOutOfFold(deps.db, deps.workspaceDir, version);
  const saved = savedPolicy(deps.db, modelId);
  const policy = asked ?? saved ?? defaultPolicy;
  const rows = oof.labels.length;
  const thousand = 1000 / rows;
  const capacity = policy.capacityPerThousand === null ? null : Math.floor((policy.capacityPerThousand * rows) / 1000);
  const values =
    policy.valueColumn === null || detail.datasetId === null
      ? null
      : await valuesOf(deps, detail.datasetId, detail.datasetVersion, policy.valueColumn, oof.rows);
  const { curve, chosen } = await deps.pool.run(
    'profit',
    {
      probabilities: oof.outputs,
      labels: oof.labels,
      matrix: policy.matrix,
      values,
      capacity,
      threshold: policy.threshold,
      bands: options.bands,
    },
    { lane: 'interactive' },
  );
  const money = (point: { profit: number; low: number; high: number }) => ({
    value: point.profit * thousand,
    low: point.low * thousand,
    high: point.high * thousand,
  });
  const best = { threshold: clamp(curve.best.threshold), share: curve.best.share, profit: money(curve.best) };
  return {
    policy,
    policySaved: saved !== null,
    rows,
    positives: curve.positives,
    points: curve.points.map((point) => ({
      threshold: clamp(point.threshold),
      share: point.share,
      profit: point.profit * thousand,
      low: point.low * thousand,
      high: point.high * thousand,
    })),
    best,
    chosen: { threshold: clamp(chosen.threshold), share: chosen.share, profit: money(chosen), ...chosen.counts },
    actOnAll: curve.actOnAll * thousand,
    actOnNone: curve.actOnNone * thousand,
    valueColumns: detail.inputs
      .filter((input) => input.type === 'number' || input.type === 'integer')
      .map((input) => input.name),
    reading: readingOf(policy, best, curve.actOnAll * thousand, curve.actOnNone * thousand),
  };
}

/** The act-on-no-one end of the curve has threshold +∞; shown just above 1. */
const clamp = (threshold: number): number => (Number.isFinite(threshold) ? Math.max(0, Math.min(1, threshold)) : 1);

async function valuesOf(
  deps: CurveDeps,
  datasetId: string,
  version: number | null,
  name: string,
  rows: Int32Array,
): Promise<Float64Array | null> {
  const { frame } = await deps.readDataset(datasetId, version ?? undefined, [name]);
  const column = takeCells(frame.columns[0], rows);
  return column.type === 'string' ? null : column.values;
}

function readingOf(policy: Policy, best: DecisionCurve['best'], all: number, none: number): string {
  const amount = (value: number): string => `${Math.round(value).toLocaleString('en')} ${policy.currency}`;
  const share = `${(best.share * 100).toFixed(0)} %`;
  if (best.profit.value <= Math.max(all, none)) {
    return all > none
      ? `At these costs ${policy.action.toLowerCase()} everyone: no threshold earns more than ${amount(all)} per 1,000 rows.`
      : `At these costs the best decision is to act on no one: no threshold earns more than ${amount(none)} per 1,000 rows.`;
  }
  return `${policy.action} the ${share} with the highest probability: ${amount(best.profit.value)} per 1,000 rows, against ${amount(all)} for everyone and ${amount(none)} for no one.`;
}
