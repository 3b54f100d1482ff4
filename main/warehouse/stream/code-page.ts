import type { Encoding } from '../types.ts';

/**
 * Which legacy encoding a text that is not UTF-8 is written in, from the text alone. Every word that holds a byte beyond
 * ASCII is decoded by each candidate and judged: letters that the encoding's languages use speak for it; letters they do
 * not use, signs inside words, a capital behind a small letter and a change of script inside a word speak against it. The
 * double-byte encodings are judged by how many of their characters are kana, Hangul or among the most frequent Han
 * characters, and ruled out by a sequence that they cannot hold. Western European wins a tie.
 */
const letters: Partial<Record<Encoding, string>> = {
  'windows-1252': 'äöüßéèêëàâçñáíóúîïôœæøåãõìòùûÿ',
  'windows-1250': 'ąćęłńóśźżáčďéěíňřšťúůýžőűäöüßăâîşţđľĺŕô',
  'iso-8859-2': 'ąćęłńóśźżáčďéěíňřšťúůýžőűäöüßăâîşţđľĺŕô',
  'windows-1254': 'ğışçöüâîû',
  'windows-1257': 'āčēģīķļņšūžąęėįųõäöüß',
};
const scripts: Partial<Record<Encoding, RegExp>> = {
  'windows-1251': /^[\u0400-\u04ff]+$/u,
  'koi8-r': /^[\u0400-\u04ff]+$/u,
  'windows-1253': /^[\u0370-\u03ff]+$/u,
  'windows-1255': /^[\u0590-\u05ff]+$/u,
  'windows-1256': /^[\u0600-\u06ff]+$/u,
};
const signs = new Set('€£°–—‘’“”„…·§«»²³±×½¼µ©®™¡¿ªº№');

const singleByte = [
  'windows-1252',
  'windows-1250',
  'iso-8859-2',
  'windows-1254',
  'windows-1257',
  'windows-1251',
  'koi8-r',
  'windows-1253',
  'windows-1255',
  'windows-1256',
] as const satisfies readonly Encoding[];
const doubleByte = ['shift_jis', 'euc-jp', 'euc-kr', 'big5', 'gb18030'] as const satisfies readonly Encoding[];

const frequentHan = new Set(
  '的一是在不了有和人中大上我以要他用生到作地出就分成可主年同工也能下子面而方多定行法所民得市公司路日月名' +
    '这为个国时来们于对会发动过说产种后学经县区号镇东门华长' +
    '這為個國時來們於對會發動過說產種後學經縣區號鎮東門華長台灣北南西高',
);

const isHigh = (byte: number): boolean => byte >= 0x80;
const isAsciiLetter = (byte: number): boolean => (byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122);

const maxWords = 3000;

/** Distinct words with a byte beyond ASCII. */
function highWords(bytes: Uint8Array): Buffer[] {
  const seen = new Map<string, Buffer>();
  for (let i = 0; i < bytes.length && seen.size < maxWords; ) {
    let high = false;
    const start = i;
    while (i < bytes.length && (isHigh(bytes[i]) || isAsciiLetter(bytes[i]))) {
      if (isHigh(bytes[i])) high = true;
      i++;
    }
    if (high) {
      const word = Buffer.from(bytes.buffer, bytes.byteOffset + start, Math.min(60, i - start));
      seen.set(word.toString('latin1'), word);
    }
    if (i === start) i++;
  }
  return [...seen.values()];
}

function judgeWord(word: string, encoding: Encoding): number {
  const script = scripts[encoding];
  const known = letters[encoding] ?? '';
  let score = 0;
  let run = 0;
  let previousSmall = false;
  let foreign = 0;
  for (const char of word) {
    const high = char.charCodeAt(0) >= 0x80;
    if (!high) {
      run = 0;
      previousSmall = char >= 'a';
      continue;
    }
    foreign++;
    if (/[\u0080-\u009f\ufffd]/u.test(char)) score -= 4;
    else if (!/\p{L}|\p{M}/u.test(char)) score += signs.has(char) ? (word.length === 1 ? 0.3 : -0.6) : -1.5;
    else if (script !== undefined) score += script.test(char) ? 1 : -1;
    else if (encoding === 'windows-1252' && 'þðý'.includes(char.toLowerCase())) score += 0.3;
    else if (encoding === 'windows-1252' && 'âîûòùìÿ'.includes(char)) score += 0.6;
    else if (encoding === 'windows-1250' && 'ţđŕĺ'.includes(char)) score += 0.5;
    else if (encoding === 'windows-1254' && 'ğış'.includes(char)) score += 1.2;
    else score += known.includes(char.toLowerCase()) ? 1 : -0.7;
    const isCapital = char !== char.toLowerCase();
    if (isCapital && previousSmall) score -= 1;
    previousSmall = !isCapital && char !== char.toUpperCase();
    run++;
    if (run === 3 && script === undefined) score -= 3;
  }
  // A word of another script is written in it from end to end
  if (script !== undefined && (foreign < word.length || foreign === 1)) score -= 1.5 * foreign;
  return score;
}

function judgeDouble(bytes: Uint8Array, encoding: Encoding): number {
  let text: string;
  try {
    // The sample's end may cut a character in two
    text = new TextDecoder(encoding, { fatal: true }).decode(bytes, { stream: true });
  } catch {
    return -1;
  }
  let total = 0;
  let score = 0;
  const chars = [...text];
  for (const [i, char] of chars.entries()) {
    const code = char.codePointAt(0) ?? 0;
    if (code < 0x80) continue;
    if (code >= 0xff61 && code <= 0xff9f) {
      total++;
      continue;
    }
    total++;
    const kana = code >= 0x3040 && code <= 0x30ff;
    const hangul = code >= 0xac00 && code <= 0xd7a3;
    if (kana || hangul || frequentHan.has(char)) score++;
    else if (code >= 0xe000 && code <= 0xf8ff) score -= 2;
    else if (!(code >= 0x3000 && code <= 0x9fff) && !(code >= 0xff00 && code <= 0xffef)) score -= 0.5;
    if (/[a-z]/.test(chars[i - 1] ?? '') || /[a-z]/.test(chars[i + 1] ?? '')) score -= 0.4;
  }
  return total < 2 ? -1 : score / total;
}

/**
 * Whether the words hold what Western European texts do not: signs inside words, š or ž,
 * or Hungarian's pair of õ or û beside ö or ü without any grave accent. Accents alone (à, ì, ò, ù, õ, û) are no such evidence:
 * Italian, French and Portuguese are full of them.
 */
function isDoubtfulWestern(words: readonly Buffer[]): boolean {
  const texts = words.map((word) => new TextDecoder('windows-1252').decode(word));
  if (texts.some((text) => /[šžŠŽ]|[A-Za-zÀ-ÿ][¡-¿†‡ˆ‰‹›˜\u0080-\u009f]|[¡-¿ŸŒœ\u0080-\u009f][A-Za-zÀ-ÿ]/u.test(text)))
    return true;
  const all = texts.join(' ').toLowerCase();
  // Icelandic writes ð and þ too, but with none of these beside them
  if (/[ðþ]/.test(all) && /[àâçèêëìîïñòôõøùûüãäå]/.test(all)) return true;
  return /[õû]/.test(all) && /[öü]/.test(all) && !/[àèìòùãêçñ]/.test(all);
}

/** The legacy encoding of bytes that are not UTF-8. */
export function guessCodePage(bytes: Uint8Array): Encoding {
  let best: Encoding = 'windows-1252';
  let most = 0.12;
  for (const encoding of doubleByte) {
    const score = judgeDouble(bytes, encoding);
    if (score > most) {
      most = score;
      best = encoding;
    }
  }
  if (best !== 'windows-1252') return best;
  const words = highWords(bytes);
  const doubted = isDoubtfulWestern(words);
  let top = Number.NEGATIVE_INFINITY;
  for (const encoding of singleByte) {
    const decoder = new TextDecoder(encoding);
    let score = 0;
    for (const word of words) score += judgeWord(decoder.decode(word), encoding);
    if (!scripts[encoding] && encoding !== 'windows-1252' && !doubted) continue;
    // The first is the usual one: another must explain clearly more
    if (score > top + (best === 'windows-1252' && top > 0 ? 2 + 0.08 * top : 1e-9)) {
      top = score;
      best = encoding;
    }
  }
  return best;
}

const names: Partial<Record<Encoding, string>> = {
  'windows-1250': 'Central European',
  'windows-1251': 'Cyrillic',
  'windows-1252': 'Western European',
  'windows-1253': 'Greek',
  'windows-1254': 'Turkish',
  'windows-1255': 'Hebrew',
  'windows-1256': 'Arabic',
  'windows-1257': 'Baltic',
  'iso-8859-2': 'Central European',
  'iso-8859-15': 'Western European with the euro sign',
  'koi8-r': 'Cyrillic',
  shift_jis: 'Japanese',
  'euc-jp': 'Japanese',
  'euc-kr': 'Korean',
  big5: 'Chinese, traditional',
  gb18030: 'Chinese, simplified',
};

/** An encoding as it stands in a note. */
export const encodingLabel = (encoding: Encoding): string => {
  const area = names[encoding];
  const shown = encoding.replace(/^windows/, 'Windows');
  return area === undefined ? shown : `${shown} (${area})`;
};
