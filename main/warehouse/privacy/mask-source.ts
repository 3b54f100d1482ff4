/**
 * The text that a masking reads. A text table is read where it lies. A workbook, JSON document, database, Parquet file or
 * archive is taken out as text first, as for an import; that text is in clear, so it is sealed, and goes when the masked copy
 * stands.
 */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { dataProblem } from '../../base/errors.ts';
import { type StopSignal, throwIfStopped } from '../../base/stop.ts';
import type { DialectOptions, Receipt } from '../../contract/datasets.ts';
import { literal } from '../duck.ts';
import { Spool } from '../formats/spool.ts';
import type { CellKinds, Unfolded } from '../formats/types.ts';
import { isContainer, unfold } from '../formats/unfold.ts';
import { planInner, withTail } from '../import/make-plan.ts';
import { parquetColumns } from '../import/parquet.ts';
import { planText, type TextPlan } from '../import/plan.ts';
import { type LastAnswers, type Recalled, recallAnswers } from '../import/recall.ts';
import { sampleText } from '../import/sample-text.ts';
import { openForeign } from '../import/sniff.ts';
import { pickOf } from '../import/source-text.ts';
import { describeFormat } from '../import/version.ts';
import { discardSealed } from '../sealed-file.ts';
import { plainFile } from '../source-file.ts';
import { openBytes } from '../stream/byte-source.ts';
import { guessCodePage } from '../stream/code-page.ts';
import { detectSource } from '../stream/detect.ts';
import { looksLikeUtf8, Utf8Checker } from '../stream/utf8.ts';

export type MaskSource = {
  readonly path: string;
  readonly plan: TextPlan;
  /** What it is read with. */
  readonly recalled: Recalled;
  /** How the source itself types its cells, by column, header and titles not counted; empty for text. */
  readonly kinds: readonly CellKinds[];
  /** The part of a container that is read. */
  readonly part: Receipt['dialect']['part'] | null;
  /** The file that is read of several in an archive. */
  readonly member: string | null;
  readonly close: () => Promise<void>;
};

const noTail = undefined;

async function planPlainText(path: string, options: DialectOptions): Promise<TextPlan | 'parquet'> {
  const detected = await detectSource(path, options.encoding);
  if (detected.kind === 'parquet') return 'parquet';
  if (detected.certain) return planText(await withTail(detected, path, noTail), options, detected.encoding === 'utf-8');
  const checker = new Utf8Checker();
  const raw = { compression: detected.compression, encoding: 'utf-8', bomBytes: 0 } as const;
  for await (const block of openBytes(path, raw)) checker.push(block);
  const evidence = checker.finish();
  const encoding = looksLikeUtf8(evidence) ? 'utf-8' : guessCodePage(Buffer.from(evidence.strayText, 'latin1'));
  const settled = encoding === detected.encoding ? detected : await detectSource(path, encoding);
  if (settled.kind !== 'text') throw dataProblem('source-changed', 'The file changed while it was read.');
  return planText(await withTail(settled, path, noTail), options, encoding === 'utf-8');
}

/** Writes a Parquet file's rows as text with its types counted. */
async function parquetAsText(
  source: string,
  scratchDir: string,
  spillDir: string,
  stop: StopSignal,
  packed: Unfolded | null,
): Promise<Unfolded> {
  const target = join(scratchDir, 'parquet.csv');
  const { path, close } = await plainFile(source);
  const duck = await openForeign(path, spillDir);
  try {
    return await duck.withSession(async (session) => {
      const columns = await parquetColumns(session, path);
      const [[count]] = await session.rows(`SELECT count(*) FROM read_parquet(${literal(path)})`);
      const total = Number(count);
      const select = columns.map(({ expression, type }) => {
        const text = `CAST(${expression} AS VARCHAR)`;
        return type === 'datetime' ? `replace(${text}, ' ', 'T')` : text;
      });
      const spool = await Spool.create(target, true);
      try {
        spool.row(columns.map(({ sourceName }) => sourceName));
        const step = 20_000;
        for (let from = 0; from < total; from += step) {
          throwIfStopped(stop);
          const rows = await session.rows(
            `SELECT ${select.join(', ')} FROM read_parquet(${literal(path)}, file_row_number = true) WHERE file_row_number >= ${from} AND file_row_number < ${from + step} ORDER BY file_row_number`,
          );
          for (const row of rows) {
            const cells = row.map((value) => (value === null ? null : String(value)));
            if (cells.every((cell) => cell === null || cell === '')) spool.emptyRow(columns.length);
            else spool.row(cells);
          }
          await spool.flush();
        }
      } finally {
        await spool.close();
      }
      return {
        path: target,
        container: packed?.container ?? { kind: 'zip', part: '', range: null },
        shape: 'table',
        names: columns.map(({ sourceName }) => sourceName),
        parts: [],
        notes: [...(packed?.notes ?? []), ...columns.flatMap(({ note }) => (note === null ? [] : [note]))],
        kinds: columns.map(({ type }) => ({
          text: type === 'text' ? total : 0,
          number: type === 'integer' || type === 'number' ? total : 0,
          other: type === 'text' || type === 'integer' || type === 'number' ? 0 : total,
        })),
      };
    });
  } finally {
    await duck.close();
    await close();
  }
}

/** Counts of a sheet without its header and titles, which are texts over every column; mixed columns say nothing. */
function ownKinds(unfolded: Unfolded, plan: TextPlan): readonly CellKinds[] {
  if (unfolded.shape !== 'grid' || plan.format.kind !== 'csv') return unfolded.kinds;
  const { csv } = plan.format;
  const slack = csv.preambleRecords + (csv.headerRecords ?? (csv.header ? 1 : 0));
  return unfolded.kinds.map(({ text, number, other }) => {
    const texts = Math.max(0, text - slack);
    if (texts > 0 && (number > slack || other > 0)) return { text: 0, number: 0, other: 0 };
    return { text: texts, number: texts > 0 ? 0 : number, other };
  });
}

/** Opens a source to be masked; close it when the copy stands. Errors as detectSource and unfold. */
export async function openMaskSource(
  path: string,
  asked: DialectOptions,
  last: LastAnswers | null,
  spillDir: string,
  stop: StopSignal,
): Promise<MaskSource> {
  const recall = (text: string, unfolded: Unfolded | null): Promise<Recalled> =>
    recallAnswers(
      { path: text, unfolded, whole: null, sample: (options) => sampleText(text, options, false, unfolded) },
      asked,
      last,
    );
  const container = await isContainer(path);
  if (!container) {
    const recalled = await recall(path, null);
    const plan = await planPlainText(path, recalled.options);
    if (plan !== 'parquet') return { path, plan, recalled, kinds: [], part: null, member: null, close: async () => {} };
  }
  const scratchDir = await mkdtemp(join(spillDir, 'mask-'));
  const close = async (): Promise<void> => discardSealed(scratchDir);
  try {
    const taken = container
      ? await unfold({ path, pick: pickOf(asked), scratchDir, sealed: true, rowLimit: null, stop })
      : null;
    const unfolded =
      taken === null || taken.shape === 'parquet'
        ? await parquetAsText(taken?.path ?? path, scratchDir, spillDir, stop, taken)
        : taken;
    const recalled = await recall(unfolded.path, unfolded);
    const plan = await planInner(unfolded, recalled.options);
    const { part = null, member = null } = describeFormat(plan.format);
    const isOwnPart = part !== null && part.kind !== 'file';
    const kinds = ownKinds(unfolded, plan);
    return { path: unfolded.path, plan, recalled, kinds, part: isOwnPart ? part : null, member, close };
  } catch (error) {
    await close();
    throw error;
  }
}
