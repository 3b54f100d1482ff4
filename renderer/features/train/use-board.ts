/** Follows a training job's metric points: reads what is there, then what comes, a few times a second. */
import { useEffect, useState } from 'react';
import { client } from '../../client/client.ts';
import { emptyBoard, foldPoints, type LiveBoard } from './live-board.ts';

const intervalMs = 400;

/** The live board of a job. While `active` it keeps reading; afterwards it reads once more to the end. */
export function useBoard(jobId: string, active: boolean): LiveBoard {
  const [kept, setKept] = useState<{ readonly jobId: string; readonly board: LiveBoard; readonly next: number }>({
    jobId,
    board: emptyBoard,
    next: 0,
  });
  useEffect(() => {
    const stopped = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let board = emptyBoard;
    let from = 0;
    const read = async (): Promise<void> => {
      try {
        const { points, next } = await client.jobs.metrics({ id: jobId, from }, { signal: stopped.signal });
        if (stopped.signal.aborted) return;
        board = foldPoints(board, points);
        from = next;
        setKept({ jobId, board, next });
      } catch {
        // The job's own state says what went wrong; here it is enough to try again.
      }
      if (active && !stopped.signal.aborted) timer = setTimeout(() => void read(), intervalMs);
    };
    void read();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [jobId, active]);
  return kept.jobId === jobId ? kept.board : emptyBoard;
}

/** The time now, refreshed twice a second while `active`. */
export function useTicking(active: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, [active]);
  return now;
}
