/**
 * Reads Universal Binary JSON (draft 12), as XGBoost writes it: big-endian numbers, typed and counted containers.
 * Counts are compared with the bytes that are left before anything is allocated; nesting is bounded.
 */
import { damagedFile } from './foreign-model.ts';

const maxDepth = 64;

/** The value the bytes hold. Throws data-problem `foreign-model` for anything cut off or unknown. */
export function parseUbjson(bytes: Uint8Array): unknown {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const broken = (what: string): Error => damagedFile('XGBoost', `${what} at byte ${at}`);
  const take = (count: number): number => {
    if (count > bytes.length - at) throw broken('it is cut off');
    at += count;
    return at - count;
  };
  const marker = (): string => String.fromCharCode(bytes[take(1)]);
  const next = (): string => {
    while (at < bytes.length && bytes[at] === 0x4e) at++; // N: no operation
    return marker();
  };
  const number = (type: string): number | null => {
    switch (type) {
      case 'i':
        return view.getInt8(take(1));
      case 'U':
        return view.getUint8(take(1));
      case 'I':
        return view.getInt16(take(2));
      case 'l':
        return view.getInt32(take(4));
      case 'L':
        return Number(view.getBigInt64(take(8)));
      case 'd':
        return view.getFloat32(take(4));
      case 'D':
        return view.getFloat64(take(8));
      default:
        return null;
    }
  };
  const count = (): number => {
    const value = number(next());
    if (value === null || !Number.isInteger(value) || value < 0 || value > bytes.length) {
      throw broken('a length makes no sense');
    }
    return value;
  };
  const text = (): string => {
    const length = count();
    const from = take(length);
    return decodeUtf8(bytes.subarray(from, from + length));
  };
  /** Type and count of a container, each null when not given. */
  const header = (): { type: string | null; length: number | null } => {
    let type: string | null = null;
    if (bytes[at] === 0x24) {
      at++;
      type = marker();
    }
    if (bytes[at] !== 0x23) {
      if (type !== null) throw broken('a typed list has no count');
      return { type, length: null };
    }
    at++;
    return { type, length: count() };
  };
  const value = (type: string, depth: number): unknown => {
    if (depth > maxDepth) throw broken('it is nested too deeply');
    const plain = number(type);
    if (plain !== null) return plain;
    switch (type) {
      case 'Z':
        return null;
      case 'T':
        return true;
      case 'F':
        return false;
      case 'C':
        return String.fromCharCode(bytes[take(1)]);
      case 'S':
        return text();
      case 'H':
        return Number(text());
      case '[':
        return list(depth);
      case '{':
        return object(depth);
      default:
        throw broken(`an unknown mark "${type}"`);
    }
  };
  const list = (depth: number): unknown[] => {
    const { type, length } = header();
    const items: unknown[] = [];
    if (length !== null) {
      for (let i = 0; i < length; i++) items.push(value(type ?? next(), depth + 1));
      return items;
    }
    for (let mark = next(); mark !== ']'; mark = next()) items.push(value(mark, depth + 1));
    return items;
  };
  const object = (depth: number): Record<string, unknown> => {
    const { type, length } = header();
    const entries: [string, unknown][] = [];
    const entry = (): void => {
      const key = text();
      entries.push([key, value(type ?? next(), depth + 1)]);
    };
    if (length !== null) for (let i = 0; i < length; i++) entry();
    else {
      while (bytes[at] !== 0x7d) entry();
      at++;
    }
    return Object.fromEntries(entries);
  };
  return value(next(), 0);
}

/** UTF-8 to text; broken sequences become the replacement character. */
export function decodeUtf8(bytes: ArrayLike<number>): string {
  let out = '';
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i++];
    const extra = lead < 0x80 ? 0 : lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : -1;
    let code = extra <= 0 ? lead : lead & (0x3f >> extra);
    let fine = extra >= 0 && i + extra <= bytes.length;
    for (let k = 0; fine && k < extra; k++) {
      const byte = bytes[i + k];
      if ((byte & 0xc0) === 0x80) code = code * 64 + (byte & 0x3f);
      else fine = false;
    }
    if (fine) i += extra;
    out += fine && code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
  }
  return out;
}
