/** Counterfactuals of one row: searched in a worker, then scored again by the executor that answers predictions. */
import type { ComputePool } from '../../compute/pool.ts';
import type { CounterfactualsInput } from '../../compute/tasks/counterfactuals.ts';
import { predictedClass } from '../../compute/tasks/scored-values.ts';
import type { Cell } from '../../contract/common.ts';
import type { InferenceClient } from '../../inference/client.ts';
import { type Counterfactual, type CounterfactualResult, counterfactuals } from '../../ml/explain/counterfactual.ts';
import { goalScores, reachesGoal } from '../../ml/explain/goal.ts';
import { rowSeed, stackRows, takeRows } from '../../ml/explain/rows.ts';
import type { Frame } from '../../ml/frame.ts';
import { isGraphModel } from '../../ml/model-spec.ts';
import { executorOf } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { shownCell } from '../predictions/predict-one.ts';
import { rowFrame } from '../predictions/row-frame.ts';
import type { Call, Inputs, Outputs } from '../service-types.ts';
import { type ReadGoal, readGoal, readRules } from './counterfactual-goal.ts';
import { exactly, written } from './output.ts';
import { driveSteps } from './run-steps.ts';

type Reply = Outputs['explanations']['counterfactuals'];
export type CheckedCounterfactual = Reply['found'][number];

export type SearchDeps = { readonly pool: ComputePool; readonly inference: InferenceClient };

/** The search of several rows: in a worker, or over the inference process for models without kernels. */
export async function searchCounterfactuals(
  { pool, inference }: SearchDeps,
  loaded: LoadedModel,
  input: Omit<CounterfactualsInput, 'model'>,
  options: { readonly lane: 'interactive' | 'batch'; readonly abort: AbortSignal | undefined },
): Promise<readonly CounterfactualResult[]> {
  const { spec } = loaded.content;
  const { abort, lane } = options;
  if (!isGraphModel(spec)) {
    return pool.run(
      'counterfactuals',
      { ...input, model: loaded.portable },
      { lane, ...(abort === undefined ? {} : { abort }) },
    );
  }
  const executor = await executorOf(inference, loaded);
  const { goals, rows, ...rest } = input;
  const all = stackRows(spec.recipe, [rows]);
  const found: CounterfactualResult[] = [];
  for (const [at, goal] of goals.entries()) {
    const row = takeRows(all, Int32Array.of(at));
    const score = async (frame: Frame) => {
      const { margins, outputs } = await executor.predict(frame);
      return goalScores(goal, margins, outputs, spec.outputCount);
    };
    found.push(await driveSteps(counterfactuals({ ...rest, spec, row, seed: rowSeed(row, 0) }), score, abort));
  }
  return found;
}

/** Searches and checks. */
export async function findCounterfactuals(
  deps: SearchDeps,
  loaded: LoadedModel,
  input: Inputs['explanations']['counterfactuals'],
  call: Call,
): Promise<Reply> {
  const { spec, background } = loaded.content;
  const frame = rowFrame(spec.recipe.inputs, input.row);
  const outputs = (await (await executorOf(deps.inference, loaded)).predict(frame)).outputs;
  const read = readGoal(loaded, input, outputs);
  const [result] = await searchCounterfactuals(
    deps,
    loaded,
    {
      rows: frame,
      background,
      goals: [read.goal],
      rules: readRules(loaded, input.rules),
      count: input.count,
      mostChanges: input.mostChanges,
    },
    { lane: 'interactive', abort: call.signal },
  );
  const found = await checkAgain(deps, loaded, frame, 0, read, result.found, result.rows);
  const outcome = result.outcome === 'found' && found.length === 0 ? 'not-found' : result.outcome;
  const current = read.figure(outputs);
  return {
    outcome,
    goal: read.words,
    current,
    found,
    rowsScored: result.scored,
    reading: readingOf(outcome, read.words, found),
  };
}

/** Keeps what, written as cells and read again, reaches the goal in the executor. */
export async function checkAgain(
  deps: Pick<SearchDeps, 'inference'>,
  loaded: LoadedModel,
  original: Frame,
  at: number,
  read: ReadGoal,
  found: readonly Counterfactual[],
  rows: Frame,
): Promise<CheckedCounterfactual[]> {
  const { spec } = loaded.content;
  const { inputs } = spec.recipe;
  const executor = await executorOf(deps.inference, loaded);
  const checked: CheckedCounterfactual[] = [];
  for (let i = 0; i < found.length; i++) {
    const row: Record<string, Cell> = {};
    for (const { name } of inputs) row[name] = shownCell(rows, inputs, name, i);
    const { outputs } = await executor.predict(rowFrame(inputs, row));
    if (!reachesGoal(read.goal, outputs)) continue;
    const changes = found[i].changed.map((column) => ({
      column,
      from: shownCell(original, inputs, column, at),
      to: row[column],
    }));
    const reached = read.figure(outputs);
    checked.push({
      row,
      changes,
      cost: found[i].cost,
      prediction: spec.task === 'regression' ? outputs[0] : spec.classes[predictedClass(spec, outputs, 0)],
      reached,
      plausible: found[i].plausible,
      sentence: `${changes.map(({ column, from, to }) => `${column} from ${exactly(from)} to ${exactly(to)}`).join(', ')}: ${spec.task === 'regression' ? `${loaded.model.target} becomes ${written(reached)}` : `${read.words} with ${(100 * reached).toFixed(0)} %`}.`,
    });
  }
  return checked;
}

function readingOf(outcome: Reply['outcome'], goal: string, found: readonly CheckedCounterfactual[]): string {
  switch (outcome) {
    case 'already-there':
      return `The answer is ${goal} already.`;
    case 'nothing-may-change':
      return 'Every column is held fixed, so nothing can change the answer.';
    case 'not-found':
      return `No permitted change of this row gives ${goal}.`;
    case 'found':
      return `${goal} with ${found.length === 1 ? 'one change set' : `${found.length} different sets of changes`}; the cheapest: ${found[0].sentence}`;
  }
}
