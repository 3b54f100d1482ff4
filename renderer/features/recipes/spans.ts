/** Spans of time in the largest unit that divides them, and moments of the data as they are written. */

export const spanUnits = ['seconds', 'minutes', 'hours', 'days'] as const;
export type SpanUnit = (typeof spanUnits)[number];

export const unitSeconds: Readonly<Record<SpanUnit, number>> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 };

/** The span as a number of its largest whole unit; seconds where none divides it. */
export function spanOf(seconds: number): { readonly count: number; readonly unit: SpanUnit } {
  const unit = [...spanUnits].reverse().find((each) => seconds % unitSeconds[each] === 0) ?? 'seconds';
  return { count: seconds / unitSeconds[unit], unit };
}

/** A moment of the data without what says nothing: midnight, seconds that are zero, the zone. */
export function momentText(iso: string): string {
  const [day = '', time = ''] = iso.replace(/Z$/, '').split('T');
  const short = time.replace(/\.0+$/, '').replace(/^(\d\d:\d\d):00$/, '$1');
  return short === '' || short === '00:00' ? day : `${day} ${short}`;
}
