import type { Frame, RawColumn } from '../../ml/frame.ts';

/**
 * How strongly two columns go together, from a sample: Pearson's correlation of two numbers; the correlation ratio η of a
 * number over the levels of a text; Cramér's V of two texts with Bergsma's bias correction (J. Korean Stat. Soc. 42, 2013).
 */
export type Association = {
  readonly a: string;
  readonly b: string;
  readonly value: number;
  readonly measure: 'pearson' | 'correlation-ratio' | 'cramers-v';
};

/** Texts with more levels are left out. */
export const mostLevels = 60;

function pearson(x: Float64Array, y: Float64Array): number {
  let n = 0;
  let meanX = 0;
  let meanY = 0;
  let sumXX = 0;
  let sumYY = 0;
  let sumXY = 0;
  for (let i = 0; i < x.length; i++) {
    if (!Number.isFinite(x[i]) || !Number.isFinite(y[i])) continue;
    n++;
    const dx = x[i] - meanX;
    meanX += dx / n;
    const dy = y[i] - meanY;
    meanY += dy / n;
    sumXX += dx * (x[i] - meanX);
    sumYY += dy * (y[i] - meanY);
    sumXY += dx * (y[i] - meanY);
  }
  return n < 3 ? Number.NaN : sumXY / Math.sqrt(sumXX * sumYY);
}

function correlationRatio(codes: Int32Array, levels: number, y: Float64Array): number {
  const count = new Float64Array(levels);
  const sum = new Float64Array(levels);
  let n = 0;
  let total = 0;
  for (let i = 0; i < codes.length; i++) {
    if (codes[i] < 0 || !Number.isFinite(y[i])) continue;
    count[codes[i]]++;
    sum[codes[i]] += y[i];
    total += y[i];
    n++;
  }
  const mean = total / n;
  let between = 0;
  let all = 0;
  for (let k = 0; k < levels; k++) if (count[k] > 0) between += count[k] * (sum[k] / count[k] - mean) ** 2;
  for (let i = 0; i < codes.length; i++) if (codes[i] >= 0 && Number.isFinite(y[i])) all += (y[i] - mean) ** 2;
  return n < 3 || all === 0 ? Number.NaN : Math.sqrt(between / all);
}

function cramersV(a: Int32Array, levelsA: number, b: Int32Array, levelsB: number): number {
  const table = new Float64Array(levelsA * levelsB);
  const rowSum = new Float64Array(levelsA);
  const columnSum = new Float64Array(levelsB);
  let n = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] < 0 || b[i] < 0) continue;
    table[a[i] * levelsB + b[i]]++;
    rowSum[a[i]]++;
    columnSum[b[i]]++;
    n++;
  }
  if (n < 3) return Number.NaN;
  let phi2 = 0;
  for (let i = 0; i < levelsA; i++) {
    for (let j = 0; j < levelsB; j++) {
      const expected = (rowSum[i] * columnSum[j]) / n;
      if (expected > 0) phi2 += (table[i * levelsB + j] - expected) ** 2 / expected / n;
    }
  }
  const r = rowSum.filter((count) => count > 0).length;
  const k = columnSum.filter((count) => count > 0).length;
  const corrected = Math.max(0, phi2 - ((k - 1) * (r - 1)) / (n - 1));
  const side = Math.min(k - (k - 1) ** 2 / (n - 1), r - (r - 1) ** 2 / (n - 1)) - 1;
  return side <= 0 ? Number.NaN : Math.sqrt(corrected / side);
}

const isText = (column: RawColumn): column is Extract<RawColumn, { type: 'string' }> => column.type === 'string';

/** All pairs of a frame's columns with at least `least` strength, strongest first. Texts of more than 60 levels are left out. */
export function associations(frame: Frame, least: number): readonly Association[] {
  const found: Association[] = [];
  const columns = frame.columns.filter(
    (column) => !isText(column) || (column.levels.length > 1 && column.levels.length <= mostLevels),
  );
  for (let i = 0; i < columns.length; i++) {
    for (let j = i + 1; j < columns.length; j++) {
      const a = columns[i];
      const b = columns[j];
      let value: number;
      let measure: Association['measure'];
      if (isText(a)) {
        if (isText(b)) {
          value = cramersV(a.codes, a.levels.length, b.codes, b.levels.length);
          measure = 'cramers-v';
        } else {
          value = correlationRatio(a.codes, a.levels.length, b.values);
          measure = 'correlation-ratio';
        }
      } else if (isText(b)) {
        value = correlationRatio(b.codes, b.levels.length, a.values);
        measure = 'correlation-ratio';
      } else {
        value = pearson(a.values, b.values);
        measure = 'pearson';
      }
      if (Math.abs(value) >= least)
        found.push({ a: a.name, b: b.name, value: Math.max(-1, Math.min(1, value)), measure });
    }
  }
  return found.sort((x, y) => Math.abs(y.value) - Math.abs(x.value));
}
