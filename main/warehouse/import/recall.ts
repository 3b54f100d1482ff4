import { isAscii } from 'node:buffer';
import { AuguryError } from '../../base/errors.ts';
import type { ImportAlarm } from '../../contract/import-alarms.ts';
import type { DialectOptions, ImportAnswers, RecalledControl } from '../../contract/import-options.ts';
import type { Unfolded } from '../formats/types.ts';
import { detectSource } from '../stream/detect.ts';
import { looksLikeUtf8, type Utf8Evidence } from '../stream/utf8.ts';
import type { CsvDialect, SourceFormat } from '../types.ts';

/**
 * Last time's answers for the next file. What was asked for in reading a file is asked for again where the next one fits it.
 * An answer fits unless the head of the file reads closer to the last import without it: more of its columns are found,
 * or as many with fewer rejected records. An answer that does not fit is given up and told; one that is asked anew, or that is to
 * be found out anew, is not recalled.
 */
export type Recalled = {
  /** What the file is read with. */
  readonly options: DialectOptions;
  /** Of that, what comes from last time. */
  readonly again: ImportAnswers;
  /** Answers that were given up. */
  readonly unfit: readonly ImportAlarm[];
  /** Header lines that the file itself shows, where a number was asked for. */
  readonly headerShown: number | null;
};

/** What is known from the last import. */
export type LastAnswers = {
  readonly answers: ImportAnswers;
  /** Its columns. */
  readonly names: readonly string[];
  /** Header lines that its file showed, where another number was asked for. */
  readonly headerShown?: number | undefined;
};

/** Answers that decide how a text is cut, in the order in which they are tried. */
const cutting = ['encoding', 'delimiter', 'quote', 'escape', 'comment', 'table', 'headerRows'] as const;
type Cutting = (typeof cutting)[number];

const words: Readonly<Record<Cutting, string>> = {
  encoding: 'encoding',
  delimiter: 'delimiter',
  quote: 'quote character',
  escape: 'escape',
  comment: 'remark mark',
  table: 'table in the file',
  headerRows: 'number of header lines',
};

/** What was asked for in reading a file, to be asked for again; parts of a container are remembered as what was read. */
export function answersOf(options: DialectOptions): ImportAnswers {
  const { delimiter, quote, escape: sign, encoding, decimal, dateOrder, comment, table } = options;
  const headerRows = options.headerRows ?? (options.header === undefined ? undefined : options.header ? 1 : 0);
  return {
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(quote === undefined ? {} : { quote }),
    ...(sign === undefined ? {} : { escape: sign }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(headerRows === undefined ? {} : { headerRows }),
    ...(comment === undefined ? {} : { comment }),
    ...(table === undefined ? {} : { table }),
  };
}

/** How close the head of a file comes to the last import. */
type Closeness = {
  /** Columns in common, as a share of all columns of either. */
  readonly columns: number;
  /** Records that are rows, as a share. */
  readonly kept: number;
  readonly format: SourceFormat | null;
};

/** A share of rejected records that is no accident. */
const slack = 0.02;

const isCloser = (a: Closeness, b: Closeness): boolean =>
  a.columns > b.columns + 1e-9 || (a.columns > b.columns - 1e-9 && a.kept > b.kept + slack);

/** The head of a text as it would be read. */
type Head = {
  readonly names: readonly string[];
  readonly sampledRows: number;
  readonly rejected: number;
  readonly plan: { readonly format: SourceFormat };
};

/** The text whose answers are recalled. */
type RecallSource = {
  readonly path: string;
  readonly unfolded: Unfolded | null;
  /** What all bytes of a landed file say; null where only its head is known. */
  readonly whole: Utf8Evidence | null;
  /** Reads its head; null where it is no text. */
  readonly sample: (options: DialectOptions) => Promise<Head | null>;
};

async function measure(
  { sample: read }: RecallSource,
  options: DialectOptions,
  names: readonly string[],
): Promise<Closeness> {
  try {
    const sample = await read(options);
    if (sample === null) return { columns: 0, kept: 0, format: null };
    const now = new Set(sample.names);
    const common = names.filter((name) => now.has(name)).length;
    const records = sample.sampledRows + sample.rejected;
    return {
      columns: common / Math.max(1, now.size + names.length - common),
      kept: records === 0 ? 1 : sample.sampledRows / records,
      format: sample.plan.format,
    };
  } catch (error) {
    if (error instanceof AuguryError) return { columns: -1, kept: 0, format: null };
    throw error;
  }
}

/** What the file is read with instead of an answer, in the words of alarms. */
function found(control: Cutting, format: SourceFormat | null): string {
  if (format === null || format.kind === 'parquet' || format.kind === 'derived') return 'none';
  if (control === 'encoding') return format.encoding;
  if (format.kind !== 'csv') return 'none';
  const { csv } = format;
  switch (control) {
    case 'delimiter':
      return shown(csv.delimiter);
    case 'quote':
      return shown(csv.quote ?? '');
    case 'escape':
      return csv.escape;
    case 'comment':
      return shown(csv.comment ?? '');
    case 'headerRows':
      return String(headerLines(csv));
    case 'table':
      return csv.tables === undefined ? '1' : 'the largest';
  }
}

const shown = (value: string | number): string =>
  typeof value === 'number' ? String(value) : value === '' ? 'none' : value === '\t' ? 'tab' : `"${value}"`;

/** The encoding that the file has for sure instead of the answer; null where the answer may be right. */
async function otherEncoding(
  path: string,
  answer: string,
  whole: Utf8Evidence | null,
  acceptCut: boolean | undefined,
): Promise<string | null> {
  const detected = await detectSource(path, undefined, acceptCut);
  if (detected.kind === 'parquet' || detected.encoding === answer) return null;
  if (detected.certain) return detected.encoding;
  if (detected.encoding === 'utf-8') {
    if (detected.compression === 'none' && whole !== null && !looksLikeUtf8(whole)) return null;
    // Plain ASCII is the same in nearly all of them
    const isMore = !isAscii(detected.sample) || (detected.compression === 'none' && (whole?.sequences ?? 0) > 0);
    return isMore || answer.startsWith('utf-16') ? 'utf-8' : null;
  }
  // Between code pages the bytes leave a choice, which was made
  return answer === 'utf-8' || answer.startsWith('utf-16') ? detected.encoding : null;
}

/** Header lines that the file itself shows; null where it is no text table. */
function headerShown({ format }: Closeness): number | null {
  return format?.kind === 'csv' ? headerLines(format.csv) : null;
}

const headerLines = (csv: CsvDialect): number => csv.headerRecords ?? (csv.header ? 1 : 0);

/** Recalls the answers of the last import for a text, or what was taken out of a container. Errors as detectSource. */
export async function recallAnswers(
  source: RecallSource,
  options: DialectOptions,
  last: LastAnswers | null,
): Promise<Recalled> {
  const { path, unfolded, whole } = source;
  const { detect = [], ...asked } = options;
  const now: ImportAnswers = answersOf(asked);
  const isOpen = (control: string): boolean => !(control in now) && !detect.some((each) => each === control);
  let again: ImportAnswers = Object.fromEntries(
    Object.entries(last?.answers ?? {}).filter(([control]) => isOpen(control)),
  );
  const unfit: ImportAlarm[] = [];
  const without = (control: RecalledControl): ImportAnswers =>
    Object.fromEntries(Object.entries(again).filter(([each]) => each !== control));
  const names = last?.names ?? [];
  let closeness: Closeness | null = null;
  for (const control of cutting) {
    const answer = again[control];
    if (answer === undefined || (answer === '' && control === 'comment')) continue;
    const rest = without(control);
    let is: string;
    if (control === 'encoding') {
      const other =
        unfolded === null || unfolded.shape === 'as-is'
          ? await otherEncoding(path, String(answer), whole, asked.acceptCut)
          : null;
      if (other === null) continue;
      is = other;
    } else {
      closeness ??= await measure(source, { ...asked, ...again }, names);
      const trial = await measure(source, { ...asked, ...rest }, names);
      // A file that had no names and now shows some is not told by its columns, which are numbered
      const shows = headerShown(trial) ?? answer;
      const isNamed = control === 'headerRows' && last?.headerShown === answer && shows !== answer;
      if (!isCloser(trial, closeness) && !isNamed) continue;
      is = found(control, trial.format);
      closeness = trial;
    }
    again = rest;
    unfit.push({ kind: 'answer-unfit', column: words[control], was: shown(answer), is });
  }
  // Answers that fit only together do not fit one by one
  const left = cutting.filter((control) => again[control] !== undefined && control !== 'encoding');
  if (closeness !== null && left.length > 1) {
    const rest = Object.fromEntries(
      Object.entries(again).filter(([each]) => !left.some((control) => control === each)),
    );
    const trial = await measure(source, { ...asked, ...rest }, names);
    if (isCloser(trial, closeness)) {
      for (const control of left)
        unfit.push({
          kind: 'answer-unfit',
          column: words[control],
          was: shown(again[control] ?? ''),
          is: found(control, trial.format),
        });
      again = rest;
    }
  }
  const read: DialectOptions = { ...again, ...asked };
  if (answersOf(read).headerRows === undefined) return { options: read, again, unfit, headerShown: null };
  const { headerRows: _rows, header: _header, ...open } = read;
  return { options: read, again, unfit, headerShown: headerShown(await measure(source, open, names)) };
}
