/** Runs model bytes in this process's onnxruntime-node, straight from a frame; for tests of the exporter alone. */
import * as ort from 'onnxruntime-node';
import type { Frame, RawColumn } from '../../main/ml/frame.ts';

export type OrtOutputs = Readonly<
  Record<string, { readonly dims: readonly number[]; readonly data: ArrayLike<number> | readonly string[] }>
>;

export async function runOrt(model: Uint8Array, frame: Frame): Promise<OrtOutputs> {
  const session = await ort.InferenceSession.create(model, { intraOpNumThreads: 1, logSeverityLevel: 3 });
  try {
    const feeds = Object.fromEntries(frame.columns.map((column) => [column.name, tensorOf(column, frame.rowCount)]));
    const results = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(results).map(([name, tensor]) => [name, { dims: tensor.dims, data: plain(tensor.data) }]),
    );
  } finally {
    await session.release();
  }
}

const plain = (data: ort.Tensor['data']): ArrayLike<number> | readonly string[] => {
  if (Array.isArray(data) || data instanceof Float32Array || data instanceof Float64Array) return data;
  throw new Error('unexpected output type');
};

function tensorOf(column: RawColumn, rowCount: number): ort.Tensor {
  const dims = [rowCount, 1];
  if (column.type === 'string') {
    return new ort.Tensor(
      'string',
      Array.from(column.codes, (code) => (code < 0 ? '' : column.levels[code])),
      dims,
    );
  }
  if (column.type === 'double') return new ort.Tensor('float64', column.values, dims);
  const times = BigInt64Array.from(column.values, (value) => (Number.isFinite(value) ? BigInt(value) : -(2n ** 63n)));
  return new ort.Tensor('int64', times, dims);
}

export const numbers = (outputs: OrtOutputs, name: string): number[] => Array.from(outputs[name].data, Number);
export const texts = (outputs: OrtOutputs, name: string): string[] => Array.from(outputs[name].data, String);
