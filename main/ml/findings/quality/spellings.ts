/**
 * Levels that are one thing spelt in several ways: equal when case, blanks, accents' composition and punctuation are folded
 * away, or one slip apart (optimal string alignment distance) from a far more frequent level.
 */

export type Level = { readonly text: string; readonly count: number };
export type Spelling = { readonly from: string; readonly to: string };

/** Levels compared with each other at most. */
const mostLevels = 2000;

const fold = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\s\u200b\ufeff]+/g, ' ')
    .trim()
    .toLowerCase()
    .replace(/[‐‑‒–—]/g, '-')
    .replace(/[’‘`´]/g, "'");
const bare = (text: string): string => fold(text).replace(/[\s._'"-]+/g, '');

/** Edits between two texts with neighbours' swaps as one, or more than `most`. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1;
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let least = i;
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min(previous[j] + 1, row[j - 1] + 1, previous[j - 1] + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, older[j - 2] + 1);
      row.push(value);
      least = Math.min(least, value);
    }
    if (least > most) return most + 1;
    older = previous;
    previous = row;
  }
  return previous[b.length];
}

/** Texts that differ by a slip of the pen: long enough, no digits, and the words that differ are long words. */
function isSlip(rare: string, common: string): boolean {
  const [a, b] = [fold(rare), fold(common)];
  if (/\d/.test(a) || /\d/.test(b) || a.length < 5 || b.length < 5) return false;
  const most = Math.min(a.length, b.length) >= 11 ? 2 : 1;
  if (editDistance(a, b, most) > most) return false;
  // Another letter in the same place makes another word more easily than one left out, doubled or swapped
  const isSwap = [...a].sort().join('') === [...b].sort().join('');
  if (a.length === b.length && !isSwap && a.length < 8) return false;
  const [x, y] = [a.split(/[^\p{L}]+/u), b.split(/[^\p{L}]+/u)];
  if (x.length !== y.length) return true;
  return x.every(
    (word, i) => word === y[i] || (word.length >= 5 && y[i].length >= 4) || (word.length >= 4 && y[i].length >= 5),
  );
}

/** Rewritings of levels to the most frequent spelling of each; `total` is the number of rows. */
export function unifySpellings(
  levels: readonly Level[],
  total: number,
): { readonly variants: Spelling[]; readonly slips: Spelling[] } {
  const variants: Spelling[] = [];
  const slips: Spelling[] = [];
  if (levels.length < 2 || levels.length > mostLevels) return { variants, slips };
  const groups = new Map<string, Level[]>();
  for (const level of levels) {
    // Punctuation is folded away only in texts with letters: "-1" and "1" are two things
    const key = /\p{L}{3}/u.test(level.text) && !/\d/.test(level.text) ? bare(level.text) : fold(level.text);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [level]);
    else group.push(level);
  }
  const kept: Level[] = [];
  for (const group of groups.values()) {
    const best = group.reduce((top, level) =>
      level.count > top.count || (level.count === top.count && level.text < top.text) ? level : top,
    );
    // Codes of one letter may mean by their case
    const isCode = group.some(({ text }) => text.trim().length < 2);
    if (group.length > 1 && !isCode) {
      for (const level of group) if (level !== best) variants.push({ from: level.text, to: best.text });
    }
    kept.push({ text: best.text, count: group.reduce((sum, level) => sum + level.count, 0) });
  }
  if (kept.length <= 300 && kept.length < 0.2 * total) {
    const byCount = [...kept].sort((a, b) => b.count - a.count);
    for (const rare of byCount) {
      const common = byCount.find(
        (other) =>
          other !== rare && other.count >= 20 && rare.count <= 0.2 * other.count && isSlip(rare.text, other.text),
      );
      if (common !== undefined) slips.push({ from: rare.text, to: common.text });
    }
  }
  return { variants, slips };
}
