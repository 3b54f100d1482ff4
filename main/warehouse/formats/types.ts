import type { StopSignal } from '../../base/stop.ts';
import type { ImportAnswers } from '../../contract/import-options.ts';
import type { Container } from '../types.ts';

/** One table of a source that may hold several: a sheet, a table of a database, a list in a JSON document. */
export type PartChoice = {
  readonly name: string;
  /** Rows where they are known without reading everything. */
  readonly rows: number | null;
  readonly hidden: boolean;
};

/** One file of an archive. */
export type MemberChoice = { readonly name: string; readonly bytes: number; readonly hidden: boolean };

/** Which part of a container is wanted, and how. */
export type PickOptions = {
  readonly sheet?: string | undefined;
  readonly range?: string | undefined;
  readonly records?: string | undefined;
  readonly relation?: string | undefined;
  /** File of an archive; * for all, one below the other. */
  readonly member?: string | undefined;
  /** How the texts of all files are read, where they are put one below the other. */
  readonly append?: ImportAnswers | undefined;
};

/** How cells of a column were typed in the source, counted. */
export type CellKinds = { text: number; number: number; other: number };

/** A table taken out of its container as text. */
export type Unfolded = {
  /** Text file: CSV with commas and double quotes, or JSON lines. */
  readonly path: string;
  readonly container: Container;
  /** `as-is` text is what the container held; `table` needs no guessing; `grid` may have titles above its header; `parquet` is no text. */
  readonly shape: 'as-is' | 'lines' | 'table' | 'grid' | 'parquet';
  /** Names of a `table`. */
  readonly names: readonly string[];
  readonly parts: readonly PartChoice[];
  /** The files of an archive that has several. */
  readonly members?: readonly MemberChoice[];
  readonly notes: readonly string[];
  /** By column; empty where the source does not type its cells. */
  readonly kinds: readonly CellKinds[];
  /** The rows above the data hold texts only and the data do not: they name the columns. */
  readonly header?: boolean;
};

export type UnfoldRequest = {
  readonly path: string;
  readonly pick: PickOptions;
  /** Folder the text is written into. */
  readonly scratchDir: string;
  /** The text is for now only and nobody else is to read it; else a job finds it again after a kill. */
  readonly sealed: boolean;
  /** Only about this many rows are wanted: a preview. */
  readonly rowLimit: number | null;
  readonly stop: StopSignal;
};
