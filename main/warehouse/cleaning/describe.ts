/** Cleaning steps as sentences, for the recipe, the lineage and the preview. */
import type { CleaningStep, GridFilter } from '../../contract/cleaning.ts';

const quoted = (names: readonly string[]): string => {
  const shown = names.slice(0, 6).map((name) => `"${name}"`);
  return names.length > 6 ? `${shown.join(', ')} and ${names.length - 6} more` : shown.join(', ');
};

const operators: Readonly<Record<GridFilter['op'], string>> = {
  equals: 'is',
  'not-equals': 'is not',
  contains: 'contains',
  less: 'is less than',
  'at-most': 'is at most',
  greater: 'is greater than',
  'at-least': 'is at least',
  missing: 'is missing',
  present: 'is present',
};

const condition = ({ column, op, value }: GridFilter): string =>
  `"${column}" ${operators[op]}${op === 'missing' || op === 'present' ? '' : ` ${String(value)}`}`;

const limits = (low: number | null, high: number | null): string => {
  if (low === null) return `above ${high}`;
  return high === null ? `below ${low}` : `outside ${low} to ${high}`;
};

/** How a converted column is written, where the step says so. */
function writing(step: Extract<CleaningStep, { kind: 'convert' }>): string {
  if (step.type === 'number' || step.type === 'integer') {
    const unit = step.unit === undefined ? '' : ` without "${step.unit}"`;
    return `${step.decimal === ',' ? ' with a decimal comma' : ''}${unit}`;
  }
  return (step.type === 'date' || step.type === 'datetime') && step.format !== undefined
    ? ` written ${step.format}`
    : '';
}

/** The step in one sentence. */
export function describeStep(step: CleaningStep): string {
  switch (step.kind) {
    case 'drop-duplicates':
      return step.columns.length === 0
        ? 'Keep the first of rows that are equal in every column.'
        : `Keep the first of rows that are equal in ${quoted(step.columns)}.`;
    case 'set-missing':
      return `Set ${quoted(step.values)} missing in "${step.column}".`;
    case 'trim':
      return `Remove stray blanks and invisible characters in ${quoted(step.columns)}.`;
    case 'unify': {
      const shown = step.mapping.slice(0, 4).map(({ from, to }) => `"${from}" as "${to}"`);
      const more = step.mapping.length > 4 ? ` and ${step.mapping.length - 4} more` : '';
      return `Write ${shown.join(', ')}${more} in "${step.column}".`;
    }
    case 'cap':
      return `Draw values of "${step.column}" ${limits(step.low, step.high)} to the limit.`;
    case 'flag':
      return `Add "${step.name}": whether "${step.column}" is ${limits(step.low, step.high)}.`;
    case 'drop-columns':
      return `Leave out ${quoted(step.columns)}.`;
    case 'drop-rows':
      return `Leave out rows where ${step.when.map(condition).join(' and ')}.`;
    case 'convert':
      return `Read "${step.column}" as ${step.type}${writing(step)}; what does not fit becomes missing.`;
    case 'time-zone':
      return `Take times of "${step.column}" for ${step.zone} and write them in ${step.to}.`;
    case 'fill':
      return step.with === 'value'
        ? `Fill missing values of "${step.column}" with "${step.value ?? ''}".`
        : step.with === 'previous'
          ? `Fill missing values of "${step.column}" with the value before.`
          : `Fill missing values of "${step.column}" with the ${step.with === 'most-frequent' ? 'most frequent value' : step.with}.`;
    case 'rename':
      return `Rename "${step.column}" to "${step.to}".`;
    case 'scale': {
      const where = [
        ...(step.above === null ? [] : [`above ${step.above}`]),
        ...(step.below === null ? [] : [`below ${step.below}`]),
        ...(step.rows === null ? [] : [`in rows ${step.rows.from + 1} to ${step.rows.to}`]),
      ];
      return `Multiply "${step.column}" by ${step.factor}${where.length === 0 ? '' : ` where it is ${where.join(' and ')}`}.`;
    }
  }
}
