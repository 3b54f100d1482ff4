/**
 * A prediction in words. Every statement is read off a number: factors come in falling order of |contribution|, the verb
 * of a factor is the sign of its contribution, and the comparison with the average uses the rounded figures that are
 * shown, so that the text cannot contradict what stands beside it.
 */
import type { Task } from '../model-spec.ts';

export type WordsContribution = {
  readonly column: string;
  /** The value as it should be read: dates as ISO text, missing as null. */
  readonly value: string | number | boolean | null;
  readonly contribution: number;
};

export type WordsInput = {
  readonly task: Task;
  readonly target: string;
  /** The class the contributions and the probability speak of; null for regression. */
  readonly explainedClass: string | null;
  /** Probability of that class, or the predicted value. */
  readonly prediction: number;
  /** The same for the average row: base probability or base value. */
  readonly base: number;
  /** In the margin (log-odds or target units), any order. */
  readonly contributions: readonly WordsContribution[];
  /** Regression with margin = logarithm of the prediction: contributions read as factors. */
  readonly logLink?: boolean;
};

export type Words = {
  readonly sentence: string;
  /** Up to five factors, strongest first: "tenure is 2: raises it (+0.812)". */
  readonly keyFactors: readonly string[];
};

const mostFactors = 5;
const inSentence = 3;

/** Factors that carry anything, strongest first; equal ones by column name. */
export function rankContributions(contributions: readonly WordsContribution[]): WordsContribution[] {
  return contributions
    .filter((entry) => Number.isFinite(entry.contribution) && signed(entry.contribution) !== null)
    .sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution) || (a.column < b.column ? -1 : 1));
}

/** One plain sentence and the key factors of a prediction. */
export function describePrediction(input: WordsInput): Words {
  const ranked = rankContributions(input.contributions);
  return {
    sentence: `${headline(input)}${reasons(ranked.slice(0, inSentence))}.`,
    keyFactors: ranked
      .slice(0, mostFactors)
      .map((entry) => `${phrase(entry)}: ${verb(entry)} it (${strength(entry.contribution, input.logLink === true)})`),
  };
}

/** `column=value (+0.123)`: a reason in a scored file. */
export function reasonText(column: string, value: string | number | boolean | null, contribution: number): string {
  return `${column}=${value === null ? '' : formatValue(value)} (${signed(contribution) ?? '+0.000'})`;
}

/** Signed number with three decimals, more only where they are needed to show the sign; null for zero. */
function signed(value: number): string | null {
  if (value === 0) return null;
  const size = Math.abs(value);
  const text = size >= 0.0005 ? trimLarge(size) : size.toExponential(1);
  return `${value > 0 ? '+' : '-'}${text}`;
}

const trimLarge = (size: number): string => (size >= 1000 ? String(Math.round(size)) : size.toFixed(3));

function headline(input: WordsInput): string {
  if (input.task === 'regression') {
    const [shown, average] = [formatValue(input.prediction), formatValue(input.base)];
    return `${input.target} is predicted as ${shown}, ${compare(Number(shown), Number(average))} ${average}`;
  }
  const [shown, average] = shownPercents(input.prediction, input.base);
  return `${input.target} = ${input.explainedClass ?? ''} has a probability of ${shown} %, ${compare(Number(shown), Number(average))} ${average} %`;
}

/** Both percentages with as few decimals as the smaller distance from 0 and 100 needs. */
function shownPercents(p: number, base: number): [string, string] {
  const decimals = (value: number): number => {
    const edge = Math.min(value, 1 - value) * 100;
    return edge >= 1 || edge <= 0 ? 0 : edge >= 0.1 ? 1 : 2;
  };
  const digits = Math.max(decimals(p), decimals(base));
  return [(100 * p).toFixed(digits), (100 * base).toFixed(digits)];
}

function compare(shown: number, average: number): string {
  if (shown > average) return 'above the average of';
  return shown < average ? 'below the average of' : 'the same as the average of';
}

function reasons(ranked: readonly WordsContribution[]): string {
  const up = ranked.filter((entry) => entry.contribution > 0);
  const down = ranked.filter((entry) => entry.contribution < 0);
  const clause = (entries: readonly WordsContribution[], word: string): string =>
    `${list(entries.map(phrase))} ${entries.length > 1 ? word : `${word}s`} it`;
  const clauses = [
    { size: Math.abs(up[0]?.contribution ?? 0), text: up.length > 0 ? clause(up, 'raise') : '' },
    { size: Math.abs(down[0]?.contribution ?? 0), text: down.length > 0 ? clause(down, 'lower') : '' },
  ]
    .filter((entry) => entry.text !== '')
    .sort((a, b) => b.size - a.size)
    .map((entry) => entry.text);
  return clauses.length === 0 ? '' : `; ${clauses.join(', while ')}`;
}

/** The signed contribution, or under a log link the factor it multiplies the prediction by. */
const strength = (contribution: number, logLink: boolean): string =>
  logLink ? `× ${Number(Math.exp(contribution).toPrecision(4))}` : (signed(contribution) ?? '+0.000');

const verb = (entry: WordsContribution): string => (entry.contribution > 0 ? 'raises' : 'lowers');

const phrase = (entry: WordsContribution): string =>
  entry.value === null ? `${entry.column} missing` : `${entry.column} = ${formatValue(entry.value)}`;

function list(parts: readonly string[]): string {
  return parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}

/** Numbers with up to six significant digits, large integers whole; everything else as text. */
function formatValue(value: string | number | boolean): string {
  if (typeof value !== 'number') return String(value);
  if (Number.isInteger(value) || !Number.isFinite(value)) return String(value);
  return String(Number(value.toPrecision(Math.abs(value) >= 1e5 ? 8 : 5)));
}
