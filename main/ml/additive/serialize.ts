/**
 * Additive models as bytes. Little-endian, deterministic, versioned:
 *   "AUGA" · version u32 · header length u32 · header JSON · per term: cuts f32[], values f32[], deviations f32[], weights f32[]
 * The header names outputs, intercept (as f64 bit patterns would be: shortest round-trip decimals) and every term's features
 * and number of cuts, from which all lengths follow.
 */

import { dataProblem, unsupported } from '../../base/errors.ts';
import { jsonHeader, readJsonHeader } from '../json-header.ts';
import type { AdditiveModel, AdditiveTerm } from '../model-spec.ts';
import { cellCountOf } from './tables.ts';

const magic = 0x41475541; // "AUGA"
const version = 1;
const prefixBytes = 12;

type Header = {
  readonly outputCount: number;
  readonly intercept: readonly number[];
  readonly terms: readonly { readonly features: readonly number[]; readonly cuts: readonly number[] }[];
};

/** The bytes of a model; see the file's header for the layout. */
export function encodeAdditive(model: AdditiveModel): Uint8Array {
  const header: Header = {
    outputCount: model.outputCount,
    intercept: [...model.intercept],
    terms: model.terms.map(({ features, cuts }) => ({ features, cuts: cuts.map((axis) => axis.length) })),
  };
  const json = jsonHeader(header);
  const tables = model.terms.flatMap((term) => [...term.cuts, term.values, term.deviations, term.weights]);
  const bytes = new Uint8Array(prefixBytes + json.length + 4 * tables.reduce((sum, table) => sum + table.length, 0));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, prefixBytes);
  let at = prefixBytes + json.length;
  for (const table of tables) {
    for (let i = 0; i < table.length; i++, at += 4) view.setFloat32(at, table[i], true);
  }
  return bytes;
}

/** Reads what `encodeAdditive` wrote. Throws unsupported for another version, data-problem `additive-model` otherwise. */
export function decodeAdditive(bytes: Uint8Array): AdditiveModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < prefixBytes || view.getUint32(0, true) !== magic) throw damaged('it does not start like one');
  if (view.getUint32(4, true) !== version) {
    throw unsupported(
      'additive-model-version',
      `The additive model has format ${view.getUint32(4, true)}, known is ${version}.`,
      { hint: 'Open it with the version of Augury that wrote it, or a newer one.' },
    );
  }
  const headerEnd = prefixBytes + view.getUint32(8, true);
  if (headerEnd > bytes.length) throw damaged('its header is cut off');
  const header = readJsonHeader(bytes.subarray(prefixBytes, headerEnd), isHeader, damaged);
  let expected = headerEnd;
  for (const { cuts } of header.terms) {
    const cells = cuts.reduce((count, length) => count * (length + 2), 1);
    expected += 4 * (cuts.reduce((sum, length) => sum + length, 0) + cells * (2 * header.outputCount + 1));
  }
  if (expected !== bytes.length) throw damaged(`it has ${bytes.length} bytes instead of ${expected}`);
  let at = headerEnd;
  const floats = (length: number): Float32Array => {
    const start = at;
    at += 4 * length;
    return Float32Array.from({ length }, (_, i) => view.getFloat32(start + 4 * i, true));
  };
  const terms = header.terms.map(({ features, cuts: lengths }): AdditiveTerm => {
    const cuts = lengths.map(floats);
    const cells = cellCountOf({ cuts });
    const values = floats(cells * header.outputCount);
    const deviations = floats(cells * header.outputCount);
    return { features, cuts, values, deviations, weights: floats(cells) };
  });
  const model = { outputCount: header.outputCount, intercept: Float64Array.from(header.intercept), terms };
  validateAdditive(model);
  return model;
}

/** Throws data-problem `additive-model` naming the first defect; `featureCount`, when given, bounds the features used. */
export function validateAdditive(model: AdditiveModel, featureCount = 2 ** 31): void {
  if (!model.intercept.every(Number.isFinite)) throw damaged('an intercept is not finite');
  model.terms.forEach((term, t) => {
    if (term.features.some((feature) => feature >= featureCount)) {
      throw damaged(`term ${t} uses feature ${Math.max(...term.features)} of ${featureCount}`);
    }
    for (const cuts of term.cuts) {
      for (let i = 0; i < cuts.length; i++) {
        if (Number.isNaN(cuts[i]) || (i > 0 && cuts[i] <= cuts[i - 1]))
          throw damaged(`the cuts of term ${t} do not rise`);
      }
    }
    if (!term.values.every(Number.isFinite)) throw damaged(`term ${t} has a value that is not finite`);
    const spread = (table: Float32Array): boolean =>
      table.every((value) => value >= 0 && value < Number.POSITIVE_INFINITY);
    if (!spread(term.deviations) || !spread(term.weights)) throw damaged(`term ${t} has a broken spread or weight`);
  });
}

const isCount = (value: unknown, least: number): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value < 2 ** 24;

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const { outputCount, intercept, terms } = value as Partial<Record<keyof Header, unknown>>;
  if (!isCount(outputCount, 1) || !Array.isArray(intercept) || !Array.isArray(terms)) return false;
  if (intercept.length !== outputCount || !intercept.every((each) => typeof each === 'number')) return false;
  return terms.every((term: unknown) => {
    if (typeof term !== 'object' || term === null) return false;
    const { features, cuts } = term as { features?: unknown; cuts?: unknown };
    if (!Array.isArray(features) || !Array.isArray(cuts) || features.length !== cuts.length) return false;
    if (features.length < 1 || features.length > 2 || (features.length === 2 && !(features[0] < features[1])))
      return false;
    return features.every((each) => isCount(each, 0)) && cuts.every((each) => isCount(each, 0));
  });
}

const damaged = (what: string): Error =>
  dataProblem('additive-model', `The additive model is damaged: ${what}.`, {
    hint: 'Export the model again from its source.',
  });
