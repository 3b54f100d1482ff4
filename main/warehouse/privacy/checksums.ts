/**
 * Check digits of numbers that name people and accounts. Every function takes digits (or characters) without separators
 * and says whether the check holds; lengths are the caller's.
 */

const digitAt = (text: string, index: number): number => text.charCodeAt(index) - 48;

const weighted = (text: string, weights: readonly number[]): number =>
  weights.reduce((sum, weight, i) => sum + weight * digitAt(text, i), 0);

/** Payment cards, Swedish personal numbers (ISO/IEC 7812, Luhn 1954). */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = digitAt(digits, digits.length - 1 - i);
    if (i % 2 === 1) {
      digit *= 2;
      if (digit > 9) digit -= 9;
    }
    sum += digit;
  }
  return sum % 10 === 0;
}

/** Remainder by 97 of a number written in digits and letters (A = 10 … Z = 35), as IBANs are checked (ISO 7064). */
export function mod97(text: string): number {
  let rest = 0;
  for (const char of text) {
    const value = Number.parseInt(char, 36);
    rest = (value > 9 ? rest * 100 + value : rest * 10 + value) % 97;
  }
  return rest;
}

/** ISO 7064 mod 11,10: the German tax number. */
export function mod1110(digits: string): boolean {
  let product = 10;
  for (let i = 0; i < digits.length - 1; i++) {
    const sum = (digitAt(digits, i) + product) % 10 || 10;
    product = (sum * 2) % 11;
  }
  return (11 - product) % 10 === digitAt(digits, digits.length - 1);
}

const dihedral = (a: number, b: number): number => {
  if (a < 5) return b < 5 ? (a + b) % 5 : 5 + ((a + b) % 5);
  return b < 5 ? 5 + ((a - b + 5) % 5) : (a - b + 5) % 5;
};
const verhoeffStep = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];

/** Verhoeff's check over the dihedral group of order ten (1969): the Indian Aadhaar number. */
export function verhoeff(digits: string): boolean {
  let check = 0;
  for (let i = 0; i < digits.length; i++) {
    let value = digitAt(digits, digits.length - 1 - i);
    for (let step = i % 8; step > 0; step--) value = verhoeffStep[value];
    check = dihedral(check, value);
  }
  return check === 0;
}

/** Dutch citizen number: weights 9…2 and −1, divisible by 11. */
export const elevenProof = (digits: string): boolean => {
  const sum = weighted(digits, [9, 8, 7, 6, 5, 4, 3, 2, -1]);
  return sum !== 0 && sum % 11 === 0;
};

/** Polish PESEL. */
export const peselCheck = (digits: string): boolean =>
  (weighted(digits, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) + digitAt(digits, 10)) % 10 === 0;

/** Turkish TCKN. */
export function tcknCheck(digits: string): boolean {
  const odd = weighted(digits, [1, 0, 1, 0, 1, 0, 1, 0, 1]);
  const even = weighted(digits, [0, 1, 0, 1, 0, 1, 0, 1]);
  const tenth = (((odd * 7 - even) % 10) + 10) % 10;
  return tenth === digitAt(digits, 9) && (odd + even + tenth) % 10 === digitAt(digits, 10);
}

/** Brazilian CPF. */
export function cpfCheck(digits: string): boolean {
  if (/^(\d)\1*$/.test(digits)) return false;
  const check = (length: number): number => {
    let sum = 0;
    for (let i = 0; i < length; i++) sum += digitAt(digits, i) * (length + 1 - i);
    return ((sum * 10) % 11) % 10;
  };
  return check(9) === digitAt(digits, 9) && check(10) === digitAt(digits, 10);
}

/** EAN-13, which the Swiss social security number uses. */
export const ean13 = (digits: string): boolean => weighted(digits, [1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1]) % 10 === 0;

/** Spanish DNI and NIE: the letter is the number's remainder by 23. */
export function dniCheck(text: string): boolean {
  const number = text.slice(0, 8).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23] === text[8];
}

const oddPlaces = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** Italian codice fiscale: sixteen characters, the last from two tables for odd and even places. */
export function fiscaleCheck(text: string): boolean {
  let sum = 0;
  for (let i = 0; i < 15; i++) {
    const code = text.charCodeAt(i);
    const value = code < 65 ? code - 48 : code - 65;
    sum += i % 2 === 0 ? oddPlaces[value] : value;
  }
  return text.charCodeAt(15) - 65 === sum % 26;
}

/** French NIR: the last two digits are 97 less the number's remainder; Corsica's letters count as 19 and 18. */
export function nirCheck(text: string): boolean {
  const body = text.slice(0, 13).replace('2A', '19').replace('2B', '18');
  return 97 - Number(BigInt(body) % 97n) === Number(text.slice(13));
}
