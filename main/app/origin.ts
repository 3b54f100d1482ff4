/** The one origin our pages have: a privileged scheme of ours, so that the strict policy and storage work as on the web. */
export const scheme = 'app';
export const pageOrigin = 'app://augury';
export const pageUrl = `${pageOrigin}/`;

/** True for addresses of our own page; everything else is foreign, look-alikes and credentials included. */
export function isOurPage(url: string): boolean {
  try {
    const { protocol, host, username, password } = new URL(url);
    return protocol === `${scheme}:` && host === 'augury' && username === '' && password === '';
  } catch {
    return false;
  }
}
