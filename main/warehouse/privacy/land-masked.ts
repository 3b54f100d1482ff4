import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { dataProblem } from '../../base/errors.ts';
import { throwIfStopped } from '../../base/stop.ts';
import type { DialectOptions } from '../../contract/datasets.ts';
import type { PiiColumn, PrivacyOptions, PrivacyReceipt } from '../../contract/privacy.ts';
import { guarded } from '../failures.ts';
import { findStat, writeFully } from '../files.ts';
import type { CellKinds } from '../formats/types.ts';
import { byteOptions, openRows } from '../import/plan.ts';
import type { LastAnswers, Recalled } from '../import/recall.ts';
import { pickOf } from '../import/source-text.ts';
import { CsvRows, cellText } from '../stream/rows.ts';
import { scanRows, startPosition } from '../stream/scan.ts';
import type { CsvDialect, RunHooks } from '../types.ts';
import { type ColumnChoice, chooseActions } from './choose.ts';
import { coverShape, coverWith } from './cover.ts';
import { PiiCounter } from './detect.ts';
import { hasPersonalSpan } from './free-text.ts';
import { type MaskSource, openMaskSource } from './mask-source.ts';
import { isEmail } from './values.ts';

/**
 * Lands a source without its personal data. The source (or the table taken out of it) is read three times: for its encoding, for
 * what is in its columns, and for writing a copy with the chosen columns replaced. The copy is the only thing that comes
 * into the workspace and is imported like any file: its delimiter and quotes are the source's, its encoding UTF-8, its
 * records stand on the lines they stood on. Titles above the table and remarks below it become blank lines; records that
 * cannot be read keep their shape only. A source that changes between the passes is refused.
 */
export type MaskRequest = {
  readonly sourcePath: string;
  readonly options: DialectOptions;
  readonly privacy: PrivacyOptions;
  readonly previous: PrivacyReceipt | null;
  /** Answers of the last import of the source. */
  readonly last?: LastAnswers | null;
  /** Key of the hashes; stays in the workspace's store. */
  readonly salt: string;
};

export type MaskedCopy = {
  readonly path: string;
  /** How the copy is to be read. */
  readonly options: DialectOptions;
  readonly receipt: PrivacyReceipt;
  /** How the source itself typed the cells of the columns that stay; empty for text. */
  readonly kinds: readonly CellKinds[];
  readonly notes: readonly string[];
  /** What the source was read with. */
  readonly recalled: Recalled;
};

type Stamp = { readonly size: number; readonly mtimeMs: number; readonly ino: number };

async function stampOf(path: string): Promise<Stamp> {
  const { size, mtimeMs, ino } = await stat(path);
  return { size, mtimeMs, ino };
}

/** A header that is data would bring the first row in clear. */
function refuseValuesAsNames(names: readonly string[]): void {
  const place = names.findIndex((name) => isEmail(name.trim()) || hasPersonalSpan(name));
  if (place < 0) return;
  throw dataProblem(
    'header-is-data',
    `The name of column ${place + 1} is itself personal data: the first line is no header.`,
    {
      hint: 'Import with the first row as data (--no-header).',
    },
  );
}

/** How the copy separates its fields: as the source where one character does, else by commas. */
function copyDialect(csv: CsvDialect | null): {
  readonly delimiter: string;
  readonly quote: string;
  readonly backslash: boolean;
} {
  const single = csv !== null && csv.delimiter.length === 1 && csv.delimiter !== ' ' && csv.quote !== csv.delimiter;
  return {
    delimiter: single ? csv.delimiter : ',',
    quote: single ? (csv.quote ?? '"') : '"',
    backslash: single && csv.quote !== null && csv.escape === 'backslash',
  };
}

/** Reads all rows once and says what is in every column. */
async function findPersonal(
  { path, plan }: MaskSource,
  hooks: RunHooks,
): Promise<{ names: string[]; found: (PiiColumn | null)[] }> {
  const rows = openRows(plan, 0, true);
  const counters: PiiCounter[] = [];
  const names = (): string[] => ('names' in rows ? [...(rows.names as readonly string[])] : [...plan.names]);
  const visit = (): boolean => {
    if (rows.outcome !== 'row') return false;
    for (let i = 0; i < rows.cellCount; i++) {
      counters[i] ??= new PiiCounter();
      if (rows.ends[i] > rows.starts[i]) counters[i].add(cellText(rows, i));
    }
    return false;
  };
  for await (const step of scanRows(path, byteOptions(plan), startPosition, rows, visit)) {
    throwIfStopped(hooks.stop);
    hooks.report({
      stage: 'privacy',
      fraction: 0.02,
      message: `Looking for personal data, byte ${step.position.offset}`,
    });
  }
  const all = names();
  return { names: all, found: all.map((name, i) => counters[i]?.finish(name) ?? null) };
}

/** Writes the copy. Errors: not-found, unsupported (no text), data-problem (changed source, new personal data), cancelled. */
export function landMasked(request: MaskRequest, hooks: RunHooks, spillDir: string): Promise<MaskedCopy> {
  return guarded('masking the source', async () => {
    const before = await stampOf(request.sourcePath);
    const source = await openMaskSource(
      request.sourcePath,
      againThere(request),
      request.last ?? null,
      spillDir,
      hooks.stop,
    );
    try {
      return await maskSource(request, source, before, hooks);
    } finally {
      await source.close();
    }
  });
}

/** This time's options; where they name no part of a container, the one that was read last time. */
function againThere({ options, previous }: MaskRequest): DialectOptions {
  if (previous === null || Object.values(pickOf(options)).some((value) => value !== undefined)) return options;
  const { part, member } = previous;
  const again = { ...options, ...(member === undefined ? {} : { member }) };
  if (part === undefined) return again;
  if (part.kind === 'sheet')
    return { ...again, sheet: part.name, ...(part.range === null ? {} : { range: part.range }) };
  return part.kind === 'records' ? { ...again, records: part.name || '$' } : { ...again, relation: part.name };
}

async function maskSource(
  request: MaskRequest,
  source: MaskSource,
  before: Stamp,
  hooks: RunHooks,
): Promise<MaskedCopy> {
  const { plan, kinds, part, member } = source;
  const csv = plan.format.kind === 'csv' ? plan.format.csv : null;
  if (csv?.header) refuseValuesAsNames(plan.sourceNames);
  const { names, found } = await findPersonal(source, hooks);
  const { found: rest, choices } = chooseActions(names, found, request.privacy, request.previous);
  if (choices.every(({ action }) => action === 'drop'))
    throw dataProblem('nothing-left', 'Every column would be left out.', { hint: 'Keep or mask at least one.' });
  const path = join(hooks.scratchDir, 'masked.tmp');
  const written = await writeCopy(request, source, names, choices, path, hooks);
  const after = await stampOf(request.sourcePath);
  if (before.size !== after.size || before.mtimeMs !== after.mtimeMs || before.ino !== after.ino) {
    throw dataProblem('source-changed', 'The file changed while it was read.', {
      hint: 'Wait until nobody writes to it and import it again.',
    });
  }
  const dialect = copyDialect(csv);
  const { decimal, dateOrder } = source.recalled.options;
  const columns = choices.flatMap(({ column, kind, action }, i) =>
    kind === null && action === 'keep' ? [] : [{ column, kind, action, cells: written.cells[i] }],
  );
  return {
    path,
    recalled: source.recalled,
    options: {
      encoding: 'utf-8',
      ...(csv === null
        ? {}
        : {
            delimiter: dialect.delimiter,
            quote: dialect.quote,
            escape: dialect.backslash ? '\\' : dialect.quote,
            headerRows: csv.header ? 1 : 0,
            comment: '',
          }),
      ...(decimal === undefined ? {} : { decimal }),
      ...(dateOrder === undefined ? {} : { dateOrder }),
    },
    kinds: kinds.flatMap((kind, i) => {
      const { action = 'keep' } = choices[i] ?? {};
      return action === 'drop' ? [] : [action === 'keep' ? kind : { text: 0, number: 0, other: 0 }];
    }),
    receipt: {
      found: rest,
      columns,
      seen: names,
      rejectedMasked: written.rejected,
      ...(part === null ? {} : { part }),
      ...(member === null ? {} : { member }),
    },
    notes: [
      ...plan.notes,
      ...columns
        .filter(({ action }) => action !== 'keep')
        .map(
          ({ column, kind, action, cells }) =>
            `Column "${column}"${kind === null ? '' : ` (${kind})`}: ${{ mask: 'masked', hash: 'hashed', drop: 'left out', keep: '' }[action]}, ${cells} cells, before anything was stored.`,
        ),
      ...columns
        .filter(({ action }) => action === 'keep')
        .map(({ column, kind }) => `Column "${column}" holds personal data (${kind}) and was kept in clear.`),
      ...(written.rejected > 0
        ? [
            `Letters and digits of ${written.rejected === 1 ? 'one rejected record' : `${written.rejected} rejected records`} were covered.`,
          ]
        : []),
    ],
  };
}

async function writeCopy(
  request: MaskRequest,
  { plan, path: sourcePath }: MaskSource,
  names: readonly string[],
  choices: readonly ColumnChoice[],
  path: string,
  hooks: RunHooks,
): Promise<{ readonly cells: number[]; readonly rejected: number }> {
  const csv = plan.format.kind === 'csv' ? plan.format.csv : null;
  const { delimiter, quote, backslash } = copyDialect(csv);
  const covers = choices.map(({ action, kind }) =>
    action === 'mask' || action === 'hash' ? coverWith(action, kind, request.salt) : null,
  );
  const special = new Set([delimiter, quote, '\n', '\r', ...(backslash ? ['\\'] : [])]);
  const mustQuote = (text: string): boolean => {
    if (text.startsWith(' ') || text.endsWith(' ')) return true;
    for (const char of special) if (text.includes(char)) return true;
    return false;
  };
  const quoted = (text: string): string =>
    quote +
    (backslash
      ? text.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)
      : text.replaceAll(quote, quote + quote)) +
    quote;
  const field = (text: string): string => (mustQuote(text) ? quoted(text) : text);
  const alone = choices.filter(({ action }) => action !== 'drop').length === 1;
  const record = (texts: readonly string[]): string => {
    const kept = texts.filter((_, i) => choices[i]?.action !== 'drop');
    return alone && kept[0]?.trim() === '' ? quoted('') : kept.map(field).join(delimiter);
  };
  const newline = plan.format.lineEnd === 'CRLF' ? '\r\n' : '\n';
  const cells = choices.map(() => 0);
  let rejected = 0;
  let pending: Buffer[] = [];
  let pendingBytes = 0;
  let pendingHeader = csv?.header === true;
  const emit = (data: Buffer): void => {
    pending.push(data);
    pendingBytes += data.length;
  };
  const rows = openRows(plan, 0, true);
  const skip = csv === null ? 0 : csv.preambleRecords + (csv.headerRecords ?? (csv.header ? 1 : 0));
  // With columns left out, a record that was too short would fit: it is made too wide
  const width = choices.filter(({ action }) => action !== 'drop').length;
  const stayRejected = (reason: string): string =>
    csv !== null && (csv.delimiter !== delimiter || Number.parseInt(reason, 10) === width)
      ? `${delimiter}x`.repeat(csv.delimiter === delimiter ? 1 : width + 1)
      : '';

  const visit = (_line: number, bytes: Uint8Array): boolean => {
    const end = rows.lines > 0 ? newline : '';
    if (rows.outcome === 'row') {
      const texts: string[] = [];
      for (let i = 0; i < rows.cellCount; i++) {
        const text = rows.ends[i] > rows.starts[i] ? cellText(rows, i) : '';
        const action = choices[i]?.action ?? 'drop';
        const next = covers[i]?.(text) ?? text;
        if (next !== text || (action === 'drop' && text !== '')) cells[i]++;
        texts.push(next);
      }
      if (csv !== null) emit(Buffer.from(record(texts) + end, 'utf8'));
      else {
        const object = Object.fromEntries(
          texts.flatMap((text, i) => (text === '' || choices[i]?.action === 'drop' ? [] : [[names[i], text]])),
        );
        emit(Buffer.from(JSON.stringify(object) + end, 'utf8'));
      }
    } else if (rows.outcome === 'rejected') {
      rejected++;
      emit(
        Buffer.concat([coverShape(bytes.subarray(rows.start, rows.end)), Buffer.from(stayRejected(rows.reason) + end)]),
      );
    } else if (rows.outcome === 'skipped' && pendingHeader && rows instanceof CsvRows && rows.recordsSeen >= skip) {
      pendingHeader = false;
      emit(Buffer.from(record(plan.sourceNames) + newline.repeat(Math.max(1, rows.lines)), 'utf8'));
    } else emit(Buffer.from(newline.repeat(rows.lines), 'utf8'));
    return pendingBytes >= 1 << 20;
  };

  const total = Math.max(1, ((await findStat(sourcePath))?.bytes ?? 0) * (plan.format.compression === 'gzip' ? 5 : 1));
  const target = await open(path, 'w');
  try {
    for await (const step of scanRows(sourcePath, byteOptions(plan), startPosition, rows, visit)) {
      throwIfStopped(hooks.stop);
      if (pending.length > 0) await writeFully(target, Buffer.concat(pending));
      pending = [];
      pendingBytes = 0;
      hooks.report({
        stage: 'privacy',
        fraction: Math.min(0.09, 0.02 + (0.07 * step.position.offset) / total),
        message: 'Masking',
      });
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return { cells, rejected };
}
