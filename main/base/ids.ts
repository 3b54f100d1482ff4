import type { Clock } from './clock.ts';
import type { Rng } from './rng.ts';

/** Prefixes of ids, by noun; the prefix makes an id readable in logs and refuses mix-ups at the contract. */
export type IdPrefix =
  | 'ws'
  | 'ds'
  | 'dv'
  | 'job'
  | 'run'
  | 'md'
  | 'mv'
  | 'led'
  | 'up'
  | 'ev'
  | 'fb'
  | 'rc'
  | 'fs'
  | 'fv'
  | 'fm';

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'; // Crockford's base 32, lower case

export type IdSource = { readonly next: (prefix: IdPrefix) => string };

/**
 * Sortable ids: prefix, 9 characters of milliseconds, 9 random characters (45 bits). Two calls in the same
 * millisecond still sort in call order, because the last time is advanced by one instead of repeated.
 */
export function createIdSource(clock: Clock, rng: Rng): IdSource {
  let last = 0;
  return {
    next: (prefix) => {
      last = Math.max(clock.now(), last + 1);
      let text = '';
      let rest = last;
      for (let i = 0; i < 9; i++) {
        text = alphabet[rest % 32] + text;
        rest = Math.floor(rest / 32);
      }
      for (let i = 0; i < 9; i++) text += alphabet[rng.int(32)];
      return `${prefix}_${text}`;
    },
  };
}
