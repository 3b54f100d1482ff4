import type { JsonValue } from '../../base/json.ts';
import type { StopSignal } from '../../base/stop.ts';
import type { ColumnType } from '../../contract/common.ts';
import type { Frame, InputType } from '../../ml/frame.ts';
import type { ActualColumn } from '../schema-diff.ts';
import type { ReadingCode } from '../types.ts';

/** What a model wants of one input column; InputSpec fits. */
export type WantedColumn = {
  readonly name: string;
  readonly type: InputType;
  readonly logicalType: ColumnType;
  /** Reading of the training data, used where a file allows two. */
  readonly reading?: ReadingCode;
};

export type FrameBlock = {
  readonly frame: Frame;
  /** Texts of the `keep` columns as they stand in the source, one array a column, one entry a row of the frame. */
  readonly kept: readonly (readonly (string | null)[])[];
  /** 0-based number, among all data records, of the first record of the block. */
  readonly firstRecord: number;
  /** Records of the block: rows of the frame plus rejected ones. */
  readonly records: number;
  /** For each row of the frame, its 0-based record number counted from `firstRecord`. */
  readonly recordOf: Int32Array;
  /** For each row of the frame, the 1-based line it begins on; null where rows have no lines (Parquet, data sets). */
  readonly lineOf: Int32Array | null;
  readonly rejected: readonly { readonly line: number; readonly reason: string; readonly text: string }[];
  /** Hand this to `blocks` to go on behind this block. */
  readonly resume: JsonValue;
  /** Share of the source read so far, 0…1. */
  readonly fraction: number;
};

/** A source opened for reading in blocks. */
export type ScoreSource = {
  readonly columns: readonly ActualColumn[];
  /** Rows where known without reading everything. */
  readonly rowCount: number | null;
  /**
   * Blocks of at most `chunkRows` records holding the wanted columns. `map` is file column → wanted column. Wanted
   * columns the file lacks are an error. Rows with a cell that cannot be read as wanted are rejected, with line, column
   * and reason.
   */
  readonly blocks: (request: BlockRequest) => AsyncGenerator<FrameBlock>;
  readonly close: () => Promise<void>;
};

export type BlockRequest = {
  readonly wanted: readonly WantedColumn[];
  readonly map?: Readonly<Record<string, string>>;
  /** Source columns whose texts are handed along. */
  readonly keep?: readonly string[];
  readonly chunkRows: number;
  readonly scratchDir: string;
  readonly stop: StopSignal;
  /** `resume` of the last block that was finished. */
  readonly resume?: JsonValue | null;
};
