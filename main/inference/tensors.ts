/** Between tensors on the wire and the runtime's; used in the inference process only. */
import { Tensor } from 'onnxruntime-node';
import { unsupported } from '../base/errors.ts';
import type { WireTensor } from './protocol.ts';

/** The runtime's tensor; text is spelled out here, in the inference process. */
export function toRuntimeTensor(wire: WireTensor): Tensor {
  if (wire.type === 'string') {
    return new Tensor(
      'string',
      Array.from(wire.codes, (code) => (code < 0 ? '' : wire.levels[code])),
      wire.dims,
    );
  }
  if (wire.type === 'bool') return new Tensor('bool', wire.data, wire.dims);
  if (wire.type === 'uint8') return new Tensor('uint8', wire.data, wire.dims);
  if (wire.type === 'float32') return new Tensor('float32', wire.data, wire.dims);
  if (wire.type === 'float64') return new Tensor('float64', wire.data, wire.dims);
  if (wire.type === 'int32') return new Tensor('int32', wire.data, wire.dims);
  return new Tensor('int64', wire.data, wire.dims);
}

/** A result for the wire. Throws `unsupported` for element types that no caller reads. */
export function toWireTensor(name: string, tensor: Tensor): WireTensor {
  const { type, data, dims } = tensor;
  if (Array.isArray(data)) return { type: 'string', dims, ...encodeTexts(data) };
  if (type === 'float32' && data instanceof Float32Array) return { type, dims, data };
  if (type === 'float64' && data instanceof Float64Array) return { type, dims, data };
  if (type === 'int64' && data instanceof BigInt64Array) return { type, dims, data };
  if (type === 'int32' && data instanceof Int32Array) return { type, dims, data };
  if ((type === 'bool' || type === 'uint8') && data instanceof Uint8Array) return { type, dims, data };
  throw unsupported(
    'tensor-type',
    `Output “${name}” of the model has the element type ${type}, which is not supported.`,
    {
      hint: 'Ask for other outputs, or cast this one to float32 in the model.',
    },
  );
}

function encodeTexts(values: readonly string[]): { readonly codes: Int32Array; readonly levels: readonly string[] } {
  const index = new Map<string, number>();
  const codes = Int32Array.from(values, (value) => {
    if (value === '') return -1;
    const code = index.get(value) ?? index.size;
    index.set(value, code);
    return code;
  });
  return { codes, levels: [...index.keys()] };
}
