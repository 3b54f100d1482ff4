/** What the detectors of doubtful data find: a claim about a column that is then counted over all rows. */

/** Rows that a finding is about, as a condition that can be counted without the detector. */
export type RowCondition =
  | { readonly kind: 'values'; readonly column: string; readonly values: readonly (string | number)[] }
  | { readonly kind: 'outside'; readonly column: string; readonly low: number | null; readonly high: number | null }
  | { readonly kind: 'infinite'; readonly column: string }
  | { readonly kind: 'stray-blanks'; readonly column: string }
  | { readonly kind: 'not-a-number'; readonly column: string; readonly decimal: '.' | ',' }
  | { readonly kind: 'not-a-date'; readonly column: string; readonly order: 'ymd' | 'dmy' | 'mdy' }
  | {
      readonly kind: 'reads-as-number';
      readonly column: string;
      readonly decimal: '.' | ',';
      readonly unit: string | null;
    }
  /** Texts written by a pattern of dates. */
  | { readonly kind: 'written'; readonly column: string; readonly format: string }
  | { readonly kind: 'after'; readonly column: string; readonly timeUs: number }
  | { readonly kind: 'repeated'; readonly columns: readonly string[] }
  /** Rows [from, to) of the table. */
  | { readonly kind: 'rows'; readonly from: number; readonly to: number }
  /** Rows after which a regular series of times has a hole longer than `stepUs`. */
  | { readonly kind: 'before-gap'; readonly column: string; readonly stepUs: number }
  | { readonly kind: 'differ'; readonly columns: readonly [string, string] };

/** A cleaning step as plain data; the contract's step of the same shape. */
export type FixStep = { readonly kind: string; readonly [key: string]: unknown };

export type RawFinding = {
  readonly kind: string;
  readonly column: string | null;
  readonly severity: 'info' | 'warn' | 'block';
  /** Sentence; `{count}` is filled in with the rows found. */
  readonly message: string;
  readonly rows: RowCondition | null;
  /** Count to show where no condition is given. */
  readonly count: number | null;
  readonly examples: readonly string[];
  readonly fix: { readonly text: string; readonly steps: readonly FixStep[] } | null;
};

/** A number as a person writes it. */
export const short = (value: number): string => String(Number(value.toPrecision(6)));
