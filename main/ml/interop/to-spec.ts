/** From a model of another library to a specification of this application: features become columns, codes become texts. */
import type { FeatureSpec, InputSpec, ModelSpec } from '../model-spec.ts';
import type { ForeignFeature, ForeignModel } from './foreign-model.ts';

/** The specification; `classes` replaces the texts of classes that a file only numbers. */
export function foreignSpec(model: ForeignModel, classes: readonly string[] = model.classes): ModelSpec {
  return {
    task: model.task,
    classes,
    outputCount: model.outputCount,
    recipe: { inputs: model.features.map(inputOf), features: model.features.map(featureOf) },
    members: model.members,
    calibration: { kind: 'identity' },
    ...(model.link === 'log' ? { response: { kind: 'log' as const } } : {}),
  };
}

const inputOf = (feature: ForeignFeature): InputSpec =>
  feature.kind === 'category'
    ? { name: feature.name, type: 'string', logicalType: 'text' }
    : { name: feature.name, type: 'double', logicalType: feature.integer ? 'integer' : 'number' };

const featureOf = (feature: ForeignFeature): FeatureSpec =>
  feature.kind === 'category'
    ? { kind: 'category', name: feature.name, source: feature.name, levels: feature.levels.map(levelText) }
    : { kind: 'numeric', name: feature.name, source: feature.name };

/** A level must be a text: an empty one, which means missing here, keeps its place in the order without ever matching. */
const levelText = (level: string, code: number): string => (level === '' ? `\u0000${code}` : level);
