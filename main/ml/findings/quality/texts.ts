/** Doubtful values of a text column, from its levels: words for missing, stray blanks, spellings, encodings, numbers and dates among words. */
import { asTextFinding } from './as-text.ts';
import { looksMojibake, repairMojibake } from './mojibake.ts';
import { type Level, unifySpellings } from './spellings.ts';
import type { FixStep, RawFinding } from './types.ts';
import { yesNoFinding } from './yes-no.ts';

const missingWords = new Set([
  'n/a',
  'na',
  '#n/a',
  '<na>',
  'nan',
  'nat',
  'null',
  '(null)',
  'nil',
  'missing',
  'not available',
  'not applicable',
  'not known',
  'unknown',
  'unbekannt',
  'keine angabe',
  'k.a.',
  'k. a.',
  'no data',
  'no answer',
  'tbd',
  'tba',
  'inconnu',
  'desconocido',
  'sconosciuto',
  '?',
  '??',
  '???',
  '-',
  '--',
  '---',
  '.',
  '..',
  '...',
  'x',
  'xx',
  'xxx',
  'xxxx',
  '#ref!',
  '#value!',
  '#null!',
  '#div/0!',
  '(blank)',
  '[blank]',
  'blank',
  'empty',
  '\\n',
  '-999',
  '-9999',
  '9999',
  '99999',
  '999999',
]);

const strayBlank = /^[\s\u200b\ufeff]|[\s\u200b\ufeff]$|[\s\u00a0\u200b\ufeff]{2}|[\u00a0\u200b\ufeff\u2007\u202f]/;

const plainNumber = /^[\s(]*[-+−]?\s?[€$£¥]?\s?(\d+|\d{1,3}([,'’ .]\d{3})+)([.,]\d+)?([eE][-+]?\d+)?\s?[%€$£¥)]?\s*$/;
const commaNumber = /,\d{1,2}\)?\s*[%€]?\s*$/;
const iso = /^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}([ T]\d{1,2}:\d{2}(:\d{2})?)?$/;
const worded = /^\d{1,2}[ -](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[ -]\d{4}$/i;
const slashed = /^(\d{1,2})[/.-](\d{1,2})[/.-]\d{4}( \d{1,2}:\d{2}(:\d{2})?)?$/;

/** Share of rows that must read as numbers, or dates, before the others are said to be strangers. */
const mixedShare = 0.5;

const list = (texts: readonly string[]): string =>
  texts.length <= 4
    ? texts.map((text) => `"${text}"`).join(', ')
    : `${texts
        .slice(0, 3)
        .map((text) => `"${text}"`)
        .join(', ')} and ${texts.length - 3} more`;

const sum = (levels: readonly Level[]): number => levels.reduce((total, level) => total + level.count, 0);

/** Findings of a text column with these levels, most frequent first or in any order. */
export function textFindings(name: string, levels: readonly Level[]): RawFinding[] {
  const total = sum(levels);
  if (total < 10) return [];
  const found: RawFinding[] = [];
  const one = (
    kind: string,
    severity: RawFinding['severity'],
    message: string,
    rows: RawFinding['rows'],
    examples: readonly string[],
    fix: { readonly text: string; readonly steps: readonly FixStep[] } | null,
  ): void => {
    found.push({ kind, column: name, severity, message, rows, count: null, examples: examples.slice(0, 6), fix });
  };
  const missing = levels.filter(({ text }) => missingWords.has(text.trim().toLowerCase()));
  // A column of nothing but single letters or signs is a code, not a gap
  const codes = levels.filter(({ text }) => text.trim().length <= 2).length;
  const standIns =
    codes > 0.5 * levels.length ? missing.filter(({ text }) => !/^x{1,2}$|^na$|^[-.]$/i.test(text.trim())) : missing;
  if (standIns.length > 0 && sum(standIns) < 0.95 * total) {
    const texts = standIns.map(({ text }) => text);
    one(
      'disguised-missing',
      'warn',
      `${list(texts)} in {count} stands for missing.`,
      { kind: 'values', column: name, values: texts },
      texts,
      {
        text: 'Set them missing',
        steps: [{ kind: 'set-missing', column: name, values: texts }],
      },
    );
  }
  const rest = levels.filter((level) => !standIns.includes(level));
  const stray = rest.filter(({ text }) => strayBlank.test(text));
  if (stray.length > 0) {
    one(
      'whitespace',
      'info',
      '{count} with blanks around or doubled, or invisible characters.',
      { kind: 'stray-blanks', column: name },
      stray.map(({ text }) => text),
      {
        text: 'Remove them',
        steps: [{ kind: 'trim', columns: [name] }],
      },
    );
  }
  const broken = rest.filter(({ text }) => looksMojibake(text));
  if (broken.length > 0) {
    const mapping = broken.flatMap(({ text }) => {
      const mended = repairMojibake(text);
      return mended === null ? [] : [{ from: text, to: mended }];
    });
    one(
      'encoding',
      'warn',
      `{count} in a mistaken encoding, such as ${list(broken.slice(0, 2).map(({ text }) => text))}.`,
      { kind: 'values', column: name, values: broken.slice(0, 5000).map(({ text }) => text) },
      broken.map(({ text }) => text),
      mapping.length === 0
        ? null
        : {
            text: `Mend ${mapping.length} spellings`,
            steps: [{ kind: 'unify', column: name, mapping: mapping.slice(0, 5000) }],
          },
    );
  }
  const mixed = mixedFinding(name, rest);
  const doubt = yesNoFinding(name, rest) ?? mixed ?? asTextFinding(name, rest);
  if (doubt !== null) found.push(doubt);
  if (doubt === null && rest.length <= 0.6 * total) {
    const { variants, slips } = unifySpellings(
      rest.filter((level) => !broken.includes(level)),
      total,
    );
    // What differs in blanks alone is mended by trimming
    const spellings = [
      ...variants.filter(({ from, to }) => from.replace(/[\s\u00a0\u200b\ufeff]+/g, ' ').trim() !== to),
      ...slips,
    ];
    if (spellings.length > 0) {
      const mapping = [...variants, ...slips];
      one(
        'spelling',
        'warn',
        `{count} spelt in another way than most: ${spellings
          .slice(0, 3)
          .map(({ from, to }) => `"${from}" for "${to}"`)
          .join(', ')}${spellings.length > 3 ? ` and ${spellings.length - 3} more` : ''}.`,
        { kind: 'values', column: name, values: spellings.map(({ from }) => from) },
        spellings.map(({ from }) => from),
        {
          text: `Write ${mapping.length === 1 ? 'it' : 'them'} as most do`,
          steps: [{ kind: 'unify', column: name, mapping }],
        },
      );
    }
  }
  return found;
}

function mixedFinding(name: string, levels: readonly Level[]): RawFinding | null {
  const total = sum(levels);
  if (total < 10) return null;
  const numbers = levels.filter(({ text }) => plainNumber.test(text) && !/^0\d/.test(text.trim()));
  const share = sum(numbers) / total;
  const codes = levels.filter(({ text }) => /^0\d/.test(text.trim()));
  if (share >= mixedShare && share < 1 && sum(codes) < 0.01 * total && numbers.length >= 5) {
    const decimal = sum(numbers.filter(({ text }) => commaNumber.test(text))) > 0.05 * total ? ',' : '.';
    const others = levels.filter((level) => !numbers.includes(level));
    if (others.some(({ text }) => /^[A-Za-z]{1,3}[- ]?\d+$/.test(text.trim())) && share < 0.9) return null;
    return {
      kind: 'mixed-types',
      column: name,
      severity: 'warn',
      message: `Numbers, but for {count} such as ${list(others.slice(0, 3).map(({ text }) => text))}.`,
      rows: { kind: 'not-a-number', column: name, decimal },
      count: null,
      examples: others.slice(0, 6).map(({ text }) => text),
      fix: {
        text: 'Read as numbers; the others become missing',
        steps: [{ kind: 'convert', column: name, type: 'number', decimal, dateOrder: 'ymd' }],
      },
    };
  }
  const isDate = (text: string): boolean =>
    iso.test(text.trim()) || slashed.test(text.trim()) || worded.test(text.trim());
  const dates = levels.filter(({ text }) => isDate(text));
  const dateShare = sum(dates) / total;
  if (dateShare < mixedShare || dates.length < 5) return null;
  const firsts = dates.flatMap(({ text }) => {
    const parts = slashed.exec(text.trim());
    return parts === null ? [] : [[Number(parts[1]), Number(parts[2])]];
  });
  const order =
    firsts.length === 0
      ? dates.some(({ text }) => worded.test(text.trim()))
        ? 'dmy'
        : 'ymd'
      : firsts.some(([, second]) => second > 12)
        ? 'mdy'
        : 'dmy';
  const others = levels.filter((level) => !dates.includes(level));
  const ways = [iso, slashed, worded].filter((form) => dates.some(({ text }) => form.test(text.trim()))).length;
  if (dateShare === 1 && ways === 1) return null;
  return {
    kind: 'mixed-types',
    column: name,
    severity: 'warn',
    message:
      others.length > 0
        ? `Dates, but for {count} such as ${list(others.slice(0, 3).map(({ text }) => text))}.`
        : 'Dates written in several ways.',
    rows: others.length > 0 ? { kind: 'not-a-date', column: name, order } : null,
    count: others.length > 0 ? null : total,
    examples: others.slice(0, 6).map(({ text }) => text),
    fix: {
      text: 'Read as dates; the others become missing',
      steps: [{ kind: 'convert', column: name, type: 'date', decimal: '.', dateOrder: order }],
    },
  };
}
