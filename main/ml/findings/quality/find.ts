/** All detectors over a sample of a table. Pure and deterministic; what is found is counted over all rows afterwards. */
import type { Frame } from '../../frame.ts';
import { columnFacts, nameHintsId } from '../columns.ts';
import { copyFindings } from './copies.ts';
import { numberFindings } from './numbers.ts';
import { textFindings } from './texts.ts';
import { timeFindings } from './times.ts';
import type { RawFinding } from './types.ts';
import { unitFindings } from './units.ts';

export type QualityRequest = {
  /** Evenly spaced rows in order. */
  readonly frame: Frame;
  /** Distance of the rows in the table: 1 when these are all. */
  readonly step: number;
  /** When the data was read, µs since 1970 UTC. */
  readonly nowUs: number;
  /** Columns of yes/no words, which are left alone. */
  readonly plain: readonly string[];
};

/** Findings column by column, then between columns. */
export function findQuality(request: QualityRequest): RawFinding[] {
  const { frame, step } = request;
  const skip = new Set(request.plain);
  const found: RawFinding[] = [];
  for (const column of frame.columns) {
    if (skip.has(column.name)) continue;
    const facts = columnFacts(column);
    const known = facts.rowCount - facts.missing;
    if (known === 0) continue;
    const isId = nameHintsId(column.name) && facts.distinct > 0.9 * known;
    if (isId && facts.distinct < known && known >= 50 && column.type !== 'timestamp' && step === 1) {
      found.push({
        kind: 'duplicate-key',
        column: column.name,
        severity: 'warn',
        message: '{count} repeat an id that should name one row.',
        rows: { kind: 'repeated', columns: [column.name] },
        count: null,
        examples: [],
        fix: { text: 'Keep the first row of each', steps: [{ kind: 'drop-duplicates', columns: [column.name] }] },
      });
    }
    if (column.type === 'timestamp') found.push(...timeFindings(column.name, column.values, request.nowUs, step === 1));
    else if (column.type === 'string') {
      const counts = new Int32Array(column.levels.length);
      for (const code of column.codes) if (code >= 0) counts[code]++;
      const levels = column.levels.flatMap((text, i) => (counts[i] > 0 ? [{ text, count: counts[i] }] : []));
      found.push(
        ...textFindings(
          column.name,
          levels.sort((a, b) => b.count - a.count),
        ),
      );
    } else if (!isId && !(facts.integers && facts.distinct === known && facts.consecutive)) {
      const numbers = numberFindings(column.name, column.values);
      const units = unitFindings(column.name, withoutStandIns(column.values, numbers), step);
      // A stretch in another unit explains what would look like outliers and spikes
      found.push(...(units.length === 0 ? numbers : numbers.filter(({ kind }) => kind !== 'outlier')), ...units);
    }
  }
  return [...found, ...copyFindings(frame)];
}

/** The values without those that were found to stand for missing. */
function withoutStandIns(values: Float64Array, found: readonly RawFinding[]): Float64Array {
  const standIns = new Set(
    found.flatMap(({ kind, rows }) => (kind === 'disguised-missing' && rows?.kind === 'values' ? rows.values : [])),
  );
  return standIns.size === 0 ? values : values.map((value) => (standIns.has(value) ? Number.NaN : value));
}
