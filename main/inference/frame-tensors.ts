/** Rows of a frame as tensors for an exported model, and text results back. No runtime is needed for either. */

import { bug } from '../base/errors.ts';
import { type Frame, findColumn, type RawColumn } from '../ml/frame.ts';
import type { InputSpec } from '../ml/model-spec.ts';
import type { WireTensor, WireTensors } from './protocol.ts';

const missingTime = -(2n ** 63n);

/**
 * The raw inputs of rows `from` … `to` (exclusive), each [rows, 1]. Values are copied, so shared memory stays here and the
 * frame may change afterwards. Missing: NaN in doubles, the smallest int64 in timestamps, "" in text.
 */
export function frameTensors(inputs: readonly InputSpec[], frame: Frame, from = 0, to = frame.rowCount): WireTensors {
  const tensors: Record<string, WireTensor> = {};
  for (const input of inputs) {
    const column = findColumn(frame, input.name);
    if (column === null || column.type !== input.type)
      throw bug(`the frame has no ${input.type} column “${input.name}”`);
    tensors[input.name] = columnTensor(column, from, to);
  }
  return tensors;
}

function columnTensor(column: RawColumn, from: number, to: number): WireTensor {
  const dims = [to - from, 1];
  switch (column.type) {
    case 'double':
      return { type: 'float64', dims, data: Float64Array.from(column.values.subarray(from, to)) };
    case 'timestamp': {
      const data = new BigInt64Array(to - from);
      for (let i = 0; i < data.length; i++) {
        const value = column.values[from + i];
        data[i] = Number.isFinite(value) ? BigInt(Math.floor(value)) : missingTime;
      }
      return { type: 'int64', dims, data };
    }
    case 'string':
      return { type: 'string', dims, ...usedTexts(column.codes.subarray(from, to), column.levels) };
  }
}

/** Codes with the levels they use: a chunk of few rows need not carry a hundred thousand levels. */
function usedTexts(codes: Int32Array, levels: readonly string[]): { codes: Int32Array; levels: readonly string[] } {
  if (levels.length <= codes.length) return { codes: Int32Array.from(codes), levels };
  const places = new Map<number, number>();
  const used: string[] = [];
  const compact = Int32Array.from(codes, (code) => {
    if (code < 0) return -1;
    const known = places.get(code);
    if (known !== undefined) return known;
    const place = used.push(levels[code]) - 1;
    places.set(code, place);
    return place;
  });
  return { codes: compact, levels: used };
}

/** The texts of a string tensor. */
export const tensorTexts = (tensor: Extract<WireTensor, { type: 'string' }>): string[] =>
  Array.from(tensor.codes, (code) => (code < 0 ? '' : tensor.levels[code]));
