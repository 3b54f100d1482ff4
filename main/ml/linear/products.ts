/** Products with a sparse-expanded design: X·β, Xᵀ·r and Xᵀ·diag(w)·X, and Cholesky solves. */
import type { Design } from './design.ts';

/**
 * Margins of all rows, row-major [row][output]: out = X·β + intercept. Parameters are interleaved, β[column][output],
 * with the intercepts last.
 */
export function multiply(design: Design, beta: Float64Array, outputCount: number, out: Float64Array): void {
  const { rowCount, denseCount, slotCount, columnCount, dense, active } = design;
  if (outputCount === 1) {
    multiplyOne(design, beta, out);
    return;
  }
  const intercepts = columnCount * outputCount;
  for (let i = 0; i < rowCount; i++) {
    const to = i * outputCount;
    for (let k = 0; k < outputCount; k++) out[to + k] = beta[intercepts + k];
    const at = i * denseCount;
    for (let j = 0; j < denseCount; j++) {
      const x = dense[at + j];
      const from = j * outputCount;
      for (let k = 0; k < outputCount; k++) out[to + k] += x * beta[from + k];
    }
    const slotAt = i * slotCount;
    for (let s = 0; s < slotCount; s++) {
      if (active[slotAt + s] < 0) continue;
      const from = active[slotAt + s] * outputCount;
      for (let k = 0; k < outputCount; k++) out[to + k] += beta[from + k];
    }
  }
}

function multiplyOne(design: Design, beta: Float64Array, out: Float64Array): void {
  const { rowCount, denseCount, slotCount, columnCount, dense, active } = design;
  for (let i = 0; i < rowCount; i++) {
    let total = beta[columnCount];
    const at = i * denseCount;
    for (let j = 0; j < denseCount; j++) total += dense[at + j] * beta[j];
    const slotAt = i * slotCount;
    for (let s = 0; s < slotCount; s++) {
      const column = active[slotAt + s];
      if (column >= 0) total += beta[column];
    }
    out[i] = total;
  }
}

/** out = Xᵀ·r for row-major residuals [row][output], in the layout of the parameters (overwritten). */
export function multiplyTransposed(
  design: Design,
  residual: Float64Array,
  outputCount: number,
  out: Float64Array,
): void {
  const { rowCount, denseCount, slotCount, columnCount, dense, active } = design;
  out.fill(0);
  const intercepts = columnCount * outputCount;
  for (let i = 0; i < rowCount; i++) {
    const from = i * outputCount;
    for (let k = 0; k < outputCount; k++) out[intercepts + k] += residual[from + k];
    const at = i * denseCount;
    for (let j = 0; j < denseCount; j++) {
      const x = dense[at + j];
      const to = j * outputCount;
      for (let k = 0; k < outputCount; k++) out[to + k] += x * residual[from + k];
    }
    const slotAt = i * slotCount;
    for (let s = 0; s < slotCount; s++) {
      if (active[slotAt + s] < 0) continue;
      const to = active[slotAt + s] * outputCount;
      for (let k = 0; k < outputCount; k++) out[to + k] += residual[from + k];
    }
  }
}

/**
 * Lower triangle of Xᵀ·diag(w)·X with the intercept as the last row and column, row-major of width columnCount + 1;
 * O(rows × (dense + slots)²).
 */
export function gram(design: Design, weights: Float64Array): Float64Array {
  const { rowCount, denseCount, slotCount, columnCount, dense, active } = design;
  const width = columnCount + 1;
  const out = new Float64Array(width * width);
  const last = columnCount * width;
  addDense(design, weights, out);
  for (let i = 0; i < rowCount; i++) {
    const w = weights[i];
    if (w === 0) continue;
    const at = i * denseCount;
    for (let j = 0; j < denseCount; j++) out[last + j] += w * dense[at + j];
    const slotAt = i * slotCount;
    for (let s = 0; s < slotCount; s++) {
      const column = active[slotAt + s];
      if (column < 0) continue;
      const rowAt = column * width;
      for (let k = 0; k < denseCount; k++) out[rowAt + k] += w * dense[at + k];
      for (let t = 0; t <= s; t++) {
        const other = active[slotAt + t];
        if (other < 0) continue;
        if (other <= column) out[rowAt + other] += w;
        else out[other * width + column] += w;
      }
      out[last + column] += w;
    }
    out[last + columnCount] += w;
  }
  return out;
}

/** The part of the dense columns, four rows at a time: each cell of the triangle is read and written once for four. */
function addDense(
  { rowCount, denseCount, columnCount, dense }: Design,
  weights: Float64Array,
  out: Float64Array,
): void {
  const width = columnCount + 1;
  let i = 0;
  for (; i + 4 <= rowCount; i += 4) {
    const a = i * denseCount;
    const [b, c, d] = [a + denseCount, a + 2 * denseCount, a + 3 * denseCount];
    for (let j = 0; j < denseCount; j++) {
      const x = weights[i] * dense[a + j];
      const y = weights[i + 1] * dense[b + j];
      const z = weights[i + 2] * dense[c + j];
      const v = weights[i + 3] * dense[d + j];
      const to = j * width;
      for (let k = 0; k <= j; k++)
        out[to + k] += x * dense[a + k] + y * dense[b + k] + z * dense[c + k] + v * dense[d + k];
    }
  }
  for (; i < rowCount; i++) {
    const at = i * denseCount;
    for (let j = 0; j < denseCount; j++) {
      const scaled = weights[i] * dense[at + j];
      for (let k = 0; k <= j; k++) out[j * width + k] += scaled * dense[at + k];
    }
  }
}

/** Cholesky factor in the lower triangle, in place; false when the matrix is not positive definite. */
export function factorise(matrix: Float64Array, width: number): boolean {
  for (let i = 0; i < width; i++) {
    const rowI = i * width;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * width;
      let value = matrix[rowI + j];
      for (let k = 0; k < j; k++) value -= matrix[rowI + k] * matrix[rowJ + k];
      if (i === j) {
        if (!(value > 0)) return false;
        matrix[rowI + i] = Math.sqrt(value);
      } else matrix[rowI + j] = value / matrix[rowJ + j];
    }
  }
  return true;
}

/** Solves L·Lᵀ·x = right in place. */
export function solveFactorised(factor: Float64Array, width: number, right: Float64Array): void {
  for (let i = 0; i < width; i++) {
    let value = right[i];
    for (let k = 0; k < i; k++) value -= factor[i * width + k] * right[k];
    right[i] = value / factor[i * width + i];
  }
  for (let i = width - 1; i >= 0; i--) {
    let value = right[i];
    for (let k = i + 1; k < width; k++) value -= factor[k * width + i] * right[k];
    right[i] = value / factor[i * width + i];
  }
}
