/**
 * XGBoost models (JSON and UBJSON share one schema; files of 1.x to 3.x). The stored base score is in the units of the
 * prediction and becomes a margin through the objective's link: a number in old files, a list as text since 3.0.
 */
import type { LinearModel, Member, Task } from '../model-spec.ts';
import {
  chosenOutput,
  damagedFile,
  type ForeignFeature,
  type ForeignModel,
  type ForeignOptions,
  numberedClasses,
  refusedFeature,
} from './foreign-model.ts';
import { countOf, field, fieldAt, findField, numbersOf, type Place, textOf, textsOf } from './json-reader.ts';
import { readCategoryLevels } from './xgboost-categories.ts';
import { readXgboostTrees } from './xgboost-trees.ts';

type Objective = { readonly task: Task; readonly link: 'identity' | 'logit' | 'log' };

const objectives: Readonly<Record<string, Objective>> = {
  'binary:logistic': { task: 'binary', link: 'logit' },
  'binary:logitraw': { task: 'binary', link: 'logit' },
  'reg:logistic': { task: 'binary', link: 'logit' },
  'multi:softprob': { task: 'multiclass', link: 'identity' },
  'multi:softmax': { task: 'multiclass', link: 'identity' },
  'reg:squarederror': { task: 'regression', link: 'identity' },
  'reg:linear': { task: 'regression', link: 'identity' },
  'reg:squaredlogerror': { task: 'regression', link: 'identity' },
  'reg:pseudohubererror': { task: 'regression', link: 'identity' },
  'reg:absoluteerror': { task: 'regression', link: 'identity' },
  'reg:quantileerror': { task: 'regression', link: 'identity' },
  'rank:pairwise': { task: 'regression', link: 'identity' },
  'rank:ndcg': { task: 'regression', link: 'identity' },
  'rank:map': { task: 'regression', link: 'identity' },
  'count:poisson': { task: 'regression', link: 'log' },
  'reg:gamma': { task: 'regression', link: 'log' },
  'reg:tweedie': { task: 'regression', link: 'log' },
  'survival:cox': { task: 'regression', link: 'log' },
};

/** Reads the parsed file. Throws data-problem `foreign-model` or unsupported `foreign-model-unsupported`. */
export function readXgboost(value: unknown, options: ForeignOptions): ForeignModel {
  const top: Place = { library: 'XGBoost', path: '', value };
  const learner = field(top, 'learner');
  const version = findField(top, 'version');
  const params = field(learner, 'learner_model_param');
  const name = textOf(fieldAt(learner, 'objective', 'name'));
  const objective = objectives[name];
  if (objective === undefined) {
    throw refusedFeature(
      'XGBoost',
      `its objective ${name} has no counterpart here`,
      `Known are ${Object.keys(objectives).join(', ')}.`,
    );
  }
  const featureCount = countOf(field(params, 'num_feature'), 1_000_000);
  const classCount = countOf(field(params, 'num_class'), 100_000);
  const targets = findField(params, 'num_target');
  const groups = Math.max(1, classCount, targets === null ? 1 : countOf(targets, 100_000));
  const booster = field(learner, 'gradient_booster');
  const features = readFeatures(learner, booster, featureCount, options);
  const base = baseMargins(field(params, 'base_score'), groups, objective);
  const notes: string[] = [];
  if (name === 'reg:logistic')
    notes.push('reg:logistic predicts a share from 0 to 1: it is shown as the probability of “1”.');
  if (name === 'binary:logitraw') notes.push('binary:logitraw gives log-odds; probabilities are made from them.');
  const picked = objective.task === 'regression' ? chosenOutput('XGBoost', groups, options.output) : null;
  if (picked !== null && groups > 1) notes.push(`Output ${picked} of ${groups} was taken.`);
  const outputCount = objective.task === 'multiclass' ? groups : 1;
  const keep = picked === null ? base : [base[picked]];
  const outputOf = (group: number): number => (picked === null ? group : group === picked ? 0 : -1);
  const kind = textOf(field(booster, 'name'));
  let members: Member[];
  let treeCount = 0;
  let hasLaterRounds = false;
  if (kind === 'gblinear') {
    const weights = numbersOf(fieldAt(booster, 'model', 'weights'));
    members = [{ kind: 'linear', weight: 1, linear: linearOf(weights, featureCount, groups, outputOf, keep) }];
  } else {
    const read = readXgboostTrees(booster, findField(learner, 'attributes'), features, groups, outputOf, options);
    ({ treeCount, hasLaterRounds } = read);
    notes.push(...read.notes);
    members = [{ kind: 'trees', weight: 1, trees: read.builder.build(keep) }];
  }
  return {
    library: 'XGBoost',
    version: version === null ? 'unknown' : numbersOf(version).join('.'),
    objective: name,
    task: objective.task,
    classes: objective.task === 'regression' ? [] : numberedClasses(objective.task === 'binary' ? 2 : groups),
    outputCount,
    link: objective.link === 'log' ? 'log' : 'identity',
    features,
    members,
    treeCount,
    hasLaterRounds,
    notes,
  };
}

/** "5E-1", 0.5, "[5E-1]" or "[…,…]" as one margin an output. */
function baseMargins(place: Place, groups: number, objective: Objective): number[] {
  const text = textOf(place).trim();
  const numbers = (text.startsWith('[') ? text.slice(1, -1).split(',') : [text]).map(Number);
  if (numbers.some((value) => !Number.isFinite(value)) || (numbers.length !== 1 && numbers.length !== groups)) {
    throw damagedFile('XGBoost', `its base score is ${text.slice(0, 60)}`);
  }
  const margin = (value: number): number => {
    const single = Math.fround(value);
    if (objective.link === 'logit') return Math.fround(Math.log(single / (1 - single)));
    return objective.link === 'log' ? Math.fround(Math.log(single)) : single;
  };
  const margins = Array.from({ length: groups }, (_, k) => margin(numbers[numbers.length === 1 ? 0 : k]));
  if (!margins.every(Number.isFinite))
    throw damagedFile('XGBoost', `its base score ${text} does not fit the objective`);
  return margins;
}

function readFeatures(learner: Place, booster: Place, count: number, options: ForeignOptions): ForeignFeature[] {
  const listOf = (key: string): readonly string[] => {
    const found = findField(learner, key);
    return found === null ? [] : textsOf(found);
  };
  const stored = listOf('feature_names');
  const types = listOf('feature_types');
  const names = stored.length === count ? stored : options.names?.length === count ? options.names : null;
  const levels = readCategoryLevels(booster, count);
  return Array.from({ length: count }, (_, i): ForeignFeature => {
    const name = names?.[i] ?? `f${i}`;
    if (types[i] !== 'c') return { kind: 'numeric', name, integer: types[i] === 'int' };
    // Files before 3.1 keep codes only: 0, 1, … up to the largest one that a split names.
    const coded = numberedClasses(levels.largestCode[i] + 1);
    const given = options.levels.get(name);
    if (given !== undefined && given.length < coded.length && levels.texts[i] === null) {
      throw refusedFeature(
        'XGBoost',
        `“${name}” has at least ${coded.length} categories, and the schema names ${given.length}`,
        'List all levels of the column in the order of their codes.',
      );
    }
    return { kind: 'category', name, levels: levels.texts[i] ?? given ?? coded };
  });
}

/** Weights are feature-major with the bias last; a missing value adds nothing. */
function linearOf(
  weights: readonly number[],
  featureCount: number,
  groups: number,
  outputOf: (group: number) => number,
  base: readonly number[],
): LinearModel {
  if (weights.length !== (featureCount + 1) * groups) {
    throw damagedFile('XGBoost', `it has ${weights.length} weights for ${featureCount} features`);
  }
  const rowOf = (feature: number): number[] => {
    const row = new Array<number>(base.length).fill(0);
    for (let g = 0; g < groups; g++) if (outputOf(g) >= 0) row[outputOf(g)] = weights[feature * groups + g];
    return row;
  };
  const none = new Array<number>(base.length).fill(0);
  const bias = rowOf(featureCount);
  const terms = Array.from({ length: featureCount }, (_, feature) => ({ feature, weights: rowOf(feature) }))
    .filter((term) => term.weights.some((weight) => weight !== 0))
    .map(({ feature, weights: row }) => ({
      kind: 'numeric' as const,
      feature,
      mean: 0,
      scale: 1,
      low: Number.NEGATIVE_INFINITY,
      high: Number.POSITIVE_INFINITY,
      impute: 0,
      weights: row,
      missingWeights: none,
    }));
  return {
    outputCount: base.length,
    intercept: base.map((value, k) => value + bias[k]),
    terms,
    termMeans: terms.map(() => none),
  };
}
