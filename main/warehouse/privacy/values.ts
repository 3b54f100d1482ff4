import { isIPv4, isIPv6 } from 'node:net';
import { luhn, mod97 } from './checksums.ts';

/** What a single value looks like, for the kinds that have a form of their own. */

const emailForm =
  /^[^\s@<>"(),:;[\]\\]{1,64}@[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?(?:\.[\p{L}\d](?:[\p{L}\d-]*[\p{L}\d])?)*\.[\p{L}]{2,24}$/u;

/** An e-mail address, a display name in front of it allowed. */
export const isEmail = (text: string): boolean => {
  if (!text.includes('@')) return false;
  const inside = /<([^<>]+)>$/.exec(text)?.[1] ?? text.replace(/^mailto:/i, '');
  return emailForm.test(inside);
};

const cardIssuers =
  /^(4\d{12}(\d{3}){0,2}|5[1-5]\d{14}|2(22[1-9]|2[3-9]\d|[3-6]\d\d|7[01]\d|720)\d{12}|3[47]\d{13}|3(0[0-5]|[68]\d)\d{11}|6(011|5\d\d|4[4-9]\d)\d{12}|35(2[89]|[3-8]\d)\d{12}|62\d{14,17}|50\d{14}|5[6-8]\d{14}|6(304|7\d\d)\d{12})$/;

/** A payment card: a range of a known issuer and the Luhn check. */
export function isCard(text: string): boolean {
  if (text.length < 13 || text.length > 23 || !/^\d+([ -]\d+)*$/.test(text)) return false;
  const digits = text.replace(/[ -]/g, '');
  return cardIssuers.test(digits) && luhn(digits);
}

/** Length of an IBAN by country, from the registry of the standard (ISO 13616). */
const ibanLengths: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 FO18 ' +
    'FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 ' +
    'LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ' +
    'ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** An account number with the country's length and the remainder 1. */
export function isIban(text: string): boolean {
  if (text.length < 15 || text.length > 45 || !/^[A-Za-z]{2}\d{2}[ -]?[A-Za-z\d]/.test(text)) return false;
  const bare = text.replace(/[ -]/g, '').toUpperCase();
  return (
    /^[A-Z\d]+$/.test(bare) &&
    ibanLengths[bare.slice(0, 2)] === bare.length &&
    mod97(bare.slice(4) + bare.slice(0, 4)) === 1
  );
}

/** Version 6 addresses, or version 4 ones whose parts do not all look like those of a version number. */
export function ipOf(text: string): 'v6' | 'v4' | 'v4-small' | null {
  const bare = text.replace(/(\/\d{1,3}|%\w+)$/, '');
  if (bare.length >= 3 && bare.includes(':')) return isIPv6(bare) && bare.length > 4 ? 'v6' : null;
  if (!isIPv4(bare)) return null;
  return bare.split('.').filter((part) => Number(part) >= 20).length >= 2 ? 'v4' : 'v4-small';
}

/** A phone number as people write it: `international` with its country code, `national` grouped, `digits` alone. */
export function phoneOf(text: string): 'international' | 'national' | 'digits' | null {
  if (text.length < 6 || text.length > 26) return null;
  const plain = text.replace(/\s*(ext\.?|x|extension|durchwahl)\s*\d{1,5}$/i, '').replace(/^tel\.?:?\s*/i, '');
  if (!/^[+(\d][\d\s().\-/\u00a0]*\d$/.test(plain)) return null;
  const digits = plain.replace(/\D/g, '');
  if (digits.length < 7 || digits.length > 15) return null;
  if (/^(\+|00)[1-9]/.test(plain)) {
    if (plain.startsWith('00') && !/[\s().\-/]/.test(plain)) return digits.length >= 11 ? 'national' : 'digits';
    return digits.length >= 8 && !/\.\d{5,}/.test(plain) ? 'international' : null;
  }
  if (/^\d+$/.test(plain)) return 'digits';
  if (/^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}/.test(plain) || /^\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}$/.test(plain)) return null;
  if (/^\d+\.\d+$/.test(plain)) return null;
  if (
    /^\(\d{2,5}\)[\s-]?\d{2,4}[\s.-]?\d{2,5}/.test(plain) ||
    /^[2-9]\d{2}[-. ][2-9]\d{2}[-. ]\d{4}$/.test(plain) ||
    /^1[-. ][2-9]\d{2}[-. ]\d{3}[-. ]\d{4}$/.test(plain) ||
    /^0\d{1,5}[\s/-]\d{2,4}([\s-]?\d{2,5}){0,4}$/.test(plain) ||
    /^0\d([. ]\d{2}){4}$/.test(plain)
  )
    return 'national';
  return null;
}

/** A day as people write birthdays: numbers with separators, or eight digits that are a date. */
export function isDay(text: string): boolean {
  const parts =
    /^(\d{1,4})[-/. ](\d{1,2})[-/. ](\d{1,4})([T ]\d.*)?$/.exec(text) ?? /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  if (parts === null) return /^\d{1,2}\.?[ -]\p{L}{3,9}\.?,?[ -]\d{2,4}$|^\p{L}{3,9} \d{1,2}, \d{4}$/u.test(text);
  const numbers = [Number(parts[1]), Number(parts[2]), Number(parts[3])];
  const year = numbers.find((n) => n > 31);
  return year === undefined || (year >= 1890 && year <= 2100) || year < 100;
}

/** House number with a word for a street, in the order of several countries. */
export const isStreet = (text: string): boolean =>
  /^\d{1,5}[a-z]?,? (?:[\p{L}\d'.-]+ ){0,4}(street|st|avenue|ave|road|rd|lane|ln|drive|dr|court|ct|way|boulevard|blvd|place|pl|terrace|square|close|highway|hwy|parkway|circle)\b\.?/iu.test(
    text,
  ) ||
  /^\p{L}[\p{L}' .-]*(straße|strasse|str\.|weg|allee|gasse|platz|ring|damm|ufer|straat|laan|gata|gatan|vej|caddesi|sokak) ?\d{1,4} ?[a-z]?\b/iu.test(
    text,
  ) ||
  /^(\d{1,4}( ?(bis|ter))?,? )?(rue|avenue|boulevard|place|chemin|impasse|quai|allée|via|viale|piazza|corso|calle|avenida|plaza|paseo|rua|travessa|ul\.|ulica|al\.) [\p{L}'’. -]{2,}(,? ?(nº ?)?\d{1,4})?/iu.test(
    text,
  );

/** Forms of postcodes. */
export const isPostcode = (text: string): boolean =>
  /^([A-Z]{1,2}-)?\d{4,6}(-\d{3,4})?$|^[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}$|^\d{4} ?[A-Z]{2}$|^[A-Z]\d[A-Z] ?\d[A-Z]\d$|^\d{3} \d{2}$|^\d{2}-\d{3}$/i.test(
    text,
  );

/** Letters and digits as on a passport or a driver's licence. */
export const isDocumentNumber = (text: string): boolean => /^(?=.*\d)[A-Z\d][A-Z\d -]{5,18}$/i.test(text);

/** One to four words with capitals, as names of people are written; capitals throughout count too. */
export const isNameShaped = (text: string): boolean =>
  text.length <= 60 &&
  /^(?:(?:dr|mr|mrs|ms|prof|herr|frau|m|mme|sr|sra)\.? )?\p{Lu}[\p{L}'’.-]*,?(?: (?:(?:van|von|de|der|den|da|di|del|la|le|el|al|bin|dos|do|du|y|ten|zu) )*\p{Lu}[\p{L}'’.-]*){0,3}$/u.test(
    text,
  );
