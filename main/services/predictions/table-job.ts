/**
 * The loop of jobs that read rows and write rows: blocks are read in order, several are worked on at once, results are
 * written in order. For each written block a checkpoint says how far everything got, once output and rejects are on the
 * disk; meanwhile the next block is worked on and written. A resumed run cuts both files back to its checkpoint and goes on, so
 * the end is byte-identical. Memory depends on the size of a block and how many are worked on, never on the length of
 * the source.
 */
import { join } from 'node:path';
import { dataProblem } from '../../base/errors.ts';
import type { JsonValue } from '../../base/json.ts';
import type { OutputBlock, OutputColumn, OutputText, RowForm } from '../../base/row-text.ts';
import { throwIfStopped } from '../../base/stop.ts';
import type { JobContext } from '../../jobs/types.ts';
import type { BlockRequest, FrameBlock } from '../../warehouse/stream/score-source.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import { type ExportFormat, isDelivered, type WriterState } from '../../warehouse/writer.ts';
import { inOrder } from './in-order.ts';
import type { OpenedSource } from './open-source.ts';
import { deliverRejects, openRejects } from './rejects-file.ts';

export type TableJob<Result, Tally extends JsonValue> = {
  readonly warehouse: Pick<Warehouse, 'openWriter'>;
  readonly source: OpenedSource;
  readonly request: Pick<BlockRequest, 'wanted' | 'map' | 'keep' | 'chunkRows'>;
  /** Everything beside the source that the output depends on: a checkpoint of another identity is refused. */
  readonly identity: string;
  readonly output: {
    readonly path: string;
    readonly format: ExportFormat;
    readonly columns: readonly OutputColumn[];
    readonly keepFormulas: boolean;
  };
  readonly rejectsPath: string;
  /** Blocks worked on at once. */
  readonly width: number;
  /** `form` says how rows are written, for work that makes their text. */
  readonly work: (block: FrameBlock, form: RowForm) => Promise<Result>;
  readonly rowsOut: (block: FrameBlock, result: Result) => OutputBlock | OutputText;
  /** What is summed up over the rows; kept in the checkpoint. */
  readonly tally: { readonly start: Tally; readonly add: (tally: Tally, block: FrameBlock, result: Result) => Tally };
  readonly monotonic: () => number;
  /** Asked when the job was stopped: a cancelled one leaves nothing behind, any other may go on later. */
  readonly isCancelled: () => boolean;
  /** Runs between the delivered output and the end; must be harmless when run again after a kill. */
  readonly afterDelivery?: (done: TableDone<Tally>) => Promise<void>;
};

export type TableDone<Tally> = {
  readonly rows: number;
  readonly rejected: number;
  readonly tally: Tally;
  /** Texts that got an apostrophe in front, so that no spreadsheet runs them. */
  readonly formulas: number;
  /** Running time of all attempts. */
  readonly seconds: number;
};

type Checkpoint<Tally> = {
  readonly identity: string;
  readonly stage: 'rows' | 'deliver';
  readonly resume: JsonValue;
  readonly writer: WriterState;
  readonly rejectsBytes: number;
  readonly rows: number;
  readonly rejected: number;
  readonly seconds: number;
  readonly tally: Tally;
};

/** Runs the job from its checkpoint, or from the start. Throws data-problem `source-changed` where it cannot go on. */
export async function runTableJob<Result, Tally extends JsonValue>(
  job: TableJob<Result, Tally>,
  context: JobContext,
): Promise<TableDone<Tally>> {
  const { source, output, monotonic } = job;
  const startedMs = monotonic();
  const identity = `${job.identity}|${output.keepFormulas}|${source.fingerprint}`;
  const kept = context.readCheckpoint() as Checkpoint<Tally> | null;
  if (kept !== null && kept.identity !== identity) {
    throw dataProblem('source-changed', `${source.name} or the model changed since this job was interrupted.`, {
      hint: 'Start it anew, without --resume.',
      details: { file: source.name },
    });
  }
  const rejectsFile = join(context.scratchDir, 'rejects.csv');
  let state: Checkpoint<Tally> = kept ?? {
    identity,
    stage: 'rows',
    resume: null,
    writer: { bytes: 0, rows: 0, parts: 0 },
    rejectsBytes: 0,
    rows: 0,
    rejected: 0,
    seconds: 0,
    tally: job.tally.start,
  };
  const secondsBefore = state.seconds;
  const secondsNow = (): number => secondsBefore + (monotonic() - startedMs) / 1000;

  const delivered =
    state.stage === 'deliver' && (await isDelivered(output.path, output.format, context.scratchDir, state.writer));
  if (!delivered) {
    const writer = await job.warehouse.openWriter({
      destination: output.path,
      format: output.format,
      columns: output.columns,
      keepFormulas: output.keepFormulas,
      scratchDir: context.scratchDir,
      state: kept === null ? null : state.writer,
      stop: context.stop,
    });
    const rejects = state.stage === 'rows' ? await openRejects(rejectsFile, state.rejectsBytes) : null;
    /** Of the last written block: settles with its checkpoint, once it is on the disk. */
    let recorded = Promise.resolve();
    try {
      if (rejects !== null) {
        const rowsBefore = state.rows + state.rejected;
        const blocks = source.rows.blocks({
          ...job.request,
          scratchDir: context.scratchDir,
          stop: context.stop,
          resume: state.resume,
        });
        let written = state;
        const record = async (reached: Checkpoint<Tally>, block: FrameBlock): Promise<void> => {
          await Promise.all([writer.sync(), rejects.sync()]);
          context.countWork(block.records);
          context.writeCheckpoint(reached);
          state = reached;
          const done = state.rows + state.rejected;
          context.report({
            stage: 'rows',
            fraction: 0.97 * block.fraction,
            rowsDone: done,
            rowsTotal: source.rows.rowCount ?? Math.max(done, source.expectedRows),
            rowsPerSecond: ((done - rowsBefore) * 1000) / Math.max(1, monotonic() - startedMs),
          });
        };
        const work = (block: FrameBlock): Promise<Result> => job.work(block, writer.form);
        for await (const { item: block, result } of inOrder(blocks, job.width, work)) {
          throwIfStopped(context.stop);
          if (block.frame.rowCount > 0) await writer.append(job.rowsOut(block, result));
          await rejects.append(block.rejected);
          written = {
            ...written,
            resume: block.resume,
            writer: writer.state(),
            rejectsBytes: rejects.bytes(),
            rows: written.rows + block.frame.rowCount,
            rejected: written.rejected + block.rejected.length,
            seconds: secondsNow(),
            tally: job.tally.add(written.tally, block, result),
          };
          await recorded;
          recorded = record(written, block);
          // Awaited in its turn; a failure before then must not count as unhandled
          recorded.catch(() => {});
        }
        await recorded;
        state = { ...state, stage: 'deliver', writer: writer.state() };
        context.writeCheckpoint(state);
      }
      context.report({ stage: 'deliver', fraction: 0.97 });
      await writer.finish();
    } catch (error) {
      // Files are closed when nothing is under way in them; what failed there failed first
      const cause = await recorded.then(
        () => error,
        (first: unknown) => first,
      );
      if (context.stop.stopped() && !job.isCancelled()) await writer.suspend();
      else await writer.discard();
      throw cause;
    } finally {
      await rejects?.close();
      await writer.close();
    }
  }
  await deliverRejects(rejectsFile, state.rejectsBytes, job.rejectsPath);
  const done: TableDone<Tally> = {
    rows: state.rows,
    rejected: state.rejected,
    tally: state.tally,
    formulas: state.writer.formulas ?? 0,
    seconds: secondsNow(),
  };
  await job.afterDelivery?.(done);
  return { ...done, seconds: secondsNow() };
}
