/** Times of one zone written in another, in SQL. */
import { invalidInput } from '../../base/errors.ts';
import { literal } from '../duck.ts';

const offset = /^([+-])(\d\d):?(\d\d)$/;

function isZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

/** Minutes east of UTC when the zone is an offset; null when it has a name. Throws invalid-input. */
function minutesOf(zone: string): number | null {
  const found = offset.exec(zone);
  if (found !== null) {
    const minutes = Number(found[2]) * 60 + Number(found[3]);
    if (Number(found[3]) < 60 && minutes <= 14 * 60) return found[1] === '-' ? -minutes : minutes;
  } else if (/^[A-Za-z]/.test(zone) && isZone(zone)) return null;
  throw invalidInput('step-zone', `"${zone}" is no time zone.`, {
    hint: 'Write Europe/Berlin, UTC, or an offset such as +02:00.',
    details: { zone },
  });
}

/** SQL of the TIMESTAMP `moment`, written in `zone`, as it is written in `to`. An hour that a zone skips or has twice counts by its standard rules. */
export function rezonedSql(moment: string, zone: string, to: string): string {
  const [from, target] = [minutesOf(zone), minutesOf(to)];
  const utc =
    from === null ? `timezone('UTC', timezone(${literal(zone)}, ${moment}))` : `(${moment} - to_minutes(${from}))`;
  if (target !== null) return target === 0 ? utc : `(${utc} + to_minutes(${target}))`;
  return to === 'UTC' ? utc : `timezone(${literal(to)}, timezone('UTC', ${utc}))`;
}
