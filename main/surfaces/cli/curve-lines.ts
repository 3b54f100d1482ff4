import { invalidInput } from '../../base/errors.ts';
import type { Curves } from '../../contract/curves.ts';
import { figure, table } from './output.ts';

export type CurveFlags = { readonly term?: string };

/** The term asked for with `--term`; throws invalid-input for anything but a whole number. */
export function curveInput({ term }: CurveFlags): { term?: number } {
  if (term === undefined) return {};
  const number = Number(term);
  if (Number.isInteger(number) && number >= 0) return { term: number };
  throw invalidInput('bad-term', `--term is ${term}.`, { hint: 'Give the number of a term from the list.' });
}

/** The terms of a model by importance, then the one shown cell by cell; a pair is only counted, it has too many cells. */
export function curveLines(curves: Curves): string[] {
  if (!curves.editable) return [curves.note];
  const lines = [
    ...(curves.note === '' ? [] : [curves.note]),
    `intercept ${figure(curves.intercept)} (${curves.units})`,
    ...table(
      curves.terms.map(({ term, name, importance }) => [String(term), name, figure(importance)]),
      ['term', 'columns', 'mean size'],
    ),
    ...curves.edits.map((edit) => `edited by hand: ${edit}`),
  ];
  const { shown } = curves;
  if (shown === null) return lines;
  const [axis] = shown.axes;
  if (shown.axes.length > 1 || axis === undefined) return [...lines, `${shown.name}: ${shown.values.length} cells`];
  const rows = shown.values.map((value, cell) => [
    cellName(axis, cell),
    figure(value),
    figure(shown.deviations[cell] ?? 0),
    `${figure((shown.weights[cell] ?? 0) * 100)} %`,
  ]);
  return [...lines, ...table(rows, [shown.name, 'adds', '±', 'rows'])];
}

function cellName(axis: NonNullable<Curves['shown']>['axes'][number], cell: number): string {
  const { cuts, labels } = axis;
  if (cell === cuts.length + 1) return 'missing';
  if (axis.kind === 'category') return labels[cell] ?? '';
  if (cuts.length === 0) return 'all values';
  if (cell === 0) return `≤ ${figure(cuts[0])}`;
  return cell === cuts.length ? `> ${figure(cuts[cell - 1])}` : `… ${figure(cuts[cell])}`;
}
