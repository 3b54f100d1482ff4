import type { PiiColumn, PiiKind } from '../../contract/privacy.ts';
import { contextOf } from './column-words.ts';
import { hasPersonalSpan } from './free-text.ts';
import { commonNamesIn } from './names-list.ts';
import { nationalIdCount, nationalIdCountry, nationalIdsOf } from './national-ids.ts';
import {
  ipOf,
  isCard,
  isDay,
  isDocumentNumber,
  isEmail,
  isIban,
  isNameShaped,
  isPostcode,
  isStreet,
  phoneOf,
} from './values.ts';

/**
 * Finds personal data in a column: values are counted by kind, then the counts and the column's name decide together. Forms
 * that prove themselves (an address with @, check digits) need no name; forms that many codes share (digits, a date, a
 * word) need one that speaks for them. All values are searched for addresses; the costly tests are made on the first
 * 2,000 values and on every sixteenth after them, so the count does not depend on chance.
 */
const firstValues = 2000;
const everyNth = 16;
/** Fewer different names than this are labels (White, Black), unless the column is named for people. */
const enoughNames = 8;

type Counts = {
  email: number;
  card: number;
  iban: number;
  ip: number;
  smallIp: number;
  international: number;
  national: number;
  digitsPhone: number;
  day: number;
  street: number;
  postcode: number;
  document: number;
  nameShaped: number;
  fullName: number;
  commonName: number;
  given: number;
  family: number;
  wordy: number;
  lettersOnly: number;
};

const noCounts = (): Counts => ({
  email: 0,
  card: 0,
  iban: 0,
  ip: 0,
  smallIp: 0,
  international: 0,
  national: 0,
  digitsPhone: 0,
  day: 0,
  street: 0,
  postcode: 0,
  document: 0,
  nameShaped: 0,
  fullName: 0,
  commonName: 0,
  given: 0,
  family: 0,
  wordy: 0,
  lettersOnly: 0,
});

type Found = { readonly kind: PiiKind; readonly share: number; readonly evidence: string };

const percent = (share: number): string => `${Math.round(share * 100)} %`;

/** Gathers the values of one column. */
export class PiiCounter {
  #seen = 0;
  #tested = 0;
  #spans = 0;
  readonly #counts = noCounts();
  readonly #ids = new Array<number>(nationalIdCount).fill(0);
  #looseIds = 0;
  readonly #distinctNames = new Set<string>();

  /** Adds a value as it stands in the source; blanks are no values. */
  add(raw: string): void {
    const text = raw.trim();
    if (text === '') return;
    this.#seen++;
    const tested = this.#seen <= firstValues || this.#seen % everyNth === 0;
    if (tested || text.includes('@')) {
      if (text.length > 12 && text.includes(' ') && hasPersonalSpan(text)) this.#spans++;
      else if (!tested && text.length > 5 && isEmail(text)) this.#spans++;
    }
    if (!tested) return;
    this.#tested++;
    this.#test(text);
  }

  #test(text: string): void {
    const counts = this.#counts;
    if (isEmail(text)) {
      counts.email++;
      return;
    }
    const hasDigit = /\d/.test(text);
    if (hasDigit && text.length <= 45) {
      if (isIban(text)) counts.iban++;
      if (isCard(text)) counts.card++;
      const ip = ipOf(text);
      if (ip === 'v4' || ip === 'v6') counts.ip++;
      else if (ip !== null) counts.smallIp++;
      const phone = phoneOf(text);
      if (phone === 'international') counts.international++;
      else if (phone === 'national') counts.national++;
      else if (phone === 'digits') counts.digitsPhone++;
      for (const id of nationalIdsOf(text, false)) this.#ids[id]++;
      if (nationalIdsOf(text, true).length > 0) this.#looseIds++;
      if (isDay(text)) counts.day++;
      if (isPostcode(text)) counts.postcode++;
      if (isDocumentNumber(text)) counts.document++;
    } else if (ipOf(text) === 'v6') counts.ip++;
    const letters = /\p{L}/u.test(text);
    if (!letters) return;
    if (text.includes(' ')) {
      counts.wordy++;
      if (isStreet(text)) counts.street++;
    } else if (hasDigit && isStreet(text)) counts.street++;
    if (hasDigit) return;
    if (/^\p{L}[\p{L}'’. -]{0,40}$/u.test(text)) counts.lettersOnly++;
    if (!isNameShaped(text)) return;
    counts.nameShaped++;
    const common = commonNamesIn(text);
    if (common.given + common.family > 0 && this.#distinctNames.size < enoughNames) this.#distinctNames.add(text);
    if (common.given + common.family > 0) counts.commonName++;
    if (common.words === 1) {
      counts.given += common.given;
      counts.family += common.family;
    } else if (common.words <= 5 && common.given + common.family > 0) counts.fullName++;
  }

  /** What the column holds, or null. `name` is its header. */
  finish(name: string): PiiColumn | null {
    const found = this.#tested === 0 ? null : this.#decide(name);
    return found === null ? null : { column: name, ...found };
  }

  #decide(name: string): Found | null {
    const n = this.#tested;
    const { kinds, against } = contextOf(name);
    const c = this.#counts;
    const named = (kind: PiiKind): boolean => kinds.has(kind);
    const found = (kind: PiiKind, count: number, what: string): Found => ({
      kind,
      share: count / n,
      evidence: `${percent(count / n)} of ${n} values ${what}${named(kind) ? '; the name of the column says so too' : ''}.`,
    });
    const over = (count: number, kind: PiiKind, withName: number, without: number): boolean =>
      count / n >= (named(kind) ? withName : without);

    if (over(c.email, 'email', 0.2, 0.4)) return found('email', c.email, 'are e-mail addresses');
    if (over(c.iban, 'iban', 0.3, 0.6)) return found('iban', c.iban, 'are IBANs with the right check digits');
    if (over(c.card, 'card', 0.3, n >= 5 ? 0.85 : 1)) {
      if (named('card') || n >= 3) return found('card', c.card, 'are card numbers: issuer and check digit hold');
    }
    const ips = named('ip') ? c.ip + c.smallIp : c.ip >= 0.5 * (c.ip + c.smallIp) ? c.ip + c.smallIp : 0;
    if (!(against && !named('ip')) && over(ips, 'ip', 0.4, 0.7)) return found('ip', ips, 'are IP addresses');
    const id = this.#nationalId(n, named('national-id'));
    if (id !== null && !(against && !named('national-id'))) return id;
    const written = c.international + c.national;
    const phones = named('phone') ? written + c.digitsPhone : written;
    if (!against && (named('phone') ? phones / n >= 0.5 : c.international / n >= 0.6 || written / n >= 0.8))
      return found('phone', phones, 'are written like phone numbers');
    if (named('birth-date') && c.day / n >= 0.6) return found('birth-date', c.day, 'are days');
    if (named('passport') && c.document / n >= 0.6) return found('passport', c.document, 'are letters and digits');
    if (named('licence') && c.document / n >= 0.6) return found('licence', c.document, 'are letters and digits');
    const people = this.#people(n, kinds, against, found);
    if (people !== null) return people;
    if (!against && named('postcode') && c.postcode / n >= 0.6) return found('postcode', c.postcode, 'are postcodes');
    if (over(c.street, 'address', 0.3, 0.6) && !against) return found('address', c.street, 'are streets with numbers');
    if (!against && named('address') && c.wordy / n >= 0.6 && !named('ip'))
      return found('address', c.wordy, 'are several words');
    if (this.#spans > 0 && c.wordy > 0)
      return {
        kind: 'free-text',
        share: this.#spans / this.#seen,
        evidence: `${this.#spans} of ${this.#seen} texts hold an e-mail address, a phone, account or card number.`,
      };
    if (c.email + c.iban + c.card > 0 && this.#spans + c.email + c.iban >= Math.max(2, 0.01 * n))
      return found('free-text', c.email + c.iban + c.card, 'are e-mail addresses, account or card numbers');
    return null;
  }

  #nationalId(n: number, named: boolean): Found | null {
    const best = this.#ids.indexOf(Math.max(...this.#ids));
    const share = this.#ids[best] / n;
    const country = nationalIdCountry(best);
    if (share >= (named ? 0.5 : 0.9) && (named || n >= 10))
      return {
        kind: 'national-id',
        share,
        evidence: `${percent(share)} of ${n} values satisfy the form and check of a national number (${country}).`,
      };
    if (named && this.#looseIds / n >= 0.8)
      return {
        kind: 'national-id',
        share: this.#looseIds / n,
        evidence: `${percent(this.#looseIds / n)} of ${n} values have the form of a national number, as the column's name says.`,
      };
    return null;
  }

  #people(
    n: number,
    kinds: ReadonlySet<PiiKind>,
    against: boolean,
    found: (kind: PiiKind, count: number, what: string) => Found,
  ): Found | null {
    const c = this.#counts;
    const common = c.commonName / n;
    if (against) {
      return kinds.has('name') && c.fullName / n >= 0.5 ? found('name', c.fullName, 'are names of people') : null;
    }
    for (const kind of ['given-name', 'family-name'] as const) {
      if (!kinds.has(kind)) continue;
      // "name" in other languages also names things: common names among the values must bear it out
      if (c.lettersOnly / n >= 0.7 && (kinds.has('name') || common >= 0.04))
        return found(kind, c.lettersOnly, 'are written like names');
    }
    if (kinds.has('name') && c.nameShaped / n >= 0.5 && common >= 0.12)
      return found('name', c.nameShaped, 'are written like names of people, common ones among them');
    if (this.#distinctNames.size < Math.min(enoughNames, n)) return null;
    if (c.fullName / n >= 0.35 && c.nameShaped / n >= 0.8)
      return found('name', c.nameShaped, 'are written like names of people, common ones among them');
    if (c.nameShaped / n >= 0.8 && (c.given + c.family) / n >= 0.5)
      return found(c.given >= c.family ? 'given-name' : 'family-name', c.given + c.family, 'are common names');
    return null;
  }
}
