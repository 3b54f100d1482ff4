/**
 * CatBoost models as JSON. Oblivious trees test one split a level and address their leaves by the bits of the answers,
 * the first split the lowest bit; other growing policies write nested trees. A row answers yes when x > border, so no is
 * our left. One-hot splits compare hashes of texts, which files saved with their pool resolve.
 */
import type { Task } from '../model-spec.ts';
import { type CatboostFeatures, catboostFeatures } from './catboost-features.ts';
import { codeSet, createEnsembleBuilder, type ForeignNode } from './ensemble-builder.ts';
import {
  chosenOutput,
  damagedFile,
  type ForeignModel,
  type ForeignOptions,
  numberedClasses,
  refusedFeature,
} from './foreign-model.ts';
import { field, fieldAt, findField, itemsOf, numberOf, numbersOf, type Place, textOf, textsOf } from './json-reader.ts';

const objectives: Readonly<Record<string, { readonly task: Task; readonly link: 'identity' | 'log' }>> = {
  Logloss: { task: 'binary', link: 'identity' },
  CrossEntropy: { task: 'binary', link: 'identity' },
  MultiClass: { task: 'multiclass', link: 'identity' },
  RMSE: { task: 'regression', link: 'identity' },
  MAE: { task: 'regression', link: 'identity' },
  Quantile: { task: 'regression', link: 'identity' },
  MultiQuantile: { task: 'regression', link: 'identity' },
  MultiRMSE: { task: 'regression', link: 'identity' },
  Huber: { task: 'regression', link: 'identity' },
  LogCosh: { task: 'regression', link: 'identity' },
  MAPE: { task: 'regression', link: 'identity' },
  Lq: { task: 'regression', link: 'identity' },
  Expectile: { task: 'regression', link: 'identity' },
  YetiRank: { task: 'regression', link: 'identity' },
  QueryRMSE: { task: 'regression', link: 'identity' },
  Poisson: { task: 'regression', link: 'log' },
  Tweedie: { task: 'regression', link: 'log' },
};

/** Reads the parsed file. Throws data-problem `foreign-model` or unsupported `foreign-model-unsupported`. */
export function readCatboost(value: unknown, options: ForeignOptions): ForeignModel {
  const top: Place = { library: 'CatBoost', path: '', value };
  const info = field(top, 'model_info');
  const name = textOf(fieldAt(info, 'params', 'loss_function', 'type'));
  const objective = objectives[name];
  if (objective === undefined) {
    throw refusedFeature(
      'CatBoost',
      `its loss function ${name} has no counterpart here`,
      `Known are ${Object.keys(objectives).join(', ')}.`,
    );
  }
  const features = catboostFeatures(field(top, 'features_info'), options);
  const [scalePlace, biasPlace] = itemsOf(field(top, 'scale_and_bias'));
  if (scalePlace === undefined || biasPlace === undefined) throw damagedFile('CatBoost', 'it has no scale and bias');
  const scale = numberOf(scalePlace);
  const bias = Array.isArray(biasPlace.value) ? numbersOf(biasPlace) : [numberOf(biasPlace)];
  const width = bias.length;
  const picked = objective.task === 'regression' ? chosenOutput('CatBoost', width, options.output) : null;
  const builder = createEnsembleBuilder('CatBoost');
  const outputs = picked === null ? bias.map((_, k) => k) : [picked];
  const oblivious = findField(top, 'oblivious_trees');
  const trees = itemsOf(oblivious ?? field(top, 'trees'));
  for (const tree of trees) {
    outputs.forEach((of, output) => {
      if (oblivious === null) builder.addTree(output, tree, nestedReader(features, of, width));
      else builder.addTree(output, { level: 0, leaf: 0 }, obliviousReader(tree, features, of, width));
    });
  }
  const classes = objective.task === 'regression' ? [] : classesOf(info, objective.task === 'binary' ? 2 : width);
  const version = findField(info, 'catboost_version_info');
  return {
    library: 'CatBoost',
    version: version === null ? 'unknown' : (/\d+\.\d+(\.\d+)?/.exec(textOf(version))?.[0] ?? 'unknown'),
    objective: name,
    task: objective.task,
    classes,
    outputCount: outputs.length,
    link: objective.link,
    features: features.list,
    members: [
      { kind: 'trees', weight: scale, trees: builder.build(outputs.map(() => 0)) },
      { kind: 'constant', weight: 1, margin: outputs.map((of) => bias[of]) },
    ],
    treeCount: trees.length,
    hasLaterRounds: false,
    notes: picked !== null && width > 1 ? [`Output ${picked} of ${width} was taken.`] : [],
  };
}

function classesOf(info: Place, count: number): string[] {
  const params = findField(info, 'class_params');
  const names = params === null ? null : findField(params, 'class_names');
  const texts = names === null ? numberedClasses(count) : textsOf(names);
  if (texts.length !== count) throw damagedFile('CatBoost', `it names ${texts.length} classes of ${count}`);
  return texts;
}

type Split = Pick<
  Exclude<ForeignNode<never>, { readonly leaf: number }>,
  'feature' | 'threshold' | 'leftCodes' | 'missingLeft'
>;

function splitOf(split: Place, features: CatboostFeatures): Split {
  const kind = textOf(field(split, 'split_type'));
  if (kind === 'FloatFeature') {
    const found = features.numeric.get(numberOf(field(split, 'float_feature_index')));
    if (found === undefined) throw damagedFile('CatBoost', `${split.path} names an unknown number column`);
    const border = Math.fround(numberOf(field(split, 'border')));
    return { feature: found.position, threshold: border, leftCodes: null, missingLeft: found.missingLeft };
  }
  if (kind === 'OneHotFeature') {
    const found = features.category.get(numberOf(field(split, 'cat_feature_index')));
    if (found === undefined) throw damagedFile('CatBoost', `${split.path} names an unknown category column`);
    const code = found.codeOfHash.get(numberOf(field(split, 'value')) >>> 0);
    if (code === undefined) {
      throw refusedFeature(
        'CatBoost',
        `it keeps the categories of “${found.name}” as hashes without their texts`,
        'Save it again with the pool it was trained on: save_model(file, format="json", pool=pool).',
      );
    }
    const spec = features.list[found.position];
    const count = spec?.kind === 'category' ? spec.levels.length + 1 : 0;
    return {
      feature: found.position,
      threshold: 0,
      leftCodes: codeSet(count, (candidate) => candidate !== code),
      missingLeft: true,
    };
  }
  throw refusedFeature(
    'CatBoost',
    `it uses statistics of category columns (${kind}), which are no property of a row alone`,
    'Train with one_hot_max_size at least the number of levels, or encode the categories before.',
  );
}

type LeafPath = { readonly level: number; readonly leaf: number };

function obliviousReader(
  tree: Place,
  features: CatboostFeatures,
  output: number,
  width: number,
): (key: LeafPath) => ForeignNode<LeafPath> {
  const listed = findField(tree, 'splits');
  const splits = listed === null ? [] : itemsOf(listed).map((split) => splitOf(split, features));
  const values = numbersOf(field(tree, 'leaf_values'));
  const weights = findField(tree, 'leaf_weights');
  const covers = weights === null ? [] : numbersOf(weights);
  if (splits.length > 20 || values.length !== width * 2 ** splits.length) {
    throw damagedFile('CatBoost', `${tree.path} has ${values.length} leaf values for ${splits.length} splits`);
  }
  return ({ level, leaf }) => {
    if (level === splits.length) return { leaf: values[leaf * width + output], cover: covers[leaf] ?? 0 };
    const next = level + 1;
    return {
      ...splits[level],
      left: { level: next, leaf },
      right: { level: next, leaf: leaf | (1 << level) },
      gain: 0,
    };
  };
}

function nestedReader(features: CatboostFeatures, output: number, width: number): (key: Place) => ForeignNode<Place> {
  return (node) => {
    const split = findField(node, 'split');
    if (split === null) {
      const value = field(node, 'value');
      const values = Array.isArray(value.value) ? numbersOf(value) : [numberOf(value)];
      if (values.length !== width)
        throw damagedFile('CatBoost', `${node.path} has ${values.length} values of ${width}`);
      const weight = findField(node, 'weight');
      return { leaf: values[output], cover: weight === null ? 0 : numberOf(weight) };
    }
    return { ...splitOf(split, features), left: field(node, 'left'), right: field(node, 'right'), gain: 0 };
  };
}
