/** Fairness by group and weakest slices in the words of the contract, from judged rows wherever they come from. */
import type { ComputePool, RunOptions } from '../../compute/pool.ts';
import type { FairnessReport, SliceReport } from '../../contract/models.ts';
import type { RawColumn } from '../../ml/frame.ts';
import { metricByName } from '../../ml/metrics/registry.ts';
import type { Task } from '../../ml/model-spec.ts';

/** Rows with known truth; outputs are probabilities (multiclass row-major) or values. */
export type JudgedRows = {
  readonly task: Task;
  readonly classCount: number;
  readonly outputs: Float64Array;
  readonly labels: Float64Array;
};

const fourFifths = 0.8;
/** Groups of fewer rows are shown, but nothing is read from them. */
const fewRows = 30;

/** How the groups of a column fare. */
export async function fairnessReport(
  pool: ComputePool,
  judged: JudgedRows,
  column: RawColumn,
  threshold: number,
  options: RunOptions,
): Promise<FairnessReport> {
  const { task, labels } = judged;
  const found = await pool.run('fairness', { ...judged, column, threshold }, options);
  const base = {
    column: column.name,
    task,
    rows: labels.length,
    threshold: task === 'binary' ? threshold : null,
    belowFourFifths: [],
  };
  if (found === null) {
    const reading = `All rows have the same value of ${column.name}: there are no groups to compare.`;
    return { ...base, groups: [], mostSelected: null, comparisons: 0, reading };
  }
  const large = found.groups.filter((group) => group.rows >= fewRows);
  const below = large
    .filter(({ impactRatio }) => impactRatio !== null && impactRatio < fourFifths)
    .map(({ value }) => value);
  const differing = large.filter(({ measures }) => measures.some(({ differs }) => differs)).map(({ value }) => value);
  return {
    ...base,
    groups: found.groups.map((group) => ({
      ...group,
      measures: group.measures.map((each) => ({ ...each, estimate: { ...each.estimate } })),
    })),
    mostSelected: found.mostSelected,
    belowFourFifths: below,
    comparisons: found.comparisons,
    reading: [
      differing.length === 0
        ? `No group of ${column.name} differs from the others beyond chance (${found.comparisons} comparisons).`
        : `${listed(differing)} ${differing.length === 1 ? 'differs' : 'differ'} from the other rows beyond chance, counting all ${found.comparisons} comparisons.`,
      ...(below.length === 0
        ? []
        : [
            `${listed(below)} ${below.length === 1 ? 'is' : 'are'} chosen less than four fifths as often as ${found.mostSelected}.`,
          ]),
    ].join(' '),
  };
}

/** The weakest slices of the rows; `rows` are their places in the columns, null where those hold the judged rows alone. */
export async function sliceReport(
  pool: ComputePool,
  judged: JudgedRows,
  columns: readonly RawColumn[],
  rows: Int32Array | null,
  metric: SliceReport['metric'],
  options: RunOptions,
): Promise<SliceReport> {
  const { task, classCount, outputs, labels } = judged;
  const found = await pool.run('slices', { classCount, outputs, labels, columns, rows, metric, seed: 1 }, options);
  const lossName = task === 'regression' ? 'mean absolute error' : 'log loss';
  const slices = found.slices.map((slice) => ({
    ...slice,
    terms: slice.terms.map((term) => ({ ...term })),
    words: slice.terms.map(({ column, cell }) => `${column} ${joins(cell)}`).join(' and '),
    score: slice.score === null ? null : { ...slice.score },
    loss: { ...slice.loss },
  }));
  const worst = slices[0];
  const reading =
    worst === undefined
      ? `No weak slice stood the test: of ${found.tested} looked at, none loses more than the rest on rows that had no part in finding it.`
      : `Weakest where ${worst.words}: ${lossName} ${short(worst.loss.value)} against ${short(worst.elsewhere)} elsewhere, on ${worst.rows.toLocaleString('en')} rows. Found on one half of the rows, confirmed on the other (${found.tested} tested).`;
  return { rows: found.rows, tested: found.tested, metric, overall: found.overall, lossName, slices, reading };
}

/** Ranges read as they are, values with an equals sign. */
const joins = (cell: string): string =>
  /^below |^.+ to .+$| and more$/.test(cell) ? cell : cell === '(missing)' ? 'missing' : `= ${cell}`;

const listed = (values: readonly string[]): string =>
  values.length <= 3 ? values.join(', ') : `${values.slice(0, 3).join(', ')} and ${values.length - 3} more`;

const short = (value: number): string => String(Number(value.toPrecision(3)));

/** What a metric leaves out of the given truth, in sentences. */
export function metricNotes(task: Task, labels: ArrayLike<number>, rowsWithoutRatio: number): string[] {
  if (task !== 'regression' || rowsWithoutRatio === 0) return [];
  return [
    `${metricByName('mape').label} leaves out ${rowsWithoutRatio.toLocaleString('en')} of ${labels.length.toLocaleString('en')} rows whose true value is 0: they have no relative error.`,
  ];
}
