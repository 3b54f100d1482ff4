/** What a scoring job tells about itself, read from its result without trusting its shape. */

export type ScoreResult = {
  readonly rows: number;
  readonly rejected: number;
  readonly rowsPerSecond: number | null;
  readonly file: string | null;
  readonly unseen: readonly { readonly column: string; readonly count: number }[];
};

const field = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) ? value : null;

function readUnseen(value: unknown): ScoreResult['unseen'] {
  if (Array.isArray(value)) {
    return value.flatMap((entry: unknown) => {
      const column = field(entry, 'column');
      const count = numberOf(field(entry, 'count'));
      return typeof column === 'string' && count !== null && count > 0 ? [{ column, count }] : [];
    });
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([column, count]: [string, unknown]) => {
    const number = numberOf(count);
    return number !== null && number > 0 ? [{ column, count: number }] : [];
  });
}

/** Rows, rejects, speed, file and unseen categories of a finished scoring job. */
export function readScoreResult(result: unknown): ScoreResult {
  const rejected = field(result, 'rejected');
  const file = field(result, 'file') ?? field(result, 'output');
  return {
    rows: numberOf(field(result, 'rows')) ?? 0,
    rejected: numberOf(rejected) ?? numberOf(field(rejected, 'rows')) ?? 0,
    rowsPerSecond: numberOf(field(result, 'rowsPerSecond')),
    file: typeof file === 'string' ? file : null,
    unseen: readUnseen(field(result, 'unseen') ?? field(result, 'unseenCategories')),
  };
}
