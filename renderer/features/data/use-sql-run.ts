import { useCallback, useEffect, useRef, useState } from 'react';
import type { QueryResult } from '../../../main/contract/queries.ts';
import { client } from '../../client/client.ts';

export type SqlRun = {
  readonly running: boolean;
  readonly result: QueryResult | null;
  readonly error: unknown;
  /** The query whose result is shown. */
  readonly sql: string;
  readonly run: (sql: string) => void;
  readonly cancel: () => void;
};

/** Runs one query at a time; giving up stops it at the host, and leaving the page gives up. */
export function useSqlRun(): SqlRun {
  const [state, setState] = useState({
    running: false,
    result: null as QueryResult | null,
    error: null as unknown,
    sql: '',
  });
  const abort = useRef<AbortController | null>(null);
  const cancel = useCallback(() => {
    abort.current?.abort();
    abort.current = null;
    setState((before) => ({ ...before, running: false }));
  }, []);
  useEffect(() => () => abort.current?.abort(), []);
  const run = useCallback((sql: string) => {
    abort.current?.abort();
    const mine = new AbortController();
    abort.current = mine;
    setState((before) => ({ ...before, running: true, error: null }));
    client.queries
      .run({ sql }, { signal: mine.signal })
      .then((result) => ({ running: false, result, error: null, sql }))
      .catch((error: unknown) => ({ running: false, result: null, error, sql }))
      .then((next) => {
        if (abort.current === mine) setState(next);
      });
  }, []);
  return { ...state, run, cancel };
}
