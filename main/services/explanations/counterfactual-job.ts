import { asJson, canonicalJson } from '../../base/json.ts';
import type { OutputBlock, OutputColumn } from '../../base/row-text.ts';
import type { JobContext, JsonValue } from '../../jobs/types.ts';
import { findJob } from '../../store/repositories/jobs.ts';
import type { FrameBlock } from '../../warehouse/stream/score-source.ts';
import { executorOf } from '../models/graph-model.ts';
import type { LoadedModel } from '../models/loader.ts';
import { checkSchema, requireColumns, wantedColumns } from '../predictions/check-schema.ts';
import { checkOutput, outputFormat, outputName, outputPath, rejectsBeside } from '../predictions/destinations.ts';
import { openRowSource } from '../predictions/open-source.ts';
import { keepRejects, ownRejectsFile } from '../predictions/own-rejects.ts';
import type { ScoreDeps } from '../predictions/score-job.ts';
import { runTableJob } from '../predictions/table-job.ts';
import type { Inputs } from '../service-types.ts';
import { readGoal, readRules } from './counterfactual-goal.ts';
import { type CheckedCounterfactual, checkAgain, searchCounterfactuals } from './counterfactuals.ts';
import { exactly } from './output.ts';

export type CounterfactualJobInput = Inputs['explanations']['counterfactualsFile'] & {
  readonly [key: string]: JsonValue | undefined;
};

/** What the command line and the window read. */
export type CounterfactualJobResult = {
  readonly method: 'counterfactual';
  readonly rows: number;
  readonly rejected: number;
  readonly rejectsFile: string | null;
  /** Rows by outcome. */
  readonly outcomes: { readonly [outcome: string]: number };
  /** Counterfactuals written; each was scored again and reaches its goal. */
  readonly counterfactuals: number;
  /** The first of them in words. */
  readonly examples: readonly string[];
  /** By column: in how many counterfactuals it changes. */
  readonly changed: readonly { readonly column: string; readonly count: number }[];
  readonly seconds: number;
  readonly output: string;
};

type Row = {
  readonly record: number;
  readonly option: number;
  readonly outcome: string;
  readonly goal: string;
  readonly found: CheckedCounterfactual | null;
};

type Tally = {
  readonly outcomes: { readonly [outcome: string]: number };
  readonly changed: { readonly [column: string]: number };
  readonly count: number;
  readonly examples: readonly string[];
};

const chunkRows = 16;

const ownColumns = [
  'row',
  'option',
  'outcome',
  'goal',
  'prediction',
  'reached',
  'cost',
  'plausible',
  'changes',
] as const;

/** Own columns, then the changed rows' cells as text; an input column of one of our names gets an underscore. */
function outputColumns(loaded: LoadedModel): readonly OutputColumn[] {
  const numbers: readonly string[] = ['row', 'option', 'reached', 'cost'];
  const taken = new Set<string>(ownColumns);
  return [
    ...ownColumns.map((name): OutputColumn => ({ name, type: numbers.includes(name) ? 'number' : 'text' })),
    ...loaded.content.spec.recipe.inputs.map(
      ({ name }): OutputColumn => ({
        name: taken.has(name) ? `${name}_` : name,
        type: 'text',
      }),
    ),
  ];
}

/** Counterfactuals of every row to a file: one line each, or one line that says why there is none. */
export async function runCounterfactualJob(
  deps: ScoreDeps,
  input: CounterfactualJobInput,
  context: JobContext,
): Promise<CounterfactualJobResult> {
  const { db, pool, warehouse } = deps;
  const loaded = await deps.loader.load(input.modelId);
  const { spec, background } = loaded.content;
  const rules = readRules(loaded, input.rules);
  const format = outputFormat(input.format, input.destination);
  const { keepFormulas = false } = input;
  const path = outputPath(deps.downloads, context.jobId, input.destination);
  const own = 'download' in input.destination;
  const rejectsPath = own ? ownRejectsFile(deps.workspaceDir, context.jobId) : rejectsBeside(path);
  const source = await openRowSource(deps, input.source);
  try {
    if (!own) checkOutput(path, source.path);
    requireColumns(await checkSchema(loaded, source, input.map, context.scratchDir), source, input.map);
    const { inputs } = spec.recipe;
    const work = async (block: FrameBlock): Promise<readonly Row[]> => {
      const { frame } = block;
      if (frame.rowCount === 0) return [];
      const { outputs } = await (await executorOf(deps.inference, loaded)).predict(frame);
      const goals = Array.from({ length: frame.rowCount }, (_, row) =>
        readGoal(loaded, input, outputs.subarray(row * spec.outputCount, (row + 1) * spec.outputCount)),
      );
      const found = await searchCounterfactuals(
        deps,
        loaded,
        {
          rows: frame,
          background,
          goals: goals.map(({ goal }) => goal),
          rules,
          count: input.count,
          mostChanges: input.mostChanges,
        },
        { lane: 'batch', abort: context.abort },
      );
      const rows: Row[] = [];
      for (const [at, result] of found.entries()) {
        const record = block.firstRecord + block.recordOf[at] + 1;
        const checked = await checkAgain(deps, loaded, frame, at, goals[at], result.found, result.rows);
        const outcome = result.outcome === 'found' && checked.length === 0 ? 'not-found' : result.outcome;
        const goal = goals[at].words;
        if (checked.length === 0) rows.push({ record, option: 0, outcome, goal, found: null });
        checked.forEach((one, i) => {
          rows.push({ record, option: i + 1, outcome, goal, found: one });
        });
      }
      return rows;
    };
    const done = await runTableJob<readonly Row[], Tally>(
      {
        warehouse,
        source,
        request: { wanted: wantedColumns(loaded), map: input.map, keep: [], chunkRows: deps.blockRows ?? chunkRows },
        identity: `${loaded.version.packageSha256}|${canonicalJson(asJson([rules, input.count, input.mostChanges, input.wantedClass ?? null, input.wantedLow ?? null, input.wantedHigh ?? null, input.threshold, format]))}`,
        output: { path, format, columns: outputColumns(loaded), keepFormulas },
        rejectsPath,
        width: 1 + pool.size,
        work,
        rowsOut: (_block, rows) => outputBlock(rows, inputs),
        tally: {
          start: { outcomes: {}, changed: {}, count: 0, examples: [] },
          add: (tally, _block, rows) => addRows(tally, rows),
        },
        monotonic: db.clock.monotonic,
        isCancelled: () => findJob(db, context.jobId)?.request === 'cancel',
        afterDelivery: async ({ rejected: count }) => {
          if (own && count > 0) await keepRejects(deps, context.jobId);
        },
      },
      context,
    );
    return {
      method: 'counterfactual',
      rows: done.rows,
      rejected: done.rejected,
      rejectsFile: done.rejected === 0 ? null : rejectsPath,
      outcomes: done.tally.outcomes,
      counterfactuals: done.tally.count,
      examples: done.tally.examples,
      changed: Object.entries(done.tally.changed)
        .map(([column, count]) => ({ column, count }))
        .sort((a, b) => b.count - a.count || (a.column < b.column ? -1 : 1)),
      seconds: done.seconds,
      output: outputName(input.destination),
    };
  } finally {
    await source.rows.close();
  }
}

function outputBlock(rows: readonly Row[], inputs: readonly { readonly name: string }[]): OutputBlock {
  return {
    rowCount: rows.length,
    values: [
      rows.map((row) => row.record),
      rows.map((row) => row.option),
      rows.map((row) => row.outcome),
      rows.map((row) => row.goal),
      rows.map((row) => (row.found === null ? null : String(row.found.prediction))),
      rows.map((row) => row.found?.reached ?? null),
      rows.map((row) => row.found?.cost ?? null),
      rows.map((row) => (row.found === null ? null : String(row.found.plausible))),
      rows.map((row) =>
        row.found === null
          ? null
          : row.found.changes.map(({ column, from, to }) => `${column}: ${exactly(from)} → ${exactly(to)}`).join('; '),
      ),
      ...inputs.map(({ name }) =>
        rows.map((row) => {
          const cell = row.found?.row[name] ?? null;
          return cell === null ? null : String(cell);
        }),
      ),
    ],
  };
}

function addRows(tally: Tally, rows: readonly Row[]): Tally {
  const outcomes: Record<string, number> = { ...tally.outcomes };
  const changed: Record<string, number> = { ...tally.changed };
  const examples = [...tally.examples];
  let { count } = tally;
  for (const { record, option, outcome, found } of rows) {
    if (option <= 1) outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (found === null) continue;
    count++;
    for (const { column } of found.changes) changed[column] = (changed[column] ?? 0) + 1;
    if (option === 1 && examples.length < 5) examples.push(`row ${record}: ${found.sentence}`);
  }
  return { outcomes, changed, count, examples };
}
