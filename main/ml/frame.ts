/**
 * Raw columns as the learner, the scorer and the exported ONNX graph see them: three physical types, one missing-value
 * rule each. Everything textual about dates and numbers has been read before, by the data set's schema.
 */

/** Physical input types; they are the types of the ONNX inputs: double, int64 (µs UTC), string. */
export type InputType = 'double' | 'timestamp' | 'string';

/** NaN is missing; ±Infinity is a value. */
export type DoubleColumn = { readonly type: 'double'; readonly name: string; readonly values: Float64Array };

/** Microseconds since 1970-01-01 UTC, exact within ±2^53; NaN is missing. */
export type TimestampColumn = { readonly type: 'timestamp'; readonly name: string; readonly values: Float64Array };

/** Dictionary-coded text: `codes[i]` indexes `levels`, −1 is missing. Levels are distinct, in any order. */
export type StringColumn = {
  readonly type: 'string';
  readonly name: string;
  readonly codes: Int32Array;
  readonly levels: readonly string[];
};

export type RawColumn = DoubleColumn | TimestampColumn | StringColumn;

/** A block of rows; all columns have `rowCount` values. Typed arrays may sit on SharedArrayBuffers. */
export type Frame = { readonly rowCount: number; readonly columns: readonly RawColumn[] };

/** Features after the recipe: column-major float32, NaN missing; category features hold integer codes. */
export type FeatureMatrix = {
  readonly rowCount: number;
  readonly columns: readonly Float32Array[];
};

/** Finds a column by name, or null. */
export const findColumn = (frame: Frame, name: string): RawColumn | null =>
  frame.columns.find((column) => column.name === name) ?? null;

/** The values of some rows in their order, copied; text keeps all its levels. */
export function takeCells(column: RawColumn, rows: Int32Array): RawColumn {
  return column.type === 'string'
    ? { ...column, codes: Int32Array.from(rows, (row) => column.codes[row]) }
    : { ...column, values: Float64Array.from(rows, (row) => column.values[row]) };
}

/** The features of some rows in their order, copied. */
export const takeFeatures = (matrix: FeatureMatrix, rows: ArrayLike<number>): FeatureMatrix => ({
  rowCount: rows.length,
  columns: matrix.columns.map((column) => Float32Array.from(rows, (row) => column[row])),
});
