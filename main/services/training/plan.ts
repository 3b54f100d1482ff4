/** What training would do: the three questions answered from the data, findings, and the forecast of the job. */
import { invalidInput } from '../../base/errors.ts';
import { asJson } from '../../base/json.ts';
import { type TrainingPlan, trainOptions } from '../../contract/models.ts';
import type { JobQueue } from '../../jobs/queue.ts';
import type { Db } from '../../store/db.ts';
import type { ModelLoader } from '../models/loader.ts';
import type { Inputs } from '../service-types.ts';
import { openContinued } from './continue-model.ts';
import { examineRun } from './examine-run.ts';
import { leaderboardMetric, resolveConstraints, resolveLearners, resolveObjective } from './objective.ts';
import type { DatasetFrame, TrainingDeps } from './types.ts';

type PlanInput = Inputs['models']['plan'];

const targetWords =
  /^(target|label|class|y|outcome|response|churn(ed)?|default|survived|status|quality|price|sales|winner|result)$|churn|target|outcome|default|_label$/i;
const defaultBudget = 60;

/** Plans with the options given; everything absent is proposed. Throws what the run would throw for a bad target. */
export async function trainingPlan(
  deps: TrainingDeps & { readonly db: Db; readonly loader: ModelLoader },
  queue: JobQueue,
  input: PlanInput,
): Promise<TrainingPlan> {
  const source = await deps.readDataset(input.datasetId, input.version, null);
  const candidates = targetCandidates(source);
  const target = input.target ?? candidates[0]?.column;
  if (target === undefined) throw invalidInput('no-target', 'The data set has no column that could be predicted.');
  const asked = trainOptions.parse({ ...input, target });
  const base = asked.from === undefined ? null : await openContinued(deps, asked, asked.from);
  const options = base?.options ?? asked;
  const { examination: found } = await examineRun(deps, source, options, base, {
    prepare: false,
    run: { lane: 'interactive' },
  });
  const objective = resolveObjective(options, found.task);
  const { leftOut } = resolveLearners(
    options.learners,
    objective,
    resolveConstraints(options, found.inputs, found.task),
    found.classes.length,
    options.weight !== undefined,
  );
  const metric = leaderboardMetric(options, found.task, objective);
  const budgetSeconds = input.budgetSeconds ?? defaultBudget;
  const jobInput = asJson({ ...options, budgetSeconds });
  const estimate = await queue.estimate('train', jobInput);
  const { scheme } = found.validation;
  const kind = scheme === 'holdout' || scheme === 'forward' ? scheme : 'cv';
  return {
    target,
    targetReason: input.target === undefined ? (candidates[0]?.reason ?? '') : 'chosen by you',
    targetCandidates: candidates,
    task: found.task,
    taskReason: found.taskReason,
    classes: found.classes.map((entry) => ({ ...entry })),
    positive: found.positive,
    metric,
    metricReason: metricReason(metric, input.metric !== undefined),
    validation: {
      kind,
      scheme,
      folds: found.validation.foldCount,
      repeats: found.validation.repeats,
      reason: found.validation.reason,
      alternatives: found.validation.alternatives.map((other) => ({ ...other })),
    },
    sealed: found.seal === null ? null : { rows: Math.round(found.seal.share * found.rows), reason: found.seal.reason },
    time: found.time,
    rows: found.rows,
    missingTarget: found.missingTarget,
    features: found.inputs.map((spec) => ({ name: spec.name, type: spec.logicalType })),
    excluded: [...found.excluded],
    ...(found.task === 'regression' ? { objective: objective.kind } : {}),
    learnersLeftOut: leftOut.map((entry) => ({ ...entry })),
    findings: found.findings.map(({ excluded: _excluded, ...finding }) => finding),
    budgetSeconds,
    estimate,
    refusal: queue.refusal(estimate),
  };
}

function metricReason(metric: TrainingPlan['metric'], chosen: boolean): string {
  const reasons: Partial<Record<TrainingPlan['metric'], string>> = {
    auc: 'AUC measures how well the model ranks rows, whatever threshold is used later.',
    log_loss: 'Log loss measures the probabilities themselves, not only which class comes first.',
    rmse: 'RMSE is the usual size of an error, in units of the target; large errors count more.',
  };
  return reasons[metric] ?? (chosen ? 'chosen by you' : 'It is the loss that the models are fitted to.');
}

/** Columns that look like a target, likeliest first. */
function targetCandidates(source: DatasetFrame): { column: string; reason: string }[] {
  const scored = source.specs.map((spec, i) => {
    const column = source.frame.columns[i];
    let score = 0;
    const reasons: string[] = [];
    if (targetWords.test(spec.name)) {
      score += 4;
      reasons.push('its name says outcome');
    }
    if (i === source.specs.length - 1) {
      score += 2;
      reasons.push('it is the last column');
    }
    if (spec.logicalType === 'boolean' || (column.type === 'string' && column.levels.length === 2)) {
      score += 1.5;
      reasons.push('it has two values');
    }
    if (spec.type === 'timestamp') score -= 10;
    if (column.type === 'string' && column.levels.length > 50) score -= 5;
    return { column: spec.name, score, reason: reasons.length === 0 ? 'it can be predicted' : reasons.join(', ') };
  });
  return scored
    .filter((entry) => entry.score > -3)
    .sort((a, b) => b.score - a.score)
    .slice(0, 30)
    .map(({ column, reason }) => ({ column, reason }));
}
