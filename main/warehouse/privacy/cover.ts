import { createHmac } from 'node:crypto';
import type { PiiKind, PrivacyAction } from '../../contract/privacy.ts';
import { readMissing } from './missing-text.ts';

/**
 * Replaces values. A mask is one fixed word for a kind, so that neither length nor shape is left; a hash is HMAC-SHA-256
 * under the workspace's salt, so that equal values stay equal and joins work, while nobody without the salt can try
 * values. Missing values stay missing.
 */
const masks: Readonly<Record<PiiKind, string>> = {
  email: '[email]',
  phone: '[phone]',
  card: '[card]',
  iban: '[account]',
  ip: '[ip]',
  'given-name': '[name]',
  'family-name': '[name]',
  name: '[name]',
  'national-id': '[id]',
  'birth-date': '[date]',
  address: '[address]',
  postcode: '[postcode]',
  passport: '[id]',
  licence: '[id]',
  'free-text': '[text]',
};

/** The word that stands for every value of a masked column; its kind is null where nothing was found in it. */
export const maskWord = (kind: PiiKind | null): string => (kind === null ? '[masked]' : masks[kind]);

const rememberedHashes = 50_000;

/** A function that replaces the values of one column. */
export function coverWith(
  action: Exclude<PrivacyAction, 'keep' | 'drop'>,
  kind: PiiKind | null,
  salt: string,
): (text: string) => string {
  if (action === 'mask') {
    const word = maskWord(kind);
    return (text) => (readMissing(text) ? text : word);
  }
  const known = new Map<string, string>();
  return (text) => {
    if (readMissing(text)) return text;
    const value = text.trim();
    let hash = known.get(value);
    if (hash === undefined) {
      // A letter in front keeps it from ever being read as a number
      hash = `h${createHmac('sha256', salt).update(value, 'utf8').digest('hex')}`;
      if (known.size >= rememberedHashes) known.clear();
      known.set(value, hash);
    }
    return hash;
  };
}

/** A record that could not be read, with letters and digits covered; what made it unreadable stays. */
export function coverShape(bytes: Uint8Array): Buffer {
  const out: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte >= 48 && byte <= 57) out.push(57);
    else if (byte >= 65 && byte <= 90) out.push(88);
    else if (byte >= 97 && byte <= 122) out.push(120);
    else if (byte < 0x80) out.push(byte);
    else {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc2 ? 2 : 0;
      let whole = length > 0 && i + length <= bytes.length;
      for (let k = 1; whole && k < length; k++) whole = (bytes[i + k] & 0xc0) === 0x80;
      // A stray byte stays stray
      out.push(whole ? 120 : 0xff);
      if (whole) i += length - 1;
    }
  }
  return Buffer.from(out);
}
