/** Text whose UTF-8 bytes were read as Windows-1252 ("MÃ¼ller"), and the text it was. */

/** Windows-1252 for 0x80–0x9F; the five unused bytes are read as the control characters they are. */
const upper =
  '\u20ac\u0081\u201a\u0192\u201e\u2026\u2020\u2021\u02c6\u2030\u0160\u2039\u0152\u008d\u017d\u008f\u0090\u2018\u2019\u201c\u201d\u2022\u2013\u2014\u02dc\u2122\u0161\u203a\u0153\u009d\u017e\u0178';
const byteOf = new Map<string, number>();
for (let code = 0; code < 256; code++) {
  const isUpper = code >= 0x80 && code < 0xa0;
  byteOf.set(isUpper ? upper[code - 0x80] : String.fromCharCode(code), code);
}

/** The text whose UTF-8 bytes these are, or null when they are none. */
function decodeUtf8(bytes: readonly number[]): string | null {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const lead = bytes[i];
    const length =
      lead < 0x80
        ? 1
        : lead >= 0xc2 && lead < 0xe0
          ? 2
          : lead >= 0xe0 && lead < 0xf0
            ? 3
            : lead >= 0xf0 && lead < 0xf5
              ? 4
              : 0;
    if (length === 0 || i + length > bytes.length) return null;
    let code = length === 1 ? lead : lead & (0xff >> (length + 1));
    for (let k = 1; k < length; k++) {
      const next = bytes[i + k];
      if ((next & 0xc0) !== 0x80) return null;
      code = (code << 6) | (next & 0x3f);
    }
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return null;
    text += String.fromCodePoint(code);
    i += length;
  }
  return text;
}

/** True when a text looks as if its encoding had been mistaken, whether or not it can be mended. */
export const looksMojibake = (text: string): boolean =>
  text.includes('\uFFFD') ||
  (/[ÂÃâÐÑ][\u0080-\u00bf\u20ac\u2018-\u2122\u0152-\u02dc]/.test(text) && repairMojibake(text) !== null);

/** The text before its UTF-8 was taken for Windows-1252, or null when the bytes make no UTF-8. */
export function repairMojibake(text: string): string | null {
  const bytes: number[] = [];
  for (const character of text) {
    const byte = byteOf.get(character);
    if (byte === undefined) return null;
    bytes.push(byte);
  }
  const found = decodeUtf8(bytes);
  return found === null || found === text ? null : found;
}
