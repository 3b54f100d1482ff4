import { existsSync } from 'node:fs';

/** Debian's Chromium, or what AUGURY_CHROMIUM names. Throws where there is none: the journeys cannot be skipped in silence. */
export function findChromium(): string {
  const candidates = [process.env.AUGURY_CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser'];
  const found = candidates.find((path) => path !== undefined && existsSync(path));
  if (found === undefined) throw new Error('Chromium is missing: apt-get install chromium, or set AUGURY_CHROMIUM');
  return found;
}
