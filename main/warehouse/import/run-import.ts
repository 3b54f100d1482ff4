import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AuguryError, dataProblem } from '../../base/errors.ts';
import type { DialectOptions, Receipt } from '../../contract/datasets.ts';
import type { Session } from '../duck.ts';
import { findStat, placeByHash, writeDurably } from '../files.ts';
import type { CellKinds, Unfolded } from '../formats/types.ts';
import { isContainer, unfold } from '../formats/unfold.ts';
import { type ColumnDecision, decideReadings } from '../readings/decide.ts';
import { columnReading } from '../readings/labels.ts';
import { detectSource } from '../stream/detect.ts';
import type { ReadingCode, RunHooks, VersionColumn } from '../types.ts';
import { findBinaryDigits } from './binary-digits.ts';
import { landFile } from './copy-raw.ts';
import { noRowsNote, storeEmptyPart } from './empty-part.ts';
import { type ChunkSize, type Examined, examine } from './examine.ts';
import { makePlan, planInner } from './make-plan.ts';
import { importParquet } from './parquet.ts';
import { distinctNames } from './plan.ts';
import {
  changeAlarms,
  changeNotes,
  type PreviousReceipt,
  previousPick,
  previousReadings,
  refuseChanges,
} from './previous.ts';
import { askedReadings } from './reading-codes.ts';
import { answersOf, type Recalled } from './recall.ts';
import { marksOf, recallFor } from './sample-text.ts';
import { pickOf, typedNotes, typedReadings } from './source-text.ts';
import { storeParts } from './store-parts.ts';
import { describeFormat, type ImportOutcome, sealVersion } from './version.ts';

export type ImportRequest = {
  readonly sourcePath: string;
  /** Name to show; defaults to the file's. */
  readonly sourceName?: string;
  readonly options?: DialectOptions;
  /** Column → reading code chosen by the user. */
  readonly readings?: Readonly<Record<string, string>>;
  /** Receipt of the last import of the same data set: its readings are kept where they still fit, changes are noted. */
  readonly previous?: PreviousReceipt;
  /** Ends before rows are stored when format, dialect or columns differ from the last import. */
  readonly stopOnChanges?: boolean;
  /** How cells were typed in what the source was made from. */
  readonly kinds?: readonly CellKinds[];
  /** Answers recalled for what the source was made from; none are recalled for the source itself then. */
  readonly recalled?: Recalled;
  readonly chunk?: ChunkSize;
};

const defaultChunk: ChunkSize = { rows: 400_000, bytes: 32 << 20 };
async function remembered<T>(path: string, make: () => Promise<T>): Promise<T> {
  if ((await findStat(path)) !== null) return JSON.parse(await readFile(path, 'utf8')) as T;
  const value = await make();
  await writeDurably(path, JSON.stringify(value));
  return value;
}

/** Takes the table out of a container; last month's sheet, table or list is taken again where it is there. */
async function takeOut(
  path: string,
  options: DialectOptions,
  previous: PreviousReceipt | null,
  hooks: RunHooks,
): Promise<Unfolded | null> {
  const request = {
    path,
    scratchDir: join(hooks.scratchDir, 'unfolded'),
    sealed: false,
    rowLimit: null,
    stop: hooks.stop,
  };
  const again = previousPick(previous);
  const asked = pickOf(options);
  if (Object.values(asked).every((value) => value === undefined) && Object.keys(again).length > 0) {
    try {
      return await unfold({ ...request, pick: pickOf({ ...again, ...options }) });
    } catch (error) {
      // It is not there any more: what is read instead is told as an alarm
      if (!(error instanceof AuguryError && error.code.startsWith('unknown-'))) throw error;
    }
  }
  return unfold({ ...request, pick: asked });
}

function refuseEmpty(examined: Examined): void {
  if (examined.rows > 0) return;
  const first = examined.firstRejects[0];
  if (first === undefined) {
    // Column names without rows are a table of no rows
    if (examined.names.length > 0) return;
    throw dataProblem('no-rows', 'The file holds no rows and no column names.', {
      hint: 'Check the export that wrote it.',
    });
  }
  throw dataProblem(
    'all-rejected',
    `No record could be read: all ${examined.rejected} were rejected. Line ${first.line}, which begins at byte ${examined.firstRejectAt ?? 0} of the text: ${first.reason}.`,
    {
      hint: first.reason.startsWith('the line is longer')
        ? 'Look at that place of the file: line ends are missing, or the file was joined wrongly. Write it again.'
        : 'Give the delimiter and the quote character, or repair the file.',
      details: { row: first.line },
    },
  );
}

/**
 * Imports a file as a version: lands it by hash, examines all rows, decides the readings, stores typed parts. Restartable
 * from `hooks.scratchDir` after a kill at any point; the end is byte-identical, which takes sessions that run their
 * statements on one thread (see storeParts). Errors: not-found, unsupported,
 * data-problem, resource, cancelled.
 */
export async function runImport(
  sessions: readonly Session[],
  workspaceDir: string,
  request: ImportRequest,
  hooks: RunHooks,
): Promise<ImportOutcome> {
  const requested = request.options ?? {};
  const sourceName = request.sourceName ?? basename(request.sourcePath);
  await mkdir(hooks.scratchDir, { recursive: true });
  const landed = await remembered(join(hooks.scratchDir, 'landed.json'), async () => {
    // What is no table is refused before it is copied
    if (!(await isContainer(request.sourcePath)))
      await detectSource(request.sourcePath, requested.encoding, requested.acceptCut);
    return landFile(request.sourcePath, workspaceDir, hooks.scratchDir, hooks.stop, (done, total) =>
      hooks.report({ stage: 'copy', fraction: 0.1 * (done / Math.max(1, total)), rowsDone: null, rowsTotal: null }),
    );
  });
  // Kept with the job: an import of the same data set that ends before this one goes on must not change its readings
  const previous = await remembered(join(hooks.scratchDir, 'previous.json'), async () => request.previous ?? null);
  const landedPath = join(workspaceDir, landed.file);
  const unfolded = await remembered(join(hooks.scratchDir, 'unfolded.json'), () =>
    takeOut(landedPath, requested, previous, hooks),
  );
  const rawPath = unfolded?.path ?? landedPath;
  const recalled = await remembered(join(hooks.scratchDir, 'recalled.json'), async () =>
    request.recalled === undefined
      ? recallFor({ path: rawPath, unfolded }, requested, previous, unfolded === null ? landed.utf8 : null)
      : { ...request.recalled, options: requested },
  );
  const { options } = recalled;
  const plan = await remembered(join(hooks.scratchDir, 'plan.json'), () =>
    unfolded === null || unfolded.shape === 'parquet'
      ? makePlan(rawPath, landed, options)
      : planInner(unfolded, options),
  );
  if (plan === 'parquet') {
    const { stopOnChanges = false, chunk = defaultChunk } = request;
    const parquet = { landed, sourceName, previous, stopOnChanges, unfolded };
    return importParquet(sessions[0], workspaceDir, parquet, chunk, hooks);
  }

  const textBytes = unfolded === null ? landed.bytes : ((await findStat(rawPath))?.bytes ?? 0);
  const rawBytes = plan.format.compression === 'gzip' ? textBytes * 5 : textBytes;
  const examined = await examine(rawPath, rawBytes, plan, request.chunk ?? defaultChunk, hooks);
  refuseEmpty(examined);
  const naming = plan.format.kind === 'csv' ? { names: plan.names, notes: [] } : distinctNames(examined.names);
  const sourceNames = plan.format.kind === 'csv' ? plan.sourceNames : examined.names;
  const asked = askedReadings(naming.names, sourceNames, request.readings ?? {});
  const before = previousReadings(naming.names, previous);
  const binaryDigits = await remembered(join(hooks.scratchDir, 'digits.json'), () =>
    findBinaryDigits(rawPath, { ...plan, names: examined.names }, examined.evidence, hooks),
  );
  const decide = (wanted: readonly (ReadingCode | null)[]): ColumnDecision[] =>
    decideReadings(examined.evidence, {
      ...marksOf(options, recalled.again),
      asked: wanted,
      previous: before,
      binaryDigits,
      names: naming.names,
      delimiter: plan.format.kind === 'csv' ? plan.format.csv.delimiter : undefined,
    });
  const free = decide(asked);
  const typed = typedReadings(unfolded?.kinds ?? request.kinds ?? [], free, plan.format).map((reading, i) =>
    asked[i] === null && before[i] === null ? reading : null,
  );
  const decisions = typed.some((reading) => reading !== null) ? decide(asked.map((each, i) => each ?? typed[i])) : free;
  const columns = decisions.map((decision, i) => columnReading(naming.names[i], sourceNames[i], decision));
  const dialect = describeFormat(plan.format);
  const alarms = changeAlarms({ dialect, columns }, previous, recalled.unfit);
  if (request.stopOnChanges === true) {
    const settled = naming.names.filter((_, i) => asked[i] !== null);
    refuseChanges(alarms, { options: requested, columns: settled });
  }
  const types = decisions.map(({ type }) => type);
  const parts =
    examined.rows === 0
      ? [await storeEmptyPart(sessions[0], workspaceDir, types, hooks.scratchDir)]
      : await storeParts(sessions, workspaceDir, rawPath, plan, examined, decisions, hooks);

  const rejectsFile =
    examined.rejected === 0
      ? null
      : `data/${(await placeByHash(join(hooks.scratchDir, 'rejects.csv'), join(workspaceDir, 'data'), '.rejects.csv')).name}`;
  const version = await sealVersion(workspaceDir, {
    columns: decisions.map((decision, i) => versionColumn(naming.names[i], sourceNames[i], decision)),
    parts,
    source: { name: sourceName, sha256: landed.sha256, bytes: landed.bytes, file: landed.file, format: plan.format },
    rejected: { rows: examined.rejected, file: rejectsFile },
  });
  hooks.report({ stage: 'store', fraction: 1, rowsDone: version.rows, rowsTotal: version.rows });
  const notes = [...plan.notes, ...naming.notes, ...typedNotes(naming.names, typed)];
  notes.push(...changeNotes({ dialect, columns }, previous));
  if (examined.rows === 0) notes.unshift(noRowsNote);
  if (examined.blankLines > 0) {
    notes.push(`${examined.blankLines} blank ${examined.blankLines === 1 ? 'line' : 'lines'} left out.`);
  }
  for (const [reason, count] of Object.entries(examined.reasons)) notes.push(`Rejected: ${count} × ${reason}.`);
  return {
    version,
    receipt: {
      sourceName,
      sourceBytes: landed.bytes,
      sourceSha256: landed.sha256,
      dialect,
      rowsIn: examined.rows + examined.rejected,
      rowsKept: examined.rows,
      rowsRejected: examined.rejected,
      rejectsFile,
      rejects: [...examined.firstRejects],
      columns,
      notes,
      ...(alarms.length === 0 ? {} : { alarms: [...alarms] }),
      ...keptAnswers(recalled, request.recalled?.options ?? options),
    },
  };
}

/** What the next import is to recall. */
function keptAnswers(
  { again, headerShown }: Recalled,
  options: DialectOptions,
): Pick<Receipt, 'answers' | 'again' | 'headerShown'> {
  const answers = answersOf(options);
  if (Object.keys(answers).length === 0) return {};
  const recalled = Object.keys(again);
  return {
    answers,
    ...(recalled.length === 0 ? {} : { again: recalled }),
    ...(headerShown === null ? {} : { headerShown }),
  };
}

function versionColumn(name: string, sourceName: string, decision: ColumnDecision): VersionColumn {
  const column = { name, sourceName, type: decision.type, reading: decision.reading, missing: decision.missing };
  return decision.words === null ? column : { ...column, words: decision.words };
}
