/**
 * Reads and validates model packages: archive, version, every hash, every schema, and that the parts fit together. What
 * passes can be scored; whether it scores right is for `selfCheck` to say.
 */

import { createHash } from 'node:crypto';
import { basename } from 'node:path';
import type * as z from 'zod';
import { AuguryError, dataProblem, unsupported } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import { validateAdditive } from '../../ml/additive/serialize.ts';
import { type Member, type ModelSpec, type NeighboursModel, rawColumnsOf } from '../../ml/model-spec.ts';
import type { NetModel } from '../../ml/nets/net-model.ts';
import { stepInputs, stepOutputType } from '../../ml/recipe/fitted-step.ts';
import { validateTrees } from '../../ml/trees/serialize.ts';
import type { PackageAbout, PackageContent } from './package-content.ts';
import { unpackIntervals } from './package-intervals.ts';
import { decodeMembers } from './package-members.ts';
import { checkOnnxGraph } from './package-onnx-check.ts';
import { rowsFromJson, rowsSchema } from './package-rows.ts';
import {
  hashedText,
  isPackageEntry,
  manifestSchema,
  type PackageManifest,
  packageEntries,
  packageFormatVersion,
} from './package-schema.ts';
import { openPackageZip, type PackageZip } from './package-zip.ts';
import { paritySchema } from './parity.ts';
import { referenceSchema } from './reference-statistics.ts';

export type ReadPackage = PackageContent & { readonly manifest: PackageManifest };

/**
 * Reads a package. Throws not-found `package-file`, unsupported `package-newer`, or a data-problem whose details name file
 * and entry: `package-truncated`, `package-damaged`, `package-entry-unsafe`, `package-entry-unknown`,
 * `package-entry-missing`, `package-entry-hash`, `package-too-large`, `package-invalid`, `onnx-refused`.
 */
export async function readPackage(path: string): Promise<ReadPackage> {
  const file = basename(path);
  const zip = await openPackageZip(path);
  try {
    const manifest = await readManifest(zip, file);
    for (const name of zip.names) {
      if (!isPackageEntry(name))
        throw problem(file, name, 'package-entry-unknown', 'does not belong in a model package');
    }
    const entries = new Map<string, Uint8Array>();
    for (const [name, { required }] of Object.entries(packageEntries)) {
      if (name === 'model.json') continue;
      const declared = manifest.entries[name];
      if (declared === undefined && !zip.names.includes(name) && !required) continue;
      const bytes = await zip.read(name);
      if (declared === undefined || sha256(bytes) !== declared.sha256) {
        throw problem(
          file,
          name,
          'package-entry-hash',
          'is not what was written: its hash differs from the one in model.json',
        );
      }
      entries.set(name, bytes);
    }
    return assemble(file, manifest, entries);
  } finally {
    zip.close();
  }
}

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

const problem = (file: string, entry: string, code: string, what: string, cause?: unknown): AuguryError =>
  dataProblem(code, `The model package “${file}” is refused: its entry “${entry}” ${what}.`, {
    hint: 'Get the package again from its source, or export the model again.',
    details: { file, entry },
    cause,
  });

function parseJson(file: string, entry: string, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (cause) {
    throw problem(file, entry, 'package-invalid', 'is no JSON text', cause);
  }
}

function parseAs<S extends z.ZodType>(schema: S, file: string, entry: string, value: unknown): z.output<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? 'at its top' : `at ${issue.path.join('.')}`;
  throw problem(
    file,
    entry,
    'package-invalid',
    `does not have the expected form ${where}: ${issue?.message ?? 'unknown'}`,
  );
}

/** model.json: version first, then its own hash, then its form, so that the message names the real cause. */
async function readManifest(zip: PackageZip, file: string): Promise<PackageManifest> {
  const entry = 'model.json';
  const value = parseJson(file, entry, await zip.read(entry));
  if (!isRecord(value) || value.format !== 'augury-model') {
    throw problem(file, entry, 'package-invalid', 'does not describe an Augury model');
  }
  const version = value.formatVersion;
  if (typeof version === 'number' && version > packageFormatVersion) {
    const writer = typeof value.appVersion === 'string' ? value.appVersion.slice(0, 40) : 'a newer version';
    throw unsupported(
      'package-newer',
      `The model package “${file}” has format ${version}, written by Augury ${writer}; this version reads up to ${packageFormatVersion}.`,
      {
        hint: `Update Augury to ${writer} or newer, or export the model again from this version.`,
        details: { file, entry, version },
      },
    );
  }
  if (sha256(hashedText(value)) !== value.contentSha256) {
    throw problem(file, entry, 'package-entry-hash', 'was changed after it was written: its own hash does not fit');
  }
  return parseAs(manifestSchema, file, entry, value);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function assemble(file: string, manifest: PackageManifest, entries: ReadonlyMap<string, Uint8Array>): ReadPackage {
  const bytesOf = (name: string): Uint8Array => {
    const bytes = entries.get(name);
    if (bytes === undefined) throw problem(file, name, 'package-entry-missing', 'is missing');
    return bytes;
  };
  /** Failures of parts that do not know their file get its name. */
  const within = <T>(entry: string, work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      if (!(cause instanceof AuguryError) || cause.family === 'bug') throw cause;
      throw new AuguryError(cause.family, cause.code, `The model package “${file}” is refused: ${cause.message}`, {
        hint: cause.hint,
        details: { ...cause.details, file, entry },
        cause,
      });
    }
  };
  const json = (entry: string): unknown => parseJson(file, entry, bytesOf(entry));
  const frame = (entry: string, value: z.output<typeof rowsSchema>) => {
    const rows = rowsFromJson(value);
    if (rows === null) throw problem(file, entry, 'package-invalid', 'has columns of different lengths');
    return rows;
  };
  const members = within('members.bin', () => decodeMembers(bytesOf('members.bin')));
  const { intervals: packed } = manifest;
  const intervals = packed === undefined ? undefined : within('model.json', () => unpackIntervals(packed));
  const spec: ModelSpec = {
    task: manifest.task,
    classes: manifest.classes,
    outputCount: manifest.outputCount,
    recipe: {
      inputs: manifest.inputs,
      ...(manifest.steps === undefined ? {} : { steps: manifest.steps }),
      features: manifest.features,
    },
    members,
    calibration: manifest.calibration,
    ...(manifest.response === undefined ? {} : { response: manifest.response }),
    ...(intervals === undefined ? {} : { intervals }),
  };
  const misfit = findMisfit(spec);
  if (misfit !== null) throw problem(file, 'members.bin', 'package-invalid', `does not fit model.json: ${misfit}`);
  within('members.bin', () => {
    for (const member of members) {
      if (member.kind === 'trees') validateTrees(member.trees, spec.recipe.features.length);
      if (member.kind === 'additive') validateAdditive(member.additive, spec.recipe.features.length);
    }
  });
  within('model.onnx', () => checkOnnxGraph(bytesOf('model.onnx')));
  const parity = parseAs(paritySchema, file, 'parity.json', json('parity.json'));
  const report = entries.has('report.json') ? (json('report.json') as JsonValue) : null;
  return {
    manifest,
    about: aboutOf(manifest),
    spec,
    onnx: bytesOf('model.onnx'),
    parity: {
      rows: frame('parity.json', parity.rows),
      expected: { margins: Float64Array.from(parity.margins), outputs: Float64Array.from(parity.outputs) },
    },
    reference: parseAs(referenceSchema, file, 'reference.json', json('reference.json')),
    background: frame('background.json', parseAs(rowsSchema, file, 'background.json', json('background.json'))),
    report,
  };
}

const aboutOf = (manifest: PackageManifest): PackageAbout => {
  const { name, description, target, learner, metric, metrics, baselineMetrics, policy, lineage } = manifest;
  return { name, description, target, learner, metric, metrics, baselineMetrics, policy, lineage };
};

/** The first contradiction between the parts of a model, in words; null when they fit. */
function findMisfit(spec: ModelSpec): string | null {
  const { task, classes, outputCount, recipe, calibration } = spec;
  const classCount = task === 'regression' ? 0 : task === 'binary' ? 2 : outputCount;
  const width = spec.response?.kind === 'quantiles' ? spec.response.levels.length : 1;
  if (spec.response !== undefined && task !== 'regression') return `a response for a ${task} model`;
  if (classes.length !== classCount || (task !== 'multiclass' && outputCount !== width)) {
    return `${classes.length} classes and ${outputCount} outputs for a ${task} model`;
  }
  if (
    (calibration.kind === 'piecewise' || calibration.kind === 'venn-abers') &&
    calibration.margins.length !== calibration.probabilities.length
  ) {
    return 'a calibration table with columns of different lengths';
  }
  const binaryOnly = ['platt', 'beta', 'piecewise', 'venn-abers'].includes(calibration.kind);
  if ((task === 'multiclass' && binaryOnly) || (task !== 'multiclass' && calibration.kind === 'vector'))
    return `a ${calibration.kind} calibration for a ${task} model`;
  if (
    calibration.kind === 'vector' &&
    [calibration.scales, calibration.offsets].some((row) => row.length !== outputCount)
  )
    return 'a calibration with another number of classes';
  const wrong = intervalMisfit(spec);
  if (wrong !== null) return wrong;
  const types = new Map(recipe.inputs.map((input) => [input.name, input.type]));
  if (types.size !== recipe.inputs.length) return 'an input column occurs twice';
  for (const step of recipe.steps ?? []) {
    const lost = stepInputs(step).find(
      ([name, type]) => !types.has(name) || (type !== null && types.get(name) !== type),
    );
    if (lost !== undefined) return `step “${step.output}” has no ${lost[1] ?? 'such'} column “${lost[0]}”`;
    if (types.has(step.output)) return `the column “${step.output}” is made twice`;
    types.set(step.output, stepOutputType(step));
  }
  const raw = new Set(recipe.inputs.map((input) => input.name));
  const foreign = recipe.features.find((feature) => rawColumnsOf(feature).some((name) => !raw.has(name)));
  if (foreign !== undefined) {
    const lost = rawColumnsOf(foreign).find((name) => !raw.has(name));
    return `feature “${foreign.name}” comes from “${lost}”, which is no input column`;
  }
  const wanted = { numeric: 'double', category: 'string', 'date-part': 'timestamp' } as const;
  const stray = recipe.features.find((feature) => types.get(feature.source) !== wanted[feature.kind]);
  if (stray !== undefined) return `feature “${stray.name}” has no ${wanted[stray.kind]} column “${stray.source}”`;
  for (const member of spec.members) {
    const misfit = memberMisfit(spec, member);
    if (misfit !== null) return misfit;
  }
  return null;
}

function intervalMisfit({ task, classes, recipe, members, intervals }: ModelSpec): string | null {
  if (intervals === undefined || intervals.kind === 'refused') return null;
  if ((intervals.kind === 'number') !== (task === 'regression'))
    return `intervals of ${intervals.kind} for a ${task} model`;
  if (intervals.kind === 'classes') {
    const { classTables } = intervals;
    return classTables === null || classTables.length === classes.length ? null : 'sets for another number of classes';
  }
  const { shape, plus } = intervals;
  if ((intervals.source === 'cv+') !== (plus !== undefined)) return 'intervals of fold models without them';
  for (const { trees, members: own } of plus?.folds ?? []) {
    if (trees !== null) validateTrees(trees, recipe.features.length);
    if (trees !== null && trees.outputCount !== 1) return 'fold trees of another width';
    const stray = own.find((at) => members[at] === undefined || members[at].kind === 'constant');
    if (stray !== undefined) return `member ${stray} of a fold, which the model does not have`;
  }
  if (shape.kind === 'constant') return null;
  validateTrees(shape.trees, recipe.features.length);
  return shape.trees.outputCount === (shape.kind === 'quantiles' ? 2 : 1) ? null : 'interval trees of another width';
}

function neighboursMisfit({ outputCount, task, recipe }: ModelSpec, model: NeighboursModel): string | null {
  if (model.outputCount !== outputCount || model.task !== task) return 'neighbours of another task';
  const wrong = model.coordinates.some(({ factor }) => {
    const feature = recipe.features[factor.feature];
    return feature === undefined || (feature.kind === 'category') !== (factor.kind === 'level');
  });
  return wrong ? 'a coordinate of a feature that does not exist or has another kind' : null;
}

function netMisfit({ outputCount, task, recipe }: ModelSpec, { numbers, categories, ...net }: NetModel): string | null {
  if (net.outputCount !== outputCount || net.task !== task) return 'a net of another task';
  const isNumber = (at: number): boolean =>
    recipe.features[at] !== undefined && recipe.features[at].kind !== 'category';
  const fits =
    numbers.every(({ feature }) => isNumber(feature)) &&
    categories.every(({ feature, rows }) => {
      const found = recipe.features[feature];
      return found?.kind === 'category' && found.levels.length + 1 === rows.length;
    });
  return fits ? null : 'a net that reads a feature that does not exist or has another kind';
}

function memberMisfit(spec: ModelSpec, member: Member): string | null {
  const { outputCount } = spec;
  const isRow = (weights: readonly number[]): boolean => weights.length === outputCount;
  if (member.kind === 'graph') return spec.members.length === 1 ? null : 'a foreign graph beside other members';
  if (member.kind === 'constant') return isRow(member.margin) ? null : 'a constant of another width';
  if (member.kind === 'trees')
    return member.trees.outputCount === outputCount ? null : 'trees with another number of outputs';
  if (member.kind === 'neighbours') return neighboursMisfit(spec, member.neighbours);
  if (member.kind === 'net') return netMisfit(spec, member.net);
  if (member.kind === 'additive')
    return member.additive.outputCount === outputCount ? null : 'an additive model with another number of outputs';
  const { linear } = member;
  if (linear.outputCount !== outputCount || !isRow(linear.intercept))
    return 'a linear model with another number of outputs';
  if (linear.termMeans.length !== linear.terms.length || !linear.termMeans.every(isRow))
    return 'term means that do not fit the terms';
  for (const column of linear.derived ?? []) {
    const wrong = (column.kind === 'hinge' ? [column] : column.factors).some((part) => {
      const feature = spec.recipe.features[part.feature];
      return feature === undefined || (feature.kind === 'category') !== (part.kind === 'level');
    });
    if (wrong) return 'a derived column of a feature that does not exist or has another kind';
  }
  for (const term of linear.terms) {
    if (term.feature >= spec.recipe.features.length) {
      if (linear.derived?.[term.feature - spec.recipe.features.length] === undefined || term.kind !== 'numeric')
        return `a linear term for feature ${term.feature}`;
      if (!isRow(term.weights) || !isRow(term.missingWeights)) return 'weights of another width';
      continue;
    }
    const feature = spec.recipe.features[term.feature];
    if (feature === undefined || (feature.kind === 'category') !== (term.kind === 'category'))
      return `a linear term for feature ${term.feature}`;
    if (!isRow(term.missingWeights)) return 'weights of another width';
    const rows = term.kind === 'category' ? term.levelWeights : [term.weights];
    if (!rows.every(isRow)) return 'weights of another width';
    if (feature.kind === 'category' && rows.length !== feature.levels.length + 1)
      return `weights for ${rows.length} levels of “${feature.name}”`;
  }
  return null;
}
