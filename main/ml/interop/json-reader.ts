/** Typed access to parsed JSON or UBJSON: every failure names the place in the file. */
import { damagedFile, type ForeignLibrary } from './foreign-model.ts';

/** A value and where it stands. */
export type Place = { readonly library: ForeignLibrary; readonly path: string; readonly value: unknown };

const fail = (place: Place, wanted: string): Error =>
  damagedFile(place.library, `${place.path === '' ? 'its top' : place.path} is ${wanted}`);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A member of an object, or null when it is absent. */
export function findField(place: Place, key: string): Place | null {
  if (!isRecord(place.value)) throw fail(place, 'no object');
  if (!Object.hasOwn(place.value, key) || place.value[key] === null) return null;
  return { library: place.library, path: place.path === '' ? key : `${place.path}.${key}`, value: place.value[key] };
}

/** A member of an object; throws when it is absent. */
export function field(place: Place, key: string): Place {
  const found = findField(place, key);
  if (found === null) throw fail(place, `without "${key}"`);
  return found;
}

/** A member through several objects. */
export const fieldAt = (place: Place, ...keys: readonly string[]): Place => keys.reduce(field, place);

export function textOf(place: Place): string {
  if (typeof place.value === 'string') return place.value;
  if (typeof place.value === 'number') return String(place.value);
  throw fail(place, 'no text');
}

/** A number, or text that is one: XGBoost writes its parameters as text. */
export function numberOf(place: Place): number {
  const number = typeof place.value === 'string' && place.value.trim() !== '' ? Number(place.value) : place.value;
  if (typeof number !== 'number') throw fail(place, 'no number');
  return number;
}

/** A whole number from 0 to `most`. */
export function countOf(place: Place, most = 2 ** 31 - 1): number {
  const number = numberOf(place);
  if (!Number.isInteger(number) || number < 0 || number > most) throw fail(place, `not a count up to ${most}`);
  return number;
}

export function itemsOf(place: Place): Place[] {
  if (!Array.isArray(place.value)) throw fail(place, 'no list');
  return place.value.map((value: unknown, i) => ({ library: place.library, path: `${place.path}[${i}]`, value }));
}

/** A list of numbers; true and false count as 1 and 0. */
export function numbersOf(place: Place): number[] {
  if (!Array.isArray(place.value)) throw fail(place, 'no list');
  return place.value.map((value: unknown) => {
    if (typeof value === 'boolean') return value ? 1 : 0;
    if (typeof value !== 'number') throw fail(place, 'no list of numbers');
    return value;
  });
}

export const textsOf = (place: Place): string[] => itemsOf(place).map(textOf);

/** JSON as the libraries write it: the words NaN and Infinity may stand for numbers. */
export function parseLooseJson(library: ForeignLibrary, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Only the words outside quotes are replaced; what is no JSON even then fails below.
  }
  const words = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity|nan|inf)\b/g;
  const plain = text.replace(words, (found) =>
    found.startsWith('"') ? found : /nan/i.test(found) ? '"~NaN"' : found.startsWith('-') ? '-1e999' : '1e999',
  );
  try {
    return JSON.parse(plain, (_, value: unknown) => (value === '~NaN' ? Number.NaN : value));
  } catch {
    throw damagedFile(library, 'it is no complete JSON');
  }
}
