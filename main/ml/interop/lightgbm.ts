/**
 * LightGBM models in their text format (files of version 4). Parameters stand as key=value lines, trees as blocks of
 * them, the levels of pandas' categories in a last line.
 */
import type { Task } from '../model-spec.ts';
import { createEnsembleBuilder } from './ensemble-builder.ts';
import {
  damagedFile,
  type ForeignFeature,
  type ForeignModel,
  type ForeignOptions,
  numberedClasses,
  refusedFeature,
} from './foreign-model.ts';
import { lightgbmTree } from './lightgbm-tree.ts';

type Objective = { readonly task: Task; readonly link: 'identity' | 'log' };

const objectives: Readonly<Record<string, Objective>> = {
  binary: { task: 'binary', link: 'identity' },
  cross_entropy: { task: 'binary', link: 'identity' },
  multiclass: { task: 'multiclass', link: 'identity' },
  regression: { task: 'regression', link: 'identity' },
  regression_l1: { task: 'regression', link: 'identity' },
  huber: { task: 'regression', link: 'identity' },
  fair: { task: 'regression', link: 'identity' },
  quantile: { task: 'regression', link: 'identity' },
  mape: { task: 'regression', link: 'identity' },
  lambdarank: { task: 'regression', link: 'identity' },
  rank_xendcg: { task: 'regression', link: 'identity' },
  custom: { task: 'regression', link: 'identity' },
  poisson: { task: 'regression', link: 'log' },
  gamma: { task: 'regression', link: 'log' },
  tweedie: { task: 'regression', link: 'log' },
};

/** Reads the text of a model file. Throws data-problem `foreign-model` or unsupported `foreign-model-unsupported`. */
export function readLightgbm(text: string, options: ForeignOptions): ForeignModel {
  const end = text.indexOf('\nend of trees');
  if (end < 0) throw damagedFile('LightGBM', 'it has no line “end of trees”: it is cut off');
  const blocks = text.slice(0, end).split(/\r?\n(?=Tree=\d+\r?\n)/);
  const head = keyValues(blocks[0]);
  const [objectiveName, ...settings] = (head.get('objective') ?? 'custom').split(' ');
  const objective = objectives[objectiveName];
  if (objective === undefined || settings.includes('sqrt')) {
    throw refusedFeature(
      'LightGBM',
      `its objective ${[objectiveName, ...settings].join(' ')} has no counterpart here`,
      `Known are ${Object.keys(objectives).join(', ')}.`,
    );
  }
  const featureCount = Number(head.get('max_feature_idx')) + 1;
  const names = (head.get('feature_names') ?? '').split(' ');
  if (!Number.isInteger(featureCount) || names.length !== featureCount) {
    throw damagedFile('LightGBM', `it names ${names.length} features and says it has ${featureCount}`);
  }
  const features = readFeatures(head, names, text.slice(end), options);
  const perRound = Number(head.get('num_tree_per_iteration') ?? 1);
  const outputCount = objective.task === 'multiclass' ? perRound : 1;
  if (perRound !== outputCount) throw damagedFile('LightGBM', `${perRound} trees a round for ${objectiveName}`);
  const trees = blocks.slice(1);
  if (trees.length % perRound !== 0) throw damagedFile('LightGBM', `it has ${trees.length} trees, ${perRound} a round`);
  const builder = createEnsembleBuilder('LightGBM');
  trees.forEach((block, t) => {
    const values = keyValues(block);
    builder.addTree(t % perRound, 0, lightgbmTree(t, values, features), 2 * Number(values.get('num_leaves')));
  });
  const notes: string[] = [];
  const sigmoid = Number(settings.find((setting) => setting.startsWith('sigmoid:'))?.slice(8) ?? 1);
  // A forest is the mean of its trees; the slope of the sigmoid scales the log-odds.
  const averaged = /^average_output\s*$/m.test(blocks[0]);
  const weight = (objective.task === 'binary' ? sigmoid : 1) / (averaged ? Math.max(1, trees.length / perRound) : 1);
  if (!(weight > 0 && Number.isFinite(weight))) throw damagedFile('LightGBM', `the sigmoid ${sigmoid}`);
  if (averaged) notes.push('A forest: the prediction is the mean over its trees.');
  return {
    library: 'LightGBM',
    version: head.get('version') ?? 'unknown',
    objective: [objectiveName, ...settings].join(' '),
    task: objective.task,
    classes: objective.task === 'regression' ? [] : numberedClasses(objective.task === 'binary' ? 2 : outputCount),
    outputCount,
    link: objective.link,
    features,
    members: [{ kind: 'trees', weight, trees: builder.build(new Array<number>(outputCount).fill(0)) }],
    treeCount: trees.length,
    hasLaterRounds: false,
    notes,
  };
}

/** key=value lines; a line without = is left out. */
function keyValues(block: string): Map<string, string> {
  const map = new Map<string, string>();
  for (const line of block.split(/\r?\n/)) {
    const at = line.indexOf('=');
    if (at > 0) map.set(line.slice(0, at), line.slice(at + 1).trim());
  }
  return map;
}

/**
 * `feature_infos` tells a category by its list of codes; `pandas_categorical` has the levels of every category column in
 * turn, also of those that no split uses and whose info is "none".
 */
function readFeatures(
  head: ReadonlyMap<string, string>,
  names: readonly string[],
  tail: string,
  options: ForeignOptions,
): ForeignFeature[] {
  const infos = (head.get('feature_infos') ?? '').split(' ');
  if (infos.length !== names.length)
    throw damagedFile('LightGBM', `${infos.length} feature infos for ${names.length} features`);
  const isCategory = infos.map((info) => /^-?\d+(:-?\d+)*$/.test(info));
  const line = /^pandas_categorical:(.*)$/m.exec(tail)?.[1]?.trim() ?? 'null';
  let pandas: unknown;
  try {
    pandas = JSON.parse(line);
  } catch {
    throw damagedFile('LightGBM', 'the levels of its categories are no JSON');
  }
  const levelLists = Array.isArray(pandas) ? pandas : [];
  const used = isCategory.filter(Boolean).length;
  const unused = infos.filter((info) => info === 'none').length;
  const takesUnused = levelLists.length === used + unused;
  const fits = levelLists.length === used || takesUnused;
  let turn = 0;
  return names.map((name, i): ForeignFeature => {
    if (!isCategory[i]) {
      if (infos[i] === 'none' && takesUnused && unused > 0) turn++;
      return { kind: 'numeric', name, integer: false };
    }
    const codes = infos[i].split(':').map(Number);
    const count = Math.max(-1, ...codes) + 1;
    const stored: unknown = levelLists.length > 0 && fits ? levelLists[turn++] : null;
    const levels = options.levels.get(name) ?? (Array.isArray(stored) ? stored.map(levelText) : null);
    if (levels === null && levelLists.length > 0) {
      throw refusedFeature(
        'LightGBM',
        `its file does not tell which levels belong to “${name}”`,
        'Give the levels of the category columns, in the order of their codes, in a schema file.',
      );
    }
    if (levels !== null && levels.length < count) {
      throw refusedFeature(
        'LightGBM',
        `“${name}” has codes up to ${count - 1} and only ${levels.length} levels are named`,
        'List all levels of the column in the order of their codes.',
      );
    }
    return { kind: 'category', name, levels: levels ?? numberedClasses(count) };
  });
}

/** A pandas level as it is written in a table: true and false as Python writes them. */
const levelText = (value: unknown): string => (typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value));
