import type { ModelSpec } from '../../main/ml/model-spec.ts';
import { buildParityRows } from '../../main/ml/onnx/parity-rows.ts';
import { buildReference } from '../../main/ml/stats/reference.ts';
import type { PackageAbout } from '../../main/services/models/package-content.ts';
import type { ExportRequest } from '../../main/services/models/package-export.ts';

export const about: PackageAbout = {
  name: 'Churn',
  description: '',
  target: 'churn',
  learner: 'blend',
  metric: 'auc',
  metrics: { auc: { value: 0.85, low: 0.83, high: 0.87 } },
  baselineMetrics: { auc: 0.5 },
  policy: null,
  lineage: {
    dataset: { name: 'telco', sha256: 'ab' },
    sources: [{ name: 'telco.csv', sha256: 'cd', bytes: 12 }],
    rowCount: 200,
    seed: 7,
    trialCount: 3,
    validation: '5-fold cross-validation',
    stopReason: 'trials done',
  },
};

/** An export of a random model with made-up training rows. */
export function exportRequest(spec: ModelSpec): ExportRequest {
  const sample = buildParityRows(spec, null, { rowCount: 200, seed: 99 });
  return {
    about,
    spec,
    sample,
    reference: buildReference(spec.recipe.inputs, sample),
    report: { note: 'leaderboard' },
  };
}
