/** Time budgets: presets, and reading a duration as people write it. */

/** Offered budgets in seconds. */
export const budgetPresets = [10, 60, 300] as const;

/** The preset equal to a budget, or 'own'. */
export function findPreset(seconds: number): '10' | '60' | '300' | 'own' {
  const preset = budgetPresets.find((value) => value === seconds);
  if (preset === 10) return '10';
  if (preset === 60) return '60';
  return preset === 300 ? '300' : 'own';
}

const unitSeconds: Readonly<Record<string, number>> = {
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3600,
  hour: 3600,
  hours: 3600,
};

/**
 * Seconds from text such as `90`, `90 s`, `2 min`, `1h 30m` or `1:30` (minutes and seconds). Null when it cannot be
 * read or lies outside 1 second … 24 hours, the range the contract takes from this page.
 */
export function parseDuration(text: string): number | null {
  const seconds = readDuration(text.trim().toLowerCase());
  return seconds !== null && seconds >= 1 && seconds <= 86_400 ? seconds : null;
}

function readDuration(text: string): number | null {
  if (/^\d+([.,]\d+)?$/.test(text)) return Number(text.replace(',', '.'));
  const clock = /^(?:(\d+):)?(\d{1,2}):(\d{2})$/.exec(text);
  if (clock) return Number(clock[1] ?? 0) * 3600 + Number(clock[2]) * 60 + Number(clock[3]);
  if (!/^(\d+([.,]\d+)?\s*[a-z]+\s*)+$/.test(text)) return null;
  let total = 0;
  for (const [, amount, , unit] of text.matchAll(/(\d+([.,]\d+)?)\s*([a-z]+)/g)) {
    const factor = unitSeconds[unit ?? ''];
    if (factor === undefined) return null;
    total += Number((amount ?? '').replace(',', '.')) * factor;
  }
  return total;
}

/** A duration written so that `parseDuration` reads it back: `45 s`, `5 min`, `1 h 30 min`. */
export function writeDuration(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Math.round((seconds % 60) * 10) / 10;
  const parts = [
    ...(hours > 0 ? [`${hours} h`] : []),
    ...(minutes > 0 ? [`${minutes} min`] : []),
    ...(rest > 0 ? [`${rest} s`] : []),
  ];
  return parts.length === 0 ? '0 s' : parts.join(' ');
}
