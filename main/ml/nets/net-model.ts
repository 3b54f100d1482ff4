/**
 * A tabular net: numbers as piecewise linear codes and a linear map each (Gorishniy, Rubachev and Babenko 2022, "On Embeddings
 * for Numerical Features in Tabular Deep Learning", sections 3.2 and 3.4), levels as rows of a table, and on top several
 * perceptrons that share all weights but a scaling of their inputs, their biases and their last layer (Gorishniy, Kotelnikov
 * and Babenko 2024, "TabM", section 3.3, the small form). The answer is the mean of the members' answers.
 */
import type { Task } from '../model-spec.ts';

/**
 * One number: cut at its extremes in training, missing replaced, then coded as how far it has come through each interval of
 * `edges` (ascending, at least two). `marksMissing`: a missing cell has an embedding of its own.
 */
export type NetNumber = {
  readonly feature: number;
  readonly edges: Float32Array;
  readonly impute: number;
  readonly marksMissing: boolean;
};

/** One category: the row of the table for every code (the last is "other") and for a missing cell. */
export type NetCategory = { readonly feature: number; readonly rows: Int32Array; readonly missingRow: number };

/** Sizes of a net. */
export type NetShape = {
  /** Intervals of a number's code; numbers with fewer leave the rest empty. */
  readonly intervals: number;
  /** Width of the embedding of one column. */
  readonly embedding: number;
  readonly hidden: readonly number[];
  readonly members: number;
  /** Rows of the table of levels. */
  readonly tableRows: number;
};

/** A trained net. margin[o] = centre[o] + spread · answer[o]. */
export type NetModel = {
  readonly task: Task;
  readonly outputCount: number;
  readonly shape: NetShape;
  readonly numbers: readonly NetNumber[];
  readonly categories: readonly NetCategory[];
  readonly centre: readonly number[];
  readonly spread: number;
  /** All parameters in the order of `netParameters`. */
  readonly parameters: Float32Array;
};

/** What the definition of a net depends on. */
export type NetLayout = Pick<NetModel, 'task' | 'outputCount' | 'shape' | 'numbers' | 'categories'>;
