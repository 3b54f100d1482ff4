import type { IntervalSummary } from '../../contract/models.ts';
import type { IntervalModel } from '../../ml/conformal/interval-model.ts';

const sources = {
  split: 'held-out rows (split conformal)',
  cross: 'out-of-fold rows (cross-conformal)',
  'cv+': 'out-of-fold rows, fold models one by one (CV+)',
} as const;

/** What pages and records say about a model's intervals; null for a model without. */
export function intervalSummary(intervals: IntervalModel | undefined): IntervalSummary | null {
  if (intervals === undefined) return null;
  const { kind, rows } = intervals;
  if (kind === 'refused') return { kind, method: 'none', rows, checks: [], by: null, note: intervals.reason };
  const shapes = {
    constant: 'one width for all rows',
    spread: 'width by the expected miss',
    quantiles: 'conformalised quantiles',
  } as const;
  const way =
    kind === 'number'
      ? shapes[intervals.shape.kind]
      : intervals.method === 'lac'
        ? 'least ambiguous sets'
        : 'adaptive sets';
  const by = kind === 'number' ? (intervals.groups?.column ?? null) : intervals.classTables === null ? null : 'class';
  return {
    kind,
    method: `${way}, ${sources[intervals.source]}`,
    rows,
    checks: intervals.checks.map((check) => ({ ...check })),
    by,
    note: intervals.note,
  };
}
