/** Signs that escape quotes inside quotes, as a dialect names them. */
const backslash = 92;

/** The sign's byte; −1 where quotes are doubled. */
export const escapeByte = (escaping: string): number =>
  escaping === 'doubled' ? -1 : escaping === 'backslash' ? backslash : escaping.charCodeAt(0);

/** The text with each escaping sign taken away and what stands behind it kept. */
export function unescaped(raw: string, sign: string): string {
  let text = '';
  for (let at = 0; ; ) {
    const next = raw.indexOf(sign, at);
    if (next < 0 || next + 1 >= raw.length) return text + raw.slice(at);
    text += raw.slice(at, next) + raw[next + 1];
    at = next + 2;
  }
}
