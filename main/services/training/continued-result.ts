/** What continuing a model brought: both models on the same held-out rows, which neither learned from. */
import { pickRows } from '../../base/typed-arrays.ts';
import type { ComputePool } from '../../compute/pool.ts';
import type { JudgeOutput } from '../../compute/tasks/judge.ts';
import type { Continuation, TrainOptions } from '../../contract/models.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { ModelSpec } from '../../ml/model-spec.ts';
import type { ContinuedModel } from './continue-model.ts';
import type { FinishedRun } from './finished-run.ts';
import type { OpenedRun } from './open-run.ts';

type Estimate = { readonly value: number; readonly low: number; readonly high: number };
type Verdict = 'a' | 'b' | 'equal' | 'unclear';

export type ContinuedResultInput = {
  readonly model: ContinuedModel;
  readonly knownRows: number | null;
  /** The finished model. */
  readonly spec: ModelSpec;
  readonly opened: OpenedRun;
  readonly judged: JudgeOutput;
  readonly options: TrainOptions;
  readonly abort: AbortSignal;
};

/** Scores the model that was continued on the rows the new one was judged on. */
export async function continuedResult(
  pool: ComputePool,
  input: ContinuedResultInput,
): Promise<NonNullable<FinishedRun['continued']>> {
  const { model, knownRows, spec, opened, judged } = input;
  const compared = await bothScores(pool, input);
  const heldOut = judged.rows.length;
  const added = treesOf(spec) - model.treeCount;
  const facts = {
    modelId: model.id,
    name: model.name,
    trees: model.treeCount,
    added,
    newRows: opened.data.label.length - (knownRows ?? 0),
    knownRows,
    metric: opened.metric,
    heldOut,
    before: compared.before,
    after: compared.after,
    difference: compared.difference,
  };
  const learned = knownRows === null ? null : (model.learnedFrom?.map(({ id }) => id) ?? null);
  return { summary: { ...facts, reading: readingOf(facts, compared.verdict) }, learnedFrom: learned };
}

const treesOf = ({ members }: ModelSpec): number =>
  members.reduce((sum, member) => sum + (member.kind === 'trees' ? member.trees.treeRoot.length : 0), 0);

/** Paired where the metric reads one prediction a row; the pinball loss of several quantiles is scored one by one. */
async function bothScores(
  pool: ComputePool,
  { model, opened, judged, options, abort }: ContinuedResultInput,
): Promise<{ before: Estimate; after: Estimate; difference: Estimate | null; verdict: Verdict | null }> {
  const { data, metric } = opened;
  const scored = await pool.run('score-block', { model: model.portable, frame: data.frame, explain: false }, { abort });
  const pick = (values: Float64Array): Float64Array =>
    pickRows(values, judged.rows, values.length / data.frame.rowCount);
  const labels = Float64Array.from(judged.rows, (row) => data.label[row]);
  const classCount = data.task === 'regression' ? 0 : data.task === 'binary' ? 2 : data.outputCount;
  const outputs = pick(scored.outputs);
  if (scored.quantiles === null) {
    const both = await pool.run('compare', { metric, classCount, labels, a: judged.outputs, b: outputs }, { abort });
    return { before: both.b, after: both.a, difference: both.difference, verdict: both.verdict };
  }
  const levels = data.objective?.kind === 'quantile' ? [...data.objective.levels].sort((a, b) => a - b) : [];
  const quantiles = { levels, values: pick(scored.quantiles) };
  const { value, low, high } = await pool.run(
    'metric-interval',
    { metric, predictions: outputs, labels, classCount, seed: options.seed, quantiles },
    { abort },
  );
  const after = judged.metrics[metric] ?? { value: Number.NaN, low: Number.NaN, high: Number.NaN };
  return { before: { value, low, high }, after, difference: null, verdict: null };
}

const verdictWords: Record<Verdict, string> = {
  a: 'the new trees made it better',
  b: 'the new trees made it worse',
  equal: 'in practice the two are equal',
  unclear: 'the rows do not settle which of the two is better',
};

function readingOf(facts: Omit<Continuation, 'reading'>, verdict: Verdict | null): string {
  const { name, trees, added, knownRows, heldOut, before, after, metric } = facts;
  const { label } = metricByName(metric);
  const figure = (value: number): string => String(Number(value.toPrecision(4)));
  const sentences = [
    `Continued from “${name}” (${trees} trees) + ${added} trees.`,
    `On ${heldOut} held-out rows ${label} was ${figure(before.value)} before and is ${figure(after.value)} now${verdict === null ? '' : `: ${verdictWords[verdict]}`}.`,
  ];
  if (knownRows === null)
    sentences.push(
      `What “${name}” learned from is not known here; where its rows are among the held-out ones, both scores look better than they are.`,
    );
  else if (knownRows > 0)
    sentences.push(`${knownRows} rows that “${name}” knows trained along and were not scored on.`);
  return sentences.join(' ');
}
