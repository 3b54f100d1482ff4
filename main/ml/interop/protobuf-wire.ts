/**
 * Protobuf messages as their raw fields, so that parts of a file can be exchanged without touching the rest, whatever it
 * holds. Only what ONNX needs: varints, 32- and 64-bit values and length-delimited fields.
 */
import { dataProblem } from '../../base/errors.ts';
import { joinArrays } from '../../base/typed-arrays.ts';

/** One field as it stands: its number, all of its bytes with the tag, and the payload where it is length-delimited. */
export type WireField = { readonly id: number; readonly raw: Uint8Array; readonly payload: Uint8Array | null };

const broken = (): Error =>
  dataProblem('onnx-unreadable', 'The bytes are not an ONNX model: a protobuf field is cut off.', {
    hint: 'Export the model again.',
  });

/** The fields of a message in the order they stand. Throws data-problem `onnx-unreadable` when the bytes do not add up. */
export function wireFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let shift = 0; shift < 10; shift++) {
      if (at >= bytes.length) throw broken();
      const byte = bytes[at++];
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    throw broken();
  };
  while (at < bytes.length) {
    const start = at;
    const tag = varint();
    const type = tag % 8;
    let payload: Uint8Array | null = null;
    if (type === 0) varint();
    else if (type === 1) at += 8;
    else if (type === 5) at += 4;
    else if (type === 2) {
      const length = varint();
      payload = bytes.subarray(at, at + length);
      at += length;
    } else throw broken();
    if (at > bytes.length) throw broken();
    fields.push({ id: Math.floor(tag / 8), raw: bytes.subarray(start, at), payload });
  }
  return fields;
}

/** A length-delimited field. */
export function wireField(id: number, payload: Uint8Array): Uint8Array {
  return joinArrays(Uint8Array, [varintBytes(id * 8 + 2), varintBytes(payload.length), payload]);
}

function varintBytes(value: number): Uint8Array {
  const out: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) out.push((rest % 128) | 0x80);
  return Uint8Array.from([...out, rest]);
}
