import type { JsonValue } from '../base/json.ts';
import type { StopSignal } from '../base/stop.ts';
import type { ColumnType } from '../contract/common.ts';
import type { encodingNames } from '../contract/encodings.ts';
import type { ImportAnswers } from '../contract/import-options.ts';

/** How the text of a column is read; the stored type follows from it and from the values. */
export type ReadingCode =
  | 'text'
  | 'integer'
  | 'number-point'
  | 'number-comma'
  | 'boolean'
  | 'date-ymd'
  | 'date-dmy'
  | 'date-mdy'
  /** A date whose month is a word. */
  | 'date-named'
  /** A time of day or a duration, as seconds. */
  | 'seconds'
  /** Seconds or milliseconds since 1970. */
  | 'epoch-seconds'
  | 'epoch-millis'
  /** A day as yyyymmdd. */
  | 'date-compact';

/** Everything the record reader needs to know about a CSV file. */
export type CsvDialect = {
  /** What stands between fields: mostly one character; a single blank stands for runs of blanks where `blanks` is set. */
  readonly delimiter: string;
  /** One ASCII character, or null where nothing quotes. */
  readonly quote: string | null;
  /** How a quote stands inside quotes: `doubled`, behind a `backslash`, or behind the one ASCII character named here. */
  readonly escape: string;
  readonly header: boolean;
  /** Records above the header (or above the data): titles, remarks. */
  readonly preambleRecords: number;
  /** Fields of a good record. */
  readonly width: number;
  /** Fields are parted by runs of blanks and tabs. */
  readonly blanks?: boolean;
  /** Fixed columns: the character each begins at. */
  readonly fixed?: readonly number[];
  /** Lines that begin with this are remarks. */
  readonly comment?: string;
  /** Header records when they are more than one: their names are joined. */
  readonly headerRecords?: number;
  /** Offset in the UTF-8 text where the table ends: totals, remarks or another table stand below. */
  readonly dataEnd?: number;
  /** The tables of a file that holds several. */
  readonly tables?: readonly TableInFile[];
};

/** One of several tables in a file. */
export type TableInFile = {
  /** From 1, in the order of the file. */
  readonly number: number;
  /** First line, from 1. */
  readonly line: number;
  readonly records: number;
  readonly names: readonly string[];
};

/** What a text was taken out of, where the source is no text itself. */
export type Container = {
  readonly kind: 'zip' | 'xlsx' | 'json' | 'sqlite' | 'duckdb';
  /** Sheet, table, path of the list ("" for the outermost), or file in the archive. */
  readonly part: string;
  /** Cells of the sheet, e.g. B3:F200. */
  readonly range: string | null;
  /** File in a zip archive that the container itself was. */
  readonly archive?: string;
  /** The file that was chosen of several in an archive; * for all. */
  readonly member?: string;
  /** How the texts of all files were asked to be read, where they stand one below the other. */
  readonly append?: ImportAnswers;
};

/** How a source's bytes become records. */
export type SourceFormat =
  | {
      readonly kind: 'csv';
      readonly compression: 'none' | 'gzip';
      readonly encoding: Encoding;
      readonly bom: boolean;
      readonly lineEnd: string | null;
      readonly csv: CsvDialect;
      readonly inside?: Container;
      /** Only the whole lines of a compressed file that is cut off were read, as asked for. */
      readonly cut?: boolean;
    }
  | {
      readonly kind: 'jsonl';
      readonly compression: 'none' | 'gzip';
      readonly encoding: Encoding;
      readonly bom: boolean;
      readonly lineEnd: string | null;
      readonly inside?: Container;
      readonly cut?: boolean;
      /** Objects within objects are columns of their own, named a.b. */
      readonly flat?: boolean;
    }
  | { readonly kind: 'parquet'; readonly inside?: Container }
  /** Made inside the workspace from other versions, whose hashes these are. */
  | { readonly kind: 'derived'; readonly from: readonly string[] };

export type Encoding = (typeof encodingNames)[number];

/** A column of a stored version. Parts hold it under `c<index>`: integer BIGINT, number DOUBLE, boolean BOOLEAN, date DATE, datetime TIMESTAMP (UTC), text VARCHAR. */
export type VersionColumn = {
  readonly name: string;
  readonly sourceName: string;
  readonly type: ColumnType;
  readonly reading: ReadingCode;
  readonly missing: number;
  /** Words of a boolean column as they stood in the source: [false, true]. */
  readonly words?: readonly [string, string];
};

export type VersionPart = {
  readonly sha256: string;
  readonly file: string;
  readonly rows: number;
  readonly bytes: number;
};

/** A version's catalogue: all that is needed to read it. Paths are relative to the workspace folder. */
export type Version = {
  readonly catalogue: 1;
  /** SHA-256 of the catalogue's bytes on disk, which hold everything below. */
  readonly hash: string;
  readonly rows: number;
  readonly bytes: number;
  readonly columns: readonly VersionColumn[];
  readonly parts: readonly VersionPart[];
  readonly source: {
    readonly name: string;
    readonly sha256: string;
    readonly bytes: number;
    /** Kept bytes of the source; null for versions made from other versions. */
    readonly file: string | null;
    readonly format: SourceFormat;
  };
  readonly rejected: { readonly rows: number; readonly file: string | null };
};

/** Hooks of a long run; a JobContext fits. */
export type RunHooks = {
  readonly scratchDir: string;
  readonly stop: StopSignal;
  readonly readCheckpoint: () => JsonValue | null;
  readonly writeCheckpoint: (value: JsonValue) => void;
  readonly countWork: (units: number) => void;
  readonly report: (progress: {
    readonly fraction: number;
    readonly stage?: string;
    readonly message?: string;
    readonly rowsDone?: number | null;
    readonly rowsTotal?: number | null;
  }) => void;
};

export type { ColumnType };
