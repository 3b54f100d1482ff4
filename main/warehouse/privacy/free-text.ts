import { isCard, isIban } from './values.ts';

/** Personal data inside longer texts: only forms that prove themselves are looked for. */

const email = /[^\s@<>"(),:;[\]\\]{1,64}@[\p{L}\d-]+(?:\.[\p{L}\d-]+)*\.\p{L}{2,24}/u;
const international = /(?:^|[\s(:])(?:\+|00)[1-9]\d{0,2}[\s().\-/]?(?:\d[\s().\-/]?){7,12}(?=$|[\s,;.)])/;
const grouped = /(?:^|[\s(:])(?:\(\d{3}\) ?|[2-9]\d{2}[-.])[2-9]\d{2}[-.]\d{4}(?=$|[\s,;.)])/;
const socialSecurity = /(?:^|[\s(:])(?!000|666|9)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?=$|[\s,;.)])/;

/** Whether a text holds an e-mail address, a phone number, a card, an account or a social security number. */
export function hasPersonalSpan(text: string): boolean {
  if (text.includes('@') && email.test(text)) return true;
  if (!/\d{3}/.test(text)) return false;
  if (international.test(text) || grouped.test(text) || socialSecurity.test(text)) return true;
  for (const [piece] of text.matchAll(/\b[A-Za-z]{2}\d{2}(?: ?[A-Za-z\d]{4}){2,7}(?: ?[A-Za-z\d]{1,4})?\b/g))
    if (isIban(piece)) return true;
  for (const [piece] of text.matchAll(/\b\d{4}(?:[ -]?\d{2,6}){2,4}\b/g)) if (isCard(piece)) return true;
  return false;
}
