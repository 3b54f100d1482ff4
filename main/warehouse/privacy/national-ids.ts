import {
  cpfCheck,
  dniCheck,
  ean13,
  elevenProof,
  fiscaleCheck,
  luhn,
  mod1110,
  nirCheck,
  peselCheck,
  tcknCheck,
  verhoeff,
} from './checksums.ts';

/**
 * Numbers that states give to people. Each has the form it is written in and, where it has one, its check; `loose` ones
 * prove too little alone (no check, or a form many other codes have) and need a column name that speaks for them.
 */
type NationalId = {
  readonly country: string;
  readonly form: RegExp;
  readonly loose: boolean;
  /** Gets the text without blanks, dots, dashes and slashes, in capitals. */
  readonly check: (bare: string) => boolean;
};

const isMonthDay = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31;

/** Exactly one of the first ten digits stands two or three times, as the German rule wants. */
function repeatsOnce(digits: string): boolean {
  const counts = new Array<number>(10).fill(0);
  for (const digit of digits.slice(0, 10)) counts[Number(digit)]++;
  const repeated = counts.filter((count) => count > 1);
  return repeated.length === 1 && repeated[0] <= 3;
}

const ids: readonly NationalId[] = [
  {
    country: 'US',
    form: /^\d{3}-\d{2}-\d{4}$/,
    loose: false,
    check: (t) => !/^(000|666|9)/.test(t) && t.slice(3, 5) !== '00' && t.slice(5) !== '0000',
  },
  {
    country: 'GB',
    form: /^[A-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]$/i,
    loose: false,
    check: (t) => /^[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z]/.test(t) && !/^(BG|GB|KN|NK|NT|TN|ZZ)/.test(t),
  },
  {
    country: 'DE',
    form: /^[1-9]\d ?\d{3} ?\d{3} ?\d{3}$/,
    loose: false,
    check: (t) => repeatsOnce(t) && mod1110(t),
  },
  {
    country: 'FR',
    form: /^[12] ?\d{2} ?\d{2} ?(\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}$/,
    loose: false,
    check: nirCheck,
  },
  { country: 'ES', form: /^([XYZ]-?\d{7}|\d{8})-?[A-Z]$/i, loose: false, check: dniCheck },
  {
    country: 'IT',
    form: /^[A-Z]{6}\d{2}[ABCDEHLMPRST]\d{2}[A-Z]\d{3}[A-Z]$/i,
    loose: false,
    check: fiscaleCheck,
  },
  { country: 'NL', form: /^\d{9}$|^\d{4}\.\d{2}\.\d{3}$/, loose: false, check: elevenProof },
  {
    country: 'PL',
    form: /^\d{11}$/,
    loose: false,
    check: (t) => isMonthDay(Number(t.slice(2, 4)) % 20, Number(t.slice(4, 6))) && peselCheck(t),
  },
  { country: 'TR', form: /^[1-9]\d{10}$/, loose: false, check: tcknCheck },
  { country: 'BR', form: /^\d{3}\.?\d{3}\.?\d{3}-?\d{2}$/, loose: false, check: cpfCheck },
  { country: 'IN', form: /^[2-9]\d{3}([ -]?)\d{4}\1\d{4}$/, loose: false, check: verhoeff },
  { country: 'IN', form: /^[A-Z]{3}[ABCFGHLJPT][A-Z]\d{4}[A-Z]$/, loose: false, check: () => true },
  { country: 'CH', form: /^756\.?\d{4}\.?\d{4}\.?\d{2}$/, loose: false, check: ean13 },
  {
    country: 'SE',
    form: /^\d{6}[-+]\d{4}$/,
    loose: false,
    check: (t) => isMonthDay(Number(t.slice(2, 4)), Number(t.slice(4, 6))) && luhn(t),
  },
  { country: 'US', form: /^\d{9}$/, loose: true, check: (t) => !/^(000|666|9)/.test(t) },
];

const bareOf = (text: string): string => text.replace(/[ ./+-]/g, '').toUpperCase();

/** Positions (in the list of ids) whose form and check the text satisfies; loose ones only when asked. */
export function nationalIdsOf(text: string, loose: boolean): readonly number[] {
  if (text.length < 9 || text.length > 24) return [];
  const bare = bareOf(text);
  const found: number[] = [];
  for (const [i, id] of ids.entries()) {
    if ((!id.loose || loose) && id.form.test(text) && id.check(bare)) found.push(i);
  }
  return found;
}

export const nationalIdCount = ids.length;

/** Country of an id, ISO 3166 letters. */
export const nationalIdCountry = (index: number): string => ids[index]?.country ?? '';
