/**
 * Neighbours as bytes. Little-endian, deterministic, versioned:
 *   "AUGN" · version u32 · header length u32 · header JSON (everything but the tables) · points, targets, counts f32[]
 */

import { dataProblem, unsupported } from '../../base/errors.ts';
import { jsonHeader, readJsonHeader } from '../json-header.ts';
import type { NeighboursModel } from '../model-spec.ts';

const magic = 0x4e475541; // "AUGN"
const version = 1;
const prefixBytes = 12;

type Header = Omit<NeighboursModel, 'points' | 'targets' | 'counts'> & { readonly pointCount: number };

/** The bytes of a model; see the file's header for the layout. */
export function encodeNeighbours(model: NeighboursModel): Uint8Array {
  const { points, targets, counts, ...rest } = model;
  const header: Header = { ...rest, pointCount: counts.length };
  const json = jsonHeader(header);
  const bytes = new Uint8Array(prefixBytes + json.length + 4 * (points.length + targets.length + counts.length));
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, prefixBytes);
  let at = prefixBytes + json.length;
  for (const table of [points, targets, counts]) {
    for (let i = 0; i < table.length; i++, at += 4) view.setFloat32(at, table[i], true);
  }
  return bytes;
}

/** Reads what `encodeNeighbours` wrote. Throws unsupported for another version, data-problem `neighbours-model` otherwise. */
export function decodeNeighbours(bytes: Uint8Array): NeighboursModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < prefixBytes || view.getUint32(0, true) !== magic) throw damaged('it does not start like one');
  if (view.getUint32(4, true) !== version) {
    throw unsupported(
      'neighbours-version',
      `The neighbours have format ${view.getUint32(4, true)}, known is ${version}.`,
      {
        hint: 'Open them with the version of Augury that wrote them, or a newer one.',
      },
    );
  }
  const end = prefixBytes + view.getUint32(8, true);
  if (end > bytes.length) throw damaged('the header is cut off');
  const header = readJsonHeader(bytes.subarray(prefixBytes, end), isHeader, damaged);
  const { pointCount, ...rest } = header;
  const sizes = [pointCount * header.coordinates.length, pointCount * header.outputCount, pointCount];
  if (end + 4 * sizes.reduce((sum, size) => sum + size, 0) !== bytes.length) throw damaged('its length does not fit');
  let at = end;
  const [points, targets, counts] = sizes.map((size) => {
    const start = at;
    at += 4 * size;
    return Float32Array.from({ length: size }, (_, i) => view.getFloat32(start + 4 * i, true));
  });
  if (![points, targets, counts].every((table) => table.every(Number.isFinite))) throw damaged('a value is not finite');
  return { ...rest, points, targets, counts };
}

const isCount = (value: unknown, least = 0): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value < 2 ** 24;

function isHeader(value: unknown): value is Header {
  if (typeof value !== 'object' || value === null) return false;
  const { outputCount, task, k, coordinates, prior, priorWeight, pointCount } = value as Partial<
    Record<keyof Header, unknown>
  >;
  if (!isCount(outputCount, 1) || !isCount(k) || !isCount(pointCount, 1) || typeof priorWeight !== 'number')
    return false;
  if (task !== 'binary' && task !== 'multiclass' && task !== 'regression') return false;
  if (!Array.isArray(prior) || prior.length !== outputCount || !prior.every(Number.isFinite)) return false;
  return Array.isArray(coordinates) && coordinates.every(isCoordinate);
}

function isCoordinate(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { factor, weight } = value as { factor?: Record<string, unknown>; weight?: unknown };
  if (typeof factor !== 'object' || factor === null || typeof weight !== 'number' || !isCount(factor.feature))
    return false;
  if (factor.kind === 'level') return isCount(factor.code);
  const { mean, scale, low, high, impute } = factor;
  return factor.kind === 'number' && [mean, scale, low, high, impute].every((each) => typeof each === 'number');
}

const damaged = (what: string): Error =>
  dataProblem('neighbours-model', `The neighbours are damaged: ${what}.`, {
    hint: 'Export the model again from its source.',
  });
