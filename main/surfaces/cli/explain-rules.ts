/** Constraints of counterfactuals as options of the command line, and back to the contract's form. */
import { invalidInput } from '../../base/errors.ts';
import type { ColumnRule } from '../../contract/counterfactuals.ts';
import { parseCount, parseMap, splitList } from './resolve.ts';

export type CounterfactualFlags = {
  readonly immutable?: string;
  readonly direction?: string;
  readonly step?: string;
  readonly range?: string;
  readonly levels?: string;
  readonly cost?: string;
  readonly want?: string;
  readonly count: string;
  readonly mostChanges: string;
  readonly threshold: string;
};

/** `--want` is a class, or a range such as 100..200, 100.. or ..200. */
export function counterfactualOptions(flags: CounterfactualFlags, regression: boolean) {
  const wanted =
    flags.want === undefined
      ? {}
      : regression
        ? rangeOf(flags.want, '--want', 'wantedLow', 'wantedHigh')
        : { wantedClass: flags.want };
  return {
    ...wanted,
    rules: rulesOf(flags),
    count: parseCount(flags.count),
    mostChanges: parseCount(flags.mostChanges),
    threshold: number(flags.threshold, '--threshold'),
  };
}

function rulesOf(flags: CounterfactualFlags): ColumnRule[] {
  const rules = new Map<string, ColumnRule>();
  const add = (column: string, part: Partial<ColumnRule>): void => {
    rules.set(column, { ...(rules.get(column) ?? { column }), ...part });
  };
  for (const column of splitList(flags.immutable)) add(column, { immutable: true });
  for (const [column, text] of Object.entries(parseMap(flags.direction, '--direction'))) {
    if (text !== 'up' && text !== 'down') {
      throw invalidInput('bad-option', `--direction ${column}=${text}.`, { hint: 'Write column=up or column=down.' });
    }
    add(column, { direction: text });
  }
  for (const [column, text] of Object.entries(parseMap(flags.step, '--step')))
    add(column, { step: number(text, '--step') });
  for (const [column, text] of Object.entries(parseMap(flags.range, '--range'))) {
    add(column, boundsOf(text));
  }
  for (const [column, text] of Object.entries(parseMap(flags.levels, '--levels'))) {
    add(column, { levels: text.split('|').map((level) => level.trim()) });
  }
  for (const [column, text] of Object.entries(parseMap(flags.cost, '--cost')))
    add(column, { cost: number(text, '--cost') });
  return [...rules.values()];
}

function number(text: string, option: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw invalidInput('bad-number', `${option}: "${text}" is not a number.`, { hint: 'Write it with a decimal point.' });
}

function ends(text: string, option: string): readonly [string, string] {
  const at = text.indexOf('..');
  if (at < 0)
    throw invalidInput('bad-range', `${option}: "${text}" is no range.`, { hint: 'Write 1..10, 1.. or ..10.' });
  return [text.slice(0, at).trim(), text.slice(at + 2).trim()];
}

/** Numbers where they are numbers; dates stay as they are written. */
function boundsOf(text: string): Partial<ColumnRule> {
  const [low, high] = ends(text, '--range');
  const cell = (part: string): string | number => (Number.isFinite(Number(part)) ? Number(part) : part);
  return { ...(low === '' ? {} : { min: cell(low) }), ...(high === '' ? {} : { max: cell(high) }) };
}

function rangeOf(text: string, option: string, lowKey: 'wantedLow', highKey: 'wantedHigh') {
  const [low, high] = ends(text, option);
  return {
    ...(low === '' ? {} : { [lowKey]: number(low, option) }),
    ...(high === '' ? {} : { [highKey]: number(high, option) }),
  };
}
