/** Headers of stored models: JSON of names of our own and numbers, so every character is one byte. */

/** The header as bytes. */
export const jsonHeader = (header: object): Uint8Array =>
  Uint8Array.from(JSON.stringify(header), (character) => character.charCodeAt(0));

/** Reads what `jsonHeader` wrote and checks it. Throws what `damaged` makes of a few words when it is no such header. */
export function readJsonHeader<H>(
  bytes: Uint8Array,
  isHeader: (value: unknown) => value is H,
  damaged: (what: string) => Error,
): H {
  let value: unknown;
  try {
    value = JSON.parse(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
  } catch {
    throw damaged('its header is no JSON');
  }
  if (!isHeader(value)) throw damaged('its header is not valid');
  return value;
}
