/**
 * A net as bytes. Little-endian, deterministic, versioned:
 *   "AUGT" · version u32 · header length u32 · header JSON (everything but edges, rows and parameters) · edges of each
 *   number f32[] · rows of each category i32[] · parameters f32[]
 */

import { dataProblem, unsupported } from '../../base/errors.ts';
import { jsonHeader, readJsonHeader } from '../json-header.ts';
import type { NetModel } from './net-model.ts';
import { netParameters } from './tabular-net.ts';
import { parameterCount } from './training-graph.ts';

const magic = 0x54475541; // "AUGT"
const version = 1;
const prefixBytes = 12;

type Header = Omit<NetModel, 'numbers' | 'categories' | 'parameters'> & {
  readonly numbers: readonly {
    readonly feature: number;
    readonly impute: number;
    readonly marksMissing: boolean;
    readonly edges: number;
  }[];
  readonly categories: readonly { readonly feature: number; readonly missingRow: number; readonly codes: number }[];
};

/** The bytes of a model; see the file's header for the layout. */
export function encodeNet(model: NetModel): Uint8Array {
  const { numbers, categories, parameters, ...rest } = model;
  const header: Header = {
    ...rest,
    numbers: numbers.map(({ edges, ...number }) => ({ ...number, edges: edges.length })),
    categories: categories.map(({ rows, ...category }) => ({ ...category, codes: rows.length })),
  };
  const json = jsonHeader(header);
  const tables = [...numbers.map(({ edges }) => edges), ...categories.map(({ rows }) => rows), parameters];
  const length = tables.reduce((sum, table) => sum + 4 * table.length, prefixBytes + json.length);
  const bytes = new Uint8Array(length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint32(4, version, true);
  view.setUint32(8, json.length, true);
  bytes.set(json, prefixBytes);
  let at = prefixBytes + json.length;
  for (const table of tables) {
    for (let i = 0; i < table.length; i++, at += 4) {
      if (table instanceof Float32Array) view.setFloat32(at, table[i], true);
      else view.setInt32(at, table[i], true);
    }
  }
  return bytes;
}

/** Reads what `encodeNet` wrote. Throws unsupported for another version, data-problem `net-model` otherwise. */
export function decodeNet(bytes: Uint8Array): NetModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < prefixBytes || view.getUint32(0, true) !== magic) throw damaged('it does not start like one');
  if (view.getUint32(4, true) !== version) {
    throw unsupported('net-version', `The net has format ${view.getUint32(4, true)}, known is ${version}.`, {
      hint: 'Open it with the version of Augury that wrote it, or a newer one.',
    });
  }
  let at = prefixBytes + view.getUint32(8, true);
  if (at > bytes.length) throw damaged('the header is cut off');
  const { numbers, categories, ...rest } = readJsonHeader(bytes.subarray(prefixBytes, at), isHeader, damaged);
  const take = (count: number): number => {
    const start = at;
    at += 4 * count;
    if (at > bytes.length) throw damaged('its length does not fit');
    return start;
  };
  const floats = (count: number): Float32Array => {
    const start = take(count);
    return Float32Array.from({ length: count }, (_, i) => view.getFloat32(start + 4 * i, true));
  };
  const integers = (count: number): Int32Array => {
    const start = take(count);
    return Int32Array.from({ length: count }, (_, i) => view.getInt32(start + 4 * i, true));
  };
  const layout = {
    ...rest,
    numbers: numbers.map(({ edges, ...number }) => ({ ...number, edges: floats(edges) })),
    categories: categories.map(({ codes, ...category }) => ({ ...category, rows: integers(codes) })),
  };
  const parameters = floats(parameterCount(netParameters(layout)));
  if (at !== bytes.length) throw damaged('its length does not fit');
  const { tableRows, intervals } = layout.shape;
  const isRow = (row: number): boolean => row >= 0 && row < tableRows;
  if (!layout.categories.every(({ rows, missingRow }) => [...rows, missingRow].every(isRow))) {
    throw damaged('a level has no row');
  }
  const rising = (edges: Float32Array): boolean => edges.every((edge, i) => i === 0 || edge > edges[i - 1]);
  if (!layout.numbers.every(({ edges }) => edges.length >= 2 && edges.length <= intervals + 1 && rising(edges))) {
    throw damaged('the intervals of a number do not fit');
  }
  if (![parameters, ...layout.numbers.map(({ edges }) => edges)].every((table) => table.every(Number.isFinite))) {
    throw damaged('a value is not finite');
  }
  return { ...layout, parameters };
}

const isCount = (value: unknown, least = 0): boolean =>
  typeof value === 'number' && Number.isInteger(value) && value >= least && value < 2 ** 20;
const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
const isReal = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value);

function isHeader(value: unknown): value is Header {
  if (!isRecord(value)) return false;
  const { task, outputCount, shape, centre, spread, numbers, categories } = value;
  if (task !== 'binary' && task !== 'multiclass' && task !== 'regression') return false;
  if (!isCount(outputCount, 1) || !isReal(spread) || !isRecord(shape)) return false;
  if (!Array.isArray(centre) || centre.length !== outputCount || !centre.every(isReal)) return false;
  const { intervals, embedding, hidden, members, tableRows } = shape;
  if (!isCount(intervals, 1) || !isCount(embedding, 1) || !isCount(members, 1) || !isCount(tableRows)) return false;
  if (!Array.isArray(hidden) || hidden.length === 0 || !hidden.every((size) => isCount(size, 1))) return false;
  const isNumber = (each: unknown): boolean =>
    isRecord(each) &&
    isCount(each.feature) &&
    isReal(each.impute) &&
    typeof each.marksMissing === 'boolean' &&
    isCount(each.edges, 2);
  const isCategory = (each: unknown): boolean =>
    isRecord(each) && isCount(each.feature) && isCount(each.missingRow) && isCount(each.codes, 1);
  return (
    Array.isArray(numbers) &&
    numbers.every(isNumber) &&
    Array.isArray(categories) &&
    categories.every(isCategory) &&
    numbers.length + categories.length > 0
  );
}

const damaged = (what: string): Error =>
  dataProblem('net-model', `The net is damaged: ${what}.`, { hint: 'Export the model again from its source.' });
