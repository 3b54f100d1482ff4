import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '../../../base/errors.ts';
import { exitCodes } from '../exit-codes.ts';
import { type CounterfactualFlags, counterfactualOptions } from '../explain-rules.ts';
import { followJob } from '../follow-job.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { formatOf, modelOf, parseCount, parseMap } from '../resolve.ts';
import { keepFormulasHelp, outputFile, sourceOf } from './score.ts';
import { oneOf } from './train.ts';

type ExplainFlags = CounterfactualFlags & {
  readonly output?: string;
  readonly map?: string;
  readonly labelMap?: string;
  readonly keepFormulas?: boolean;
  readonly method: string;
  readonly units: string;
  readonly warranty?: boolean | string;
  readonly repeats: string;
  readonly background: string;
  readonly interactions?: boolean;
  readonly precision: string;
};

const methods = ['treeshap', 'lime', 'kernelshap', 'permutation', 'counterfactual'] as const;

/** `augury explain MODEL INPUT [-o FILE] [--method …]`: without an output file, the summary of the file's rows. */
export function registerExplain(program: Command, context: CommandContext): void {
  program
    .command('explain')
    .description(
      'Why: contributions of every column for every row, importance by shuffling, or what would change the answer',
    )
    .argument('<model>', 'model (id or name) or package file')
    .argument('<input>', 'file or data set')
    .option('-o, --output <file>', 'CSV, JSONL or Parquet file, or - for standard output')
    .option('--keep-formulas', keepFormulasHelp)
    .option('--map <pairs>', 'column names: in-the-file=in-the-model,…')
    .option(
      '--method <name>',
      'treeshap (exact), lime, kernelshap, permutation (labelled rows), counterfactual',
      'treeshap',
    )
    .option('--units <name>', 'margin (exact) or probability (a rescaling, approximate)', 'margin')
    .option(
      '--background <rows>',
      "treeshap: training (shares of the training rows in the trees) or so many rows of the model's background",
      'training',
    )
    .option('--interactions', 'treeshap: the strongest pairs of columns as well, as columns a × b')
    .option('--precision <name>', 'treeshap: single (fast, within 1e-6) or double', 'single')
    .option('--warranty [rows]', 'grade the explanations of the first rows (20)')
    .option('--label-map <pairs>', 'permutation: labels in-the-file=in-the-model,…')
    .option('--repeats <n>', 'permutation: times each column is shuffled', '5')
    .option('--want <goal>', 'counterfactual: the class wanted, or a range of values such as 100..200')
    .option('--immutable <columns>', 'counterfactual: columns that stay as they are')
    .option('--direction <pairs>', 'counterfactual: column=up or column=down,…')
    .option('--step <pairs>', 'counterfactual: column=step,… (days for dates)')
    .option('--range <pairs>', 'counterfactual: column=low..high,…')
    .option('--levels <pairs>', 'counterfactual: column=one|other,…')
    .option('--cost <pairs>', 'counterfactual: column=factor,…')
    .option('--count <n>', 'counterfactual: how many a row', '3')
    .option('--most-changes <n>', 'counterfactual: columns changed at most', '4')
    .option('--threshold <p>', 'counterfactual: probability at which the answer turns', '0.5')
    .action((model: string, input: string, flags: ExplainFlags) =>
      context.run(async (call) => {
        const method = oneOf(flags.method, methods, '--method');
        if (method === 'permutation') return explainByShuffling(call, model, input, flags);
        if (method === 'counterfactual') return explainByChange(call, model, input, flags);
        return explainByContributions(call, model, input, flags, method);
      }),
    );
}

type Call = Parameters<Parameters<CommandContext['run']>[0]>[0];

async function explainByContributions(
  { client, io, options, output }: Call,
  model: string,
  input: string,
  flags: ExplainFlags,
  method: 'treeshap' | 'lime' | 'kernelshap',
): Promise<number> {
  const units = oneOf(flags.units, ['margin', 'probability'] as const, '--units');
  const target = flags.output === undefined ? null : outputFile(io, flags.output, output.json);
  const modelId = await modelOf(client, model, io);
  const { jobId } = await client.explanations.explainFile({
    modelId,
    source: await sourceOf(client, io, input),
    destination: target === null ? { download: 'contributions.csv' } : { path: target.path },
    format: flags.output === undefined ? 'csv' : formatOf(flags.output),
    ...(flags.keepFormulas === true ? { keepFormulas: true } : {}),
    map: parseMap(flags.map, '--map'),
    units,
    method,
    background: flags.background === 'training' ? ('training' as const) : parseCount(flags.background),
    interactions: flags.interactions ?? false,
    precision: oneOf(flags.precision, ['single', 'double'] as const, '--precision'),
    warranties: flags.warranty === undefined ? 0 : flags.warranty === true ? 20 : parseCount(String(flags.warranty)),
  });
  const job = await followJob(client, jobId, io, options);
  await target?.finish();
  const result = job.result as {
    rows: number;
    rejected: number;
    additivityMaxError: number;
    rowsPerSecond: number;
    seconds: number;
    summary: { column: string; meanAbs: number }[];
    pairs: { a: string; b: string; meanAbs: number }[] | null;
    quality: Quality;
  };
  const lines = [
    `${result.rows.toLocaleString('en')} rows explained (${Math.round(result.rowsPerSecond).toLocaleString('en')} rows/s); largest additivity error ${result.additivityMaxError.toExponential(1)}`,
    ...table(
      result.summary.slice(0, 15).map((row) => [row.column, figure(row.meanAbs)]),
      ['column', 'mean |contribution|'],
    ),
    ...(result.pairs === null
      ? []
      : table(
          result.pairs.slice(0, 10).map((pair) => [`${pair.a} × ${pair.b}`, figure(pair.meanAbs)]),
          ['pair', 'mean |interaction|'],
        )),
    ...(units === 'probability'
      ? ['Probability units are a rescaling of the exact margin contributions: approximate.']
      : []),
    ...qualityLines(result.quality),
  ];
  const file = flags.output === undefined || flags.output === '-' ? null : resolve(io.cwd, flags.output);
  if (flags.output === '-') for (const line of lines) output.note(line);
  else output.result({ ...result, units, output: file, job: jobId }, () => lines);
  return result.rejected > 0 ? exitCodes.rejects : exitCodes.done;
}

type Quality = {
  readonly sampled: {
    readonly rankCorrelationWithShap: number | null;
    readonly rankStability: number;
    readonly unsettledRows: number;
  } | null;
  readonly warranty: {
    readonly rows: number;
    readonly grades: { readonly A: number; readonly B: number; readonly C: number; readonly D: number };
    readonly low: number;
    readonly remarks: readonly string[];
  } | null;
};

function qualityLines({ sampled, warranty }: Quality): string[] {
  const lines: string[] = [];
  if (sampled !== null) {
    lines.push(
      `Rank stability ${sampled.rankStability.toFixed(2)}; rank correlation with SHAP ${sampled.rankCorrelationWithShap?.toFixed(2) ?? 'not to be had'}; not settled: ${sampled.unsettledRows} rows`,
    );
  }
  if (warranty !== null) {
    const { A, B, C, D } = warranty.grades;
    lines.push(`Warranty of the first ${warranty.rows} rows: A ${A}, B ${B}, C ${C}, D ${D}`);
    if (warranty.low > 0) lines.push(`LOW GRADES: ${warranty.low} explanations are not to be relied on.`);
    lines.push(...warranty.remarks.map((remark) => `  ${remark}`));
  }
  return lines;
}

async function explainByShuffling(
  { client, io, options, output }: Call,
  model: string,
  input: string,
  flags: ExplainFlags,
): Promise<number> {
  if (flags.output !== undefined) {
    throw invalidInput('no-output-file', '--method permutation writes no file.', {
      hint: 'Use --json for its figures.',
    });
  }
  const modelId = await modelOf(client, model, io);
  const { jobId } = await client.explanations.startPermutation({
    modelId,
    source: await sourceOf(client, io, input),
    map: parseMap(flags.map, '--map'),
    labelMap: parseMap(flags.labelMap, '--label-map'),
    repeats: parseCount(flags.repeats),
  });
  const job = await followJob(client, jobId, io, options);
  const result = job.result as {
    rows: number;
    repeats: number;
    loss: string;
    baseline: number;
    reading: string;
    columns: { column: string; importance: number; low: number; high: number }[];
  };
  output.result({ ...result, job: jobId }, () => [
    `${result.rows.toLocaleString('en')} labelled rows, ${result.repeats} shuffles a column; ${result.loss.replace('-', ' ')} ${figure(result.baseline)}`,
    result.reading,
    ...table(
      result.columns
        .slice(0, 20)
        .map((row) => [row.column, figure(row.importance), `${figure(row.low)} … ${figure(row.high)}`]),
      ['column', 'loss grows by', '95 %'],
    ),
  ]);
  return exitCodes.done;
}

async function explainByChange(
  { client, io, options, output }: Call,
  model: string,
  input: string,
  flags: ExplainFlags,
): Promise<number> {
  const target = flags.output === undefined ? null : outputFile(io, flags.output, output.json);
  const modelId = await modelOf(client, model, io);
  const { task } = await client.models.get({ id: modelId });
  const { jobId } = await client.explanations.counterfactualsFile({
    ...counterfactualOptions(flags, task === 'regression'),
    modelId,
    source: await sourceOf(client, io, input),
    destination: target === null ? { download: 'counterfactuals.csv' } : { path: target.path },
    format: flags.output === undefined ? 'csv' : formatOf(flags.output),
    ...(flags.keepFormulas === true ? { keepFormulas: true } : {}),
    map: parseMap(flags.map, '--map'),
  });
  const job = await followJob(client, jobId, io, options);
  await target?.finish();
  const result = job.result as {
    rows: number;
    rejected: number;
    counterfactuals: number;
    outcomes: Record<string, number>;
    examples: string[];
    changed: { column: string; count: number }[];
  };
  const lines = [
    `${result.rows.toLocaleString('en')} rows, ${result.counterfactuals.toLocaleString('en')} ways to another answer, each scored again (${Object.entries(
      result.outcomes,
    )
      .map(([outcome, count]) => `${outcome.replaceAll('-', ' ')} ${count}`)
      .join(', ')})`,
    ...table(
      result.changed.slice(0, 15).map((row) => [row.column, row.count]),
      ['column', 'changed in'],
    ),
    ...result.examples,
  ];
  const file = flags.output === undefined || flags.output === '-' ? null : resolve(io.cwd, flags.output);
  if (flags.output === '-') for (const line of lines) output.note(line);
  else output.result({ ...result, output: file, job: jobId }, () => lines);
  return result.rejected > 0 ? exitCodes.rejects : exitCodes.done;
}
