/**
 * Calendar parts of a timestamp in UTC, in the proleptic Gregorian calendar. Years are counted from March, so that
 * the leap day is the last of its year; then month and day follow from integer arithmetic alone, which the exported
 * graph can repeat operation by operation.
 */
import type { DatePart } from '../model-spec.ts';

const microsPerDay = 86_400_000_000;
const microsPerHour = 3_600_000_000;

/** Days of 400 years, and days from 0000-03-01 to 1970-01-01. */
const daysPerEra = 146_097;
const daysToEpoch = 719_468;

/** One part of a timestamp in µs since 1970 as a double (round it to float32 for features); NaN when missing or infinite. */
export function datePart(micros: number, part: DatePart): number {
  if (!Number.isFinite(micros)) return Number.NaN;
  if (part === 'elapsed_days') return micros / microsPerDay;
  const days = Math.floor(micros / microsPerDay);
  if (part === 'hour') return Math.floor((micros - days * microsPerDay) / microsPerHour);
  if (part === 'weekday') return (((days + 3) % 7) + 7) % 7;
  const shifted = days + daysToEpoch;
  const era = Math.floor(shifted / daysPerEra);
  const dayOfEra = shifted - era * daysPerEra;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  if (part === 'day') return dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1;
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
  if (part === 'month') return month;
  return yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
}
