/** Kinds of steps as the editor offers them: groups, a fresh step of each, and which columns each can read. */
import type { ColumnType } from '../../../main/contract/common.ts';
import type { RecipeStep } from '../../../main/contract/recipe-steps.ts';

/** A column as a step may read it. */
export type KnownColumn = { readonly name: string; readonly type: ColumnType };

export type StepKind = RecipeStep['kind'];

export const stepKinds: readonly StepKind[] = [
  'impute',
  'one-hot',
  'ordinal',
  'frequency',
  'target',
  'aggregate',
  'date-parts',
  'date-difference',
  'text',
  'terms',
  'bins',
  'ratio',
  'product',
  'difference',
  'sum',
  'log',
  'sqrt',
  'yeo-johnson',
  'standardise',
  'clip',
  'drop',
];

type MessageKind<K extends string> = K extends `${infer A}-${infer B}` ? `${A}_${B}` : K;

/** The message that names a kind. */
export const kindMessage = <K extends StepKind>(kind: K): `kind_${MessageKind<K>}` =>
  `kind_${kind.replace('-', '_')}` as `kind_${MessageKind<K>}`;

/** A new step of a kind, without columns yet. */
export function freshStep(kind: StepKind): RecipeStep {
  const columns: string[] = [];
  switch (kind) {
    case 'impute':
      return { kind, columns, with: 'median' };
    case 'aggregate':
      return { kind, columns, by: '', with: 'mean' };
    case 'date-parts':
      return { kind, columns, parts: ['year', 'month', 'weekday'] };
    case 'date-difference':
      return { kind, left: '', right: '', unit: 'days' };
    case 'text':
      return { kind, columns, measures: ['characters', 'words'] };
    case 'terms':
      return { kind, columns, count: 20 };
    case 'bins':
      return { kind, columns, method: 'quantile', count: 5 };
    case 'ratio':
    case 'product':
    case 'difference':
    case 'sum':
      return { kind, left: '', right: '' };
    default:
      return { kind, columns };
  }
}

const numbers: readonly ColumnType[] = ['integer', 'number'];
const words: readonly ColumnType[] = ['text', 'boolean'];
const dates: readonly ColumnType[] = ['date', 'datetime'];

/** Types a kind of step reads; null: any. */
export function typesOf(kind: StepKind): readonly ColumnType[] | null {
  if (kind === 'impute') return [...numbers, ...words];
  if (kind === 'drop') return null;
  if (['one-hot', 'ordinal', 'frequency', 'target', 'text', 'terms'].includes(kind)) return words;
  return kind === 'date-parts' || kind === 'date-difference' ? dates : numbers;
}

/** True when everything the step must have is there. */
export const isComplete = (step: RecipeStep): boolean =>
  'columns' in step
    ? step.columns.length > 0 && (step.kind !== 'aggregate' || step.by !== '')
    : step.left !== '' && step.right !== '';
