/**
 * Checks a target before anything is trained on it: what `examine` finds (leaks, imbalance, missing), rows on both sides of
 * the user's split, and labels that look wrong to a quick model fitted on the other folds.
 */
import { suspectLabels } from '../../ml/findings/quality/label-noise.ts';
import { splitOverlaps } from '../../ml/findings/quality/split-overlap.ts';
import { type Frame, findColumn } from '../../ml/frame.ts';
import type { InputSpec, Task } from '../../ml/model-spec.ts';
import { resolveTreeParams } from '../../ml/trees/params.ts';
import type { TaskEnvironment } from '../environment.ts';
import { type Examination, examine } from './examine.ts';
import { fitSplit } from './fit-split.ts';

export type InspectTargetInput = {
  readonly frame: Frame;
  readonly specs: readonly InputSpec[];
  readonly target: string;
  /** Column that says which rows train. */
  readonly split: string | null;
  readonly session: string;
};

type TargetFinding = {
  readonly kind: string;
  readonly column: string | null;
  readonly severity: 'info' | 'warn' | 'block';
  readonly count: number | null;
  readonly message: string;
  readonly rows: readonly number[];
  readonly examples: readonly string[];
};

export type InspectTargetOutput = {
  readonly task: Task;
  readonly findings: readonly TargetFinding[];
  /** Rows a quick model was checked on for doubtful labels; 0 where there are no classes or too few rows. */
  readonly labelRows: number;
};

const exampleRows = 20;
const leastRows = 200;
const mostRows = 20_000;
const seed = 11;

/** Runs all checks. Errors: as `examine`. */
export function inspectTarget(input: InspectTargetInput, environment: TaskEnvironment): InspectTargetOutput {
  const { frame, target } = input;
  const found = examine(
    {
      frame,
      specs: input.specs,
      options: {
        target,
        task: 'auto',
        positive: null,
        drop: input.split === null ? [] : [input.split],
        keep: [],
        time: null,
        group: null,
        validation: 'cv',
        folds: 4,
        seed,
        sealed: 0,
      },
      prepare: true,
    },
    environment,
  );
  const findings: TargetFinding[] = found.findings
    .filter(({ kind }) => !profiled.has(kind) && (input.split === null || kind !== 'group-overlap'))
    .map(({ excluded: _excluded, ...finding }) => ({ ...finding, rows: [], examples: [] }));
  const split = input.split === null ? null : findColumn(frame, input.split);
  for (const overlap of split === null ? [] : splitOverlaps(frame, split)) {
    const rows = overlap.rows.length;
    findings.push({
      kind: overlap.kind,
      column: overlap.column ?? input.split,
      severity: overlap.kind === 'split-overlap' ? 'block' : 'warn',
      count: rows,
      message:
        overlap.kind === 'split-overlap'
          ? `${rows} of ${overlap.of} rows held back are also among the rows to learn from: the score would be of rows known already.`
          : `${rows} of ${overlap.of} rows held back have a "${overlap.column}" that is also among the rows to learn from.`,
      rows: overlap.rows.slice(0, exampleRows),
      examples: [],
    });
  }
  const labels = found.prepared === null ? null : doubtfulLabels(input.session, found, found.prepared, environment);
  if (labels !== null && labels.rows.length > 0) {
    findings.push({
      kind: 'label-noise',
      column: target,
      severity: labels.rows.length > 0.1 * labels.of ? 'warn' : 'info',
      count: labels.rows.length,
      message: `${labels.rows.length} of ${labels.of} labels look wrong to a quick model that did not see them; look at the first ones.`,
      rows: labels.rows.slice(0, exampleRows),
      examples: labels.examples,
    });
  }
  return { task: found.task, findings, labelRows: labels?.of ?? 0 };
}

/** Kinds the profile reports already. */
const profiled: ReadonlySet<string> = new Set([
  'constant',
  'all-missing',
  'infinite',
  'duplicate-rows',
  'high-cardinality',
  'date',
]);

function doubtfulLabels(
  session: string,
  found: Examination,
  prepared: NonNullable<Examination['prepared']>,
  environment: TaskEnvironment,
): { readonly rows: readonly number[]; readonly examples: readonly string[]; readonly of: number } | null {
  const rowCount = prepared.rows.length;
  const classCount = found.classes.length;
  if (found.task === 'regression' || rowCount < leastRows || classCount > 50) return null;
  const step = Math.max(1, Math.ceil(rowCount / mostRows));
  const outputs = found.task === 'binary' ? 1 : classCount;
  const data = {
    session,
    frame: prepared.frame,
    inputs: found.inputs,
    task: found.task,
    outputCount: outputs,
    label: prepared.label,
    weight: null,
  };
  const params = resolveTreeParams({ rounds: 40, learningRate: 0.1, leaves: 8, minDataInLeaf: 20, seed });
  const probabilities = new Float64Array(rowCount * classCount).fill(Number.NaN);
  for (const [k, fold] of prepared.folds.entries()) {
    const thin = (rows: Int32Array): Int32Array => (step === 1 ? rows : rows.filter((_, i) => i % step === 0));
    const valid = thin(fold.valid);
    const { validMargins } = fitSplit(
      {
        data,
        split: { name: `fold ${k}`, trainRows: thin(fold.train), validRows: valid },
        trial: { learner: 'trees', params, earlyStoppingRounds: null },
        label: { trial: 0, fold: k },
      },
      environment,
    );
    if (validMargins === null) continue;
    for (let i = 0; i < valid.length; i++) {
      const at = valid[i] * classCount;
      if (outputs === 1) {
        const p = 1 / (1 + Math.exp(-validMargins[i]));
        probabilities[at] = 1 - p;
        probabilities[at + 1] = p;
        continue;
      }
      let most = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classCount; c++) most = Math.max(most, validMargins[i * classCount + c]);
      let sum = 0;
      for (let c = 0; c < classCount; c++) sum += Math.exp(validMargins[i * classCount + c] - most);
      for (let c = 0; c < classCount; c++)
        probabilities[at + c] = Math.exp(validMargins[i * classCount + c] - most) / sum;
    }
  }
  const label = prepared.label.map((value, i) => (Number.isNaN(probabilities[i * classCount]) ? Number.NaN : value));
  const { rows, looksLike } = suspectLabels(probabilities, label, classCount);
  return {
    rows: rows.map((row) => prepared.rows[row]),
    examples: rows
      .slice(0, 5)
      .map((row, i) => `${found.classes[prepared.label[row]].value} → ${found.classes[looksLike[i]].value}`),
    of: label.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0),
  };
}
