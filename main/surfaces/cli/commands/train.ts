import { resolve } from 'node:path';
import type { Command } from 'commander';
import { invalidInput } from '../../../base/errors.ts';
import { type ModelDetail, metricName, validationKind } from '../../../contract/models.ts';
import { addDialectOptions, type DialectFlags, dialectOf } from '../dialect-options.ts';
import { exitCodes } from '../exit-codes.ts';
import { followJob } from '../follow-job.ts';
import { addObjectiveOptions, type ObjectiveFlags, objectiveInput } from '../objective-options.ts';
import { figure, table } from '../output.ts';
import type { CommandContext } from '../program.ts';
import { parseLags, recipeOf } from '../recipe-options.ts';
import { datasetOf, modelOf, parseCount, parseDuration, splitList } from '../resolve.ts';

type TrainFlags = DialectFlags & {
  readonly target: string;
  readonly task: string;
  readonly drop?: string;
  readonly keep?: string;
  readonly time?: string;
  readonly group?: string;
  readonly intervalBy?: string;
  readonly intervalMethod?: string;
  readonly validation: string;
  readonly metric?: string;
  readonly folds: string;
  readonly repeats?: string;
  readonly splitColumn?: string;
  readonly gap?: string;
  readonly embargo?: string;
  readonly sealed?: string;
  readonly warmStart?: string;
  readonly from?: string;
  readonly positive?: string;
  readonly learners: string;
  readonly budget?: string;
  readonly trials?: string;
  readonly seed: string;
  readonly threads?: string;
  readonly name?: string;
  readonly output?: string;
  readonly recipe?: string;
  readonly lag?: string[];
} & ObjectiveFlags;

const learnerNames = ['trees', 'linear', 'ebm', 'forest', 'extra-trees', 'knn', 'mlp'] as const;

/** `augury train DATASET|FILE --target COL` */
export function registerTrain(program: Command, context: CommandContext): void {
  addDialectOptions(
    addObjectiveOptions(
      program
        .command('train')
        .description('Train the best model inside a budget and package it')
        .argument('<dataset>', 'data set (id or name) or file')
        .optionsGroup('What to predict, from what:')
        .requiredOption('--target <column>', 'column to predict')
        .option('--task <task>', 'auto, binary, multiclass, regression', 'auto')
        .option('--positive <value>', 'the class that counts as positive')
        .option('--drop <columns>', 'columns to leave out, separated by commas')
        .option('--keep <columns>', 'columns to use although a finding would leave them out')
        .option('--recipe <recipe>', 'steps before the learners: a JSON file, or the name of a kept recipe')
        .option('--lag <column=duration...>', 'a column known only this long after its row, e.g. casual=1h')
        .optionsGroup('How it is checked:')
        .option('--time <column>', 'time column: validate forward')
        .option('--group <column>', 'rows with the same value stay in one fold')
        .option('--validation <kind>', validationKind.options.join(', '), 'auto')
        .option('--metric <name>', `one of ${metricName.options.join(', ')}`)
        .option('--folds <n>', 'folds of the cross-validation', '5')
        .option('--repeats <n>', 'passes of repeated folds')
        .option('--split-column <column>', 'column with train, valid and test, or with the fold of every row')
        .option(
          '--gap <days>',
          'forward: rows this close before a validation block do not train (units of a number column)',
        )
        .option('--embargo <days>', 'forward: rows this close after an earlier validation block do not train')
        .option('--sealed <share>', 'share of the rows sealed until the model is finished; 0 seals none')
        .option('--interval-by <column>', 'intervals hold for each value of this column on its own (numbers only)')
        .option(
          '--interval-method <name>',
          'cross (default), or cv+: around each fold’s model, which holds by proof (numbers only)',
        )
        .optionsGroup('What is tried, and for how long:')
        .option(
          '--learners <list>',
          `all (trees, linear, ebm), or a list of ${learnerNames.join(', ')}; ebm is the explainable boosting machine`,
          'all',
        )
        .option('--budget <duration>', 'wall-clock budget, e.g. 60s or 5m (default 60s unless --trials is given)')
        .option('--trials <n>', 'exactly this many trials, however fast the machine is')
        .option('--warm-start <model>', 'try the best parameters of this earlier model first; auto takes the latest')
        .option(
          '--from <model>',
          'continue this model: its trees stay, new ones are fitted to what they leave, on rows that are new to it',
        )
        .option('--seed <n>', 'seed of everything random', '7')
        .option('--threads <n>', 'worker threads (default: all cores)')
        .optionsGroup('What is written:')
        .option('--name <name>', 'name of the model')
        .option('-o, --output <file>', 'also write the model package (FILE.augury-model)'),
    ),
  ).action((dataset: string, flags: TrainFlags) =>
    context.run(
      async ({ client, io, options, output }) => {
        const { id } = await datasetOf(client, dataset, io, options, dialectOf(flags));
        const { jobId } = await client.models.train({
          datasetId: id,
          target: flags.target,
          task: oneOf(flags.task, ['auto', 'binary', 'multiclass', 'regression'] as const, '--task'),
          drop: splitList(flags.drop),
          keep: splitList(flags.keep),
          validation: oneOf(flags.validation, validationKind.options, '--validation'),
          folds: parseCount(flags.folds),
          seed: parseCount(flags.seed),
          learners:
            flags.learners === 'all'
              ? ['trees', 'linear', 'ebm']
              : splitList(flags.learners).map((name) => oneOf(name, learnerNames, '--learners')),
          ...(flags.time === undefined ? {} : { time: flags.time }),
          ...(flags.group === undefined ? {} : { group: flags.group }),
          ...(flags.intervalBy === undefined ? {} : { intervalBy: flags.intervalBy }),
          ...(flags.intervalMethod === undefined
            ? {}
            : { intervalMethod: oneOf(flags.intervalMethod, ['cross', 'cv+'] as const, '--interval-method') }),
          ...(flags.repeats === undefined ? {} : { repeats: parseCount(flags.repeats) }),
          ...(flags.splitColumn === undefined ? {} : { splitColumn: flags.splitColumn }),
          ...(flags.gap === undefined ? {} : { gap: parseAmount(flags.gap, '--gap') }),
          ...(flags.embargo === undefined ? {} : { embargo: parseAmount(flags.embargo, '--embargo') }),
          ...(flags.sealed === undefined ? {} : { sealed: parseAmount(flags.sealed, '--sealed') }),
          ...(flags.warmStart === undefined
            ? {}
            : {
                warmStart: flags.warmStart === 'auto' ? ('auto' as const) : await modelOf(client, flags.warmStart, io),
              }),
          ...(flags.from === undefined ? {} : { from: await modelOf(client, flags.from, io) }),
          ...(flags.metric === undefined ? {} : { metric: oneOf(flags.metric, metricName.options, '--metric') }),
          ...(flags.positive === undefined ? {} : { positive: flags.positive }),
          ...(flags.budget === undefined ? {} : { budgetSeconds: parseDuration(flags.budget) }),
          ...(flags.trials === undefined ? {} : { trials: parseCount(flags.trials) }),
          ...objectiveInput(flags),
          ...(flags.threads === undefined ? {} : { threads: parseCount(flags.threads) }),
          ...(flags.name === undefined ? {} : { name: flags.name }),
          ...(flags.recipe === undefined ? {} : { recipe: await recipeOf(client, flags.recipe, io) }),
          ...(flags.lag === undefined ? {} : { lags: parseLags(flags.lag) }),
        });
        const job = await followJob(client, jobId, io, options);
        const { modelId } = job.result as { modelId: string };
        const model = await client.models.get({ id: modelId });
        const file =
          flags.output === undefined
            ? null
            : await client.models.export({ id: modelId, path: resolve(io.cwd, flags.output) });
        const document = {
          model: modelId,
          name: model.name,
          dataset: id,
          task: model.task,
          target: model.target,
          positive: model.positive,
          metric: model.metric,
          score: model.score,
          baseline: model.baseline,
          metrics: model.metrics,
          leaderboard: model.leaderboard.map((row) => ({
            learner: row.learner,
            label: row.label,
            score: row.score,
            fitSeconds: row.fitSeconds,
            state: row.state,
            ...(row.note === undefined ? {} : { note: row.note }),
            tied: row.tied ?? false,
            weight: row.weight ?? 0,
          })),
          ...(model.continued == null ? {} : { continued: model.continued }),
          honest: model.honest,
          ensemble: model.ensemble,
          validation: model.validation,
          ...(model.calibration === null
            ? {}
            : {
                calibration: { ...model.calibration, ece: model.calibration.ece.value, brier: model.calibration.brier },
              }),
          intervals: model.intervals,
          trainSeconds: model.trainSeconds,
          trials: model.card.trials,
          stopReason: model.card.stopReason,
          rows: model.rows,
          features: model.features,
          excluded: model.excluded,
          findings: model.findings,
          modelSha256: model.card.modelSha256,
          estimate: job.estimate,
          job: jobId,
          ...(file === null ? {} : { file: file.file, sha256: file.sha256 }),
        };
        output.result(document, () => [
          `${model.name} (${modelId}): ${model.metric} ${figure(model.score.value)} [${figure(model.score.low ?? Number.NaN)}, ${figure(model.score.high ?? Number.NaN)}], baseline ${figure(model.baseline)}`,
          ...(model.continued == null ? [] : [model.continued.reading]),
          ...honestLines(model),
          ...model.excluded.map((column) => `left out: ${column.column} (${column.reason})`),
          ...table(
            model.leaderboard.map((row) => [
              row.label,
              row.score === null ? row.state : `${figure(row.score.value)}${row.tied === true ? ' =' : ''}`,
              row.fitSeconds.toFixed(1),
            ]),
            ['trial', model.metric, 'fit s'],
          ),
          ...(model.calibration === null
            ? []
            : [`calibration error ${(model.calibration.ece.value * 100).toFixed(2)} %: ${model.calibration.note}`]),
          ...(model.intervals?.kind === 'number' ? [`intervals: ${model.intervals.method}`] : []),
          `${model.rows.toLocaleString('en')} rows, ${model.features} features, ${model.trainSeconds.toFixed(1)} s; ended because: ${model.card.stopReason}`,
          ...(file === null ? [] : [`written ${file.file}`]),
        ]);
        return exitCodes.done;
      },
      flags.threads === undefined ? {} : { threads: parseCount(flags.threads) },
    ),
  );
}

/** What the score is worth after the correction for selection, in nested folds and on sealed rows. */
function honestLines({ honest, ensemble, metric }: ModelDetail): string[] {
  const lines: string[] = [];
  const range = ({ value, low, high }: { value: number; low: number | null; high: number | null }): string =>
    `${figure(value)} [${figure(low ?? Number.NaN)}, ${figure(high ?? Number.NaN)}]`;
  if (honest?.score) {
    lines.push(`corrected for having picked among ${honest.candidates}: ${metric} ${range(honest.score)}`);
  }
  if (honest?.nested) lines.push(`nested, the whole procedure: ${metric} ${range(honest.nested)}`);
  if (honest?.sealed) {
    const { rows, looks, score } = honest.sealed;
    lines.push(`sealed rows (${rows}, look ${looks}): ${metric} ${range(score)}`);
  }
  if (ensemble?.gain) {
    const { loss, value, low, high, level } = ensemble.gain;
    lines.push(
      `${ensemble.note}: ${loss} lower than that of the best single trial by ${figure(value)} [${figure(low)}, ${figure(high)}] at ${level * 100} %`,
    );
  }
  return lines;
}

function parseAmount(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0) return value;
  throw invalidInput('bad-option', `${option} is ${text}.`, { hint: 'Use a number that is not negative.' });
}

/** One of the allowed words; throws usage otherwise. */
export function oneOf<T extends string>(text: string, allowed: readonly T[], option: string): T {
  const found = allowed.find((word) => word === text);
  if (found === undefined) {
    throw invalidInput('bad-option', `${option} is ${text}.`, { hint: `Use one of ${allowed.join(', ')}.` });
  }
  return found;
}
