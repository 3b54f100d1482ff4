/**
 * How a model treats the groups of one column: who is chosen, who is found, who is accused wrongly, and whether stated
 * probabilities hold, each with its rows and 95 % interval. Every group is compared with all other rows; with many
 * groups and measures some differences come by chance, so only those that stand at a false-discovery rate of 5 % over all
 * comparisons are named (Benjamini & Hochberg 1995).
 */
import type { Task } from '../model-spec.ts';
import { differenceP, discoveries, type Estimate, meanEstimate, type Sums, shareOf } from './intervals.ts';

export type FairnessInput = {
  readonly task: Task;
  readonly classCount: number;
  /** Binary: probabilities of the positive class; multiclass: row-major; regression: values. */
  readonly outputs: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** Index into `values` of every row, −1 for rows left out. */
  readonly of: Int32Array;
  readonly values: readonly string[];
  /** Binary: a row is chosen from this probability on. */
  readonly threshold: number;
};

/** What is compared between groups. Shares for labels; for numbers the mean signed and absolute error. */
export type FairnessMeasure =
  | 'selection_rate'
  | 'true_positive_rate'
  | 'false_positive_rate'
  | 'calibration_gap'
  | 'accuracy'
  | 'mean_error'
  | 'absolute_error';

export type FairnessGroup = {
  readonly value: string;
  readonly rows: number;
  /** Binary: rows of the positive class. */
  readonly positives: number | null;
  readonly measures: readonly {
    readonly measure: FairnessMeasure;
    /** Rows the measure speaks of: true positives are among the positive rows only. */
    readonly rows: number;
    readonly estimate: Estimate;
    /** Differs from all other rows beyond chance, all comparisons counted. */
    readonly differs: boolean;
  }[];
  /** Binary: selection rate by that of the group chosen most often; below 0.8 the four-fifths rule is broken. */
  readonly impactRatio: number | null;
};

export type Fairness = {
  readonly groups: readonly FairnessGroup[];
  /** Group with the highest selection rate; null for other tasks. */
  readonly mostSelected: string | null;
  readonly comparisons: number;
};

const rate = 0.05;

type Row = { readonly group: number; readonly value: number };

/** Measures of every group, in the order of `values`; groups without rows are left out. */
export function fairnessOf(input: FairnessInput): Fairness {
  const sizes = new Float64Array(input.values.length);
  for (const group of input.of) if (group >= 0) sizes[group]++;
  const positives = new Float64Array(input.values.length);
  if (input.task === 'binary') {
    for (let i = 0; i < input.of.length; i++) if (input.of[i] >= 0 && input.labels[i] === 1) positives[input.of[i]]++;
  }
  const measures = measuresOf(input).map(({ measure, share, rowOf }) => {
    const sums = sumsOf(input, rowOf);
    return { measure, share, sums };
  });
  const compared = measures.flatMap(({ sums }, m) =>
    sums.own.flatMap((own, g) =>
      own.count === 0 || own.count === sums.all.count
        ? []
        : [{ key: m * input.values.length + g, p: differenceP(own, minus(sums.all, own)) }],
    ),
  );
  const standing = discoveries(
    compared.map(({ p }) => p),
    rate,
  );
  const found = new Set(compared.filter((_, i) => standing[i]).map(({ key }) => key));
  const groups = input.values.flatMap((value, g): FairnessGroup[] => {
    if (sizes[g] === 0) return [];
    return [
      {
        value,
        rows: sizes[g],
        positives: input.task === 'binary' ? positives[g] : null,
        measures: measures.flatMap(({ measure, share, sums }, m) => {
          const own = sums.own[g];
          const estimate = share ? shareOf(own.total, own.count) : meanEstimate(own);
          if (estimate === null) return [];
          return [{ measure, rows: own.count, estimate, differs: found.has(m * input.values.length + g) }];
        }),
        impactRatio: null,
      },
    ];
  });
  if (input.task !== 'binary') return { groups, mostSelected: null, comparisons: compared.length };
  const selection = (group: FairnessGroup): number => group.measures[0]?.estimate.value ?? 0;
  const most = groups.reduce<FairnessGroup | null>(
    (best, group) => (best === null || selection(group) > selection(best) ? group : best),
    null,
  );
  const highest = most === null ? 0 : selection(most);
  return {
    groups: groups.map((group) => ({ ...group, impactRatio: highest === 0 ? null : selection(group) / highest })),
    mostSelected: most?.value ?? null,
    comparisons: compared.length,
  };
}

type Measured = {
  readonly measure: FairnessMeasure;
  readonly share: boolean;
  /** Value of a row, or null where the measure does not speak of it. */
  readonly rowOf: (row: number) => number | null;
};

function measuresOf({ task, outputs, labels, classCount, threshold }: FairnessInput): readonly Measured[] {
  if (task === 'regression') {
    return [
      { measure: 'mean_error', share: false, rowOf: (i) => outputs[i] - labels[i] },
      { measure: 'absolute_error', share: false, rowOf: (i) => Math.abs(outputs[i] - labels[i]) },
    ];
  }
  if (task === 'multiclass') {
    const right = (row: number): number => {
      const own = outputs[row * classCount + labels[row]];
      for (let k = 0; k < classCount; k++) if (outputs[row * classCount + k] > own) return 0;
      return 1;
    };
    return [{ measure: 'accuracy', share: true, rowOf: right }];
  }
  const chosen = (i: number): number => (outputs[i] >= threshold ? 1 : 0);
  return [
    { measure: 'selection_rate', share: true, rowOf: chosen },
    { measure: 'true_positive_rate', share: true, rowOf: (i) => (labels[i] === 1 ? chosen(i) : null) },
    { measure: 'false_positive_rate', share: true, rowOf: (i) => (labels[i] === 1 ? null : chosen(i)) },
    { measure: 'calibration_gap', share: false, rowOf: (i) => outputs[i] - labels[i] },
  ];
}

function sumsOf(input: FairnessInput, rowOf: Measured['rowOf']): { readonly own: Sums[]; readonly all: Sums } {
  const own = input.values.map(() => ({ count: 0, total: 0, squares: 0 }));
  const all = { count: 0, total: 0, squares: 0 };
  const add = (sums: { count: number; total: number; squares: number }, { value }: Row): void => {
    sums.count++;
    sums.total += value;
    sums.squares += value * value;
  };
  for (let i = 0; i < input.of.length; i++) {
    const group = input.of[i];
    const value = group < 0 ? null : rowOf(i);
    if (value === null) continue;
    add(own[group], { group, value });
    add(all, { group, value });
  }
  return { own, all };
}

const minus = (all: Sums, own: Sums): Sums => ({
  count: all.count - own.count,
  total: all.total - own.total,
  squares: all.squares - own.squares,
});
