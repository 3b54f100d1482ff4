/** The rows of a data set, however many: fetched in blocks, sorted, filtered and searched by the host. */
import type { CellKeyDownEvent, GridApi, IDatasource, SortChangedEvent } from 'ag-grid-community';
import { AgGridReact } from 'ag-grid-react';
import { useEffect, useMemo, useRef, useState } from 'react';
import type { DatasetDetail } from '../../../main/contract/datasets.ts';
import { client } from '../../client/client.ts';
import { useFormat, useMessages } from '../../lib/locale.tsx';
import { readStyleNonce } from '../../lib/nonce.ts';
import { EmptyState, ErrorState } from '../../ui/states.tsx';
import classes from './grid.module.css';
import { type GridRow, gridColumns } from './grid-columns.tsx';
import { gridTheme, rowHeight } from './grid-modules.ts';
import { type GridSort, gridQuery, writeSort } from './grid-query.ts';
import { GridToolbar } from './grid-toolbar.tsx';
import { gridMessages } from './messages.ts';
import type { DatasetSearch } from './search.ts';
import { scaleWheel } from './wheel-scale.ts';

const nonce = readStyleNonce();

type Found = { readonly total: number; readonly seconds: number };

type Request = ReturnType<typeof gridQuery>;
type Fetched = Awaited<ReturnType<typeof client.datasets.page>>;

const blockRows = 200;
const blocksAhead = 4;

function createDatasource(
  dataset: DatasetDetail,
  request: Request,
  on: { readonly page: (found: Found) => void; readonly failure: (error: unknown) => void },
): IDatasource {
  const stopped = new AbortController();
  const ahead = new Map<number, Promise<Fetched>>();
  let last = 0;
  // The window is drawn anew for what the toolbar says, not for every block that comes while the wheel turns
  let told: number | null = null;
  const fetchBlock = (offset: number): Promise<Fetched> =>
    client.datasets.page(
      { id: dataset.id, version: dataset.version, offset, limit: blockRows, ...mutable(request) },
      { signal: stopped.signal },
    );
  // The block that the wheel moves towards is asked for before a row of it is seen
  const fetchAhead = (offset: number, total: number): void => {
    if (offset < 0 || offset >= total || ahead.has(offset)) return;
    if (ahead.size >= blocksAhead) ahead.delete(ahead.keys().next().value ?? 0);
    const fetched = fetchBlock(offset);
    ahead.set(offset, fetched);
    fetched.catch(() => ahead.delete(offset));
  };
  return {
    getRows: ({ startRow, successCallback, failCallback }) => {
      const known = ahead.get(startRow);
      ahead.delete(startRow);
      const step = startRow < last ? -blockRows : blockRows;
      last = startRow;
      (known ?? fetchBlock(startRow))
        .then((page) => {
          if (told !== page.total) on.page({ total: page.total, seconds: page.seconds });
          told = page.total;
          const rows = page.rows.map((cells, index): GridRow => ({ place: startRow + index, cells }));
          successCallback(rows, page.total);
          fetchAhead(startRow + step, page.total);
        })
        .catch((error: unknown) => {
          if (stopped.signal.aborted) return;
          told = null;
          on.failure(error);
          failCallback();
        });
    },
    destroy: () => stopped.abort(),
  };
}

const mutable = (request: Request) => ({
  sort: [...request.sort],
  filters: [...request.filters],
  search: request.search,
});

const sortsOf = (api: GridApi<GridRow>): readonly GridSort[] =>
  api
    .getColumnState()
    .filter((column) => column.sort === 'asc' || column.sort === 'desc')
    .sort((a, b) => (a.sortIndex ?? 0) - (b.sortIndex ?? 0))
    .map((column) => ({ column: column.colId, descending: column.sort === 'desc' }));

/** The grid with its toolbar. Mounted anew for every version of a data set. */
export function GridTab(props: {
  readonly dataset: DatasetDetail;
  readonly search: DatasetSearch;
  readonly onChange: (next: Partial<DatasetSearch>) => void;
}) {
  const t = useMessages(gridMessages);
  const format = useFormat();
  const { dataset, search, onChange } = props;
  const host = useRef<HTMLDivElement>(null);
  const [api, setApi] = useState<GridApi<GridRow> | null>(null);
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [attempt, setAttempt] = useState(0);
  const rowCount = useRef(dataset.rows);
  rowCount.current = found?.total ?? dataset.rows;

  const names = useMemo(() => new Set(dataset.schema.map((column) => column.name)), [dataset]);
  const key = JSON.stringify([gridQuery(search, names), attempt]);
  const request = useMemo(() => (JSON.parse(key) as [Request, number])[0], [key]);
  const firstSorts = useRef(request.sort);
  const columns = useMemo(
    () => gridColumns(dataset, format, { rowNumber: t('rowNumber'), missing: t('missing') }, firstSorts.current),
    [dataset, format, t],
  );
  const datasource = useMemo(
    () =>
      createDatasource(dataset, request, {
        page: (next) => {
          setFound(next);
          setFailure(null);
        },
        failure: setFailure,
      }),
    [dataset, request],
  );
  // A new question forgets the failure of the old one.
  useEffect(() => {
    if (request !== undefined) setFailure(null);
  }, [request]);
  const context = useMemo(() => ({ openColumn: (column: string) => onChange({ column, row: undefined }) }), [onChange]);

  useEffect(() => {
    if (host.current === null) return;
    return scaleWheel(host.current, () => rowCount.current, rowHeight);
  }, []);

  // Back, reload and the toolbar change the address; the headers follow it.
  useEffect(() => {
    if (api === null || JSON.stringify(sortsOf(api)) === JSON.stringify(request.sort)) return;
    api.applyColumnState({
      state: request.sort.map((sort, sortIndex) => ({
        colId: sort.column,
        sort: sort.descending ? 'desc' : 'asc',
        sortIndex,
      })),
      defaultState: { sort: null },
    });
  }, [api, request]);

  const onSortChanged = (event: SortChangedEvent<GridRow>) => {
    const sorts = sortsOf(event.api);
    if (JSON.stringify(sorts) === JSON.stringify(request.sort)) return;
    onChange({ sort: sorts.length > 0 ? sorts.map(writeSort) : undefined, row: undefined });
  };
  const showRow = (row: GridRow | undefined) => {
    if (row !== undefined) onChange({ row: row.place, column: undefined });
  };
  const onKey = (event: CellKeyDownEvent<GridRow> | { readonly event?: Event | null; readonly data?: GridRow }) => {
    if (event.event instanceof KeyboardEvent && event.event.key === 'Enter') showRow(event.data);
  };
  const retry = () => {
    setFailure(null);
    setAttempt(attempt + 1);
  };
  const isEmpty = found !== null && found.total === 0;
  return (
    <div className={classes.tab}>
      <GridToolbar dataset={dataset} search={search} found={found} onChange={onChange} />
      {failure === null ? null : (
        <div className={classes.overlay}>
          <ErrorState error={failure} title={t('failedTitle')} onRetry={retry} />
        </div>
      )}
      {isEmpty ? <EmptyState compact title={t('nothingTitle')} text={t('nothingText')} /> : null}
      <section ref={host} className={classes.grid} aria-label={t('label', { name: dataset.name })}>
        <AgGridReact<GridRow>
          theme={gridTheme}
          {...(nonce === '' ? {} : { styleNonce: nonce })}
          themeCssLayer="grid"
          themeStyleContainer={document.body}
          rowModelType="infinite"
          datasource={datasource}
          columnDefs={columns}
          context={context}
          cacheBlockSize={blockRows}
          maxBlocksInCache={50}
          infiniteInitialRowCount={Math.max(1, Math.min(dataset.rows, 200))}
          blockLoadDebounceMillis={30}
          animateRows={false}
          rowBuffer={4}
          suppressRowHoverHighlight
          onGridReady={(event) => setApi(event.api)}
          onSortChanged={onSortChanged}
          onCellKeyDown={onKey}
          onCellDoubleClicked={(event) => showRow(event.data)}
        />
      </section>
      <p className={classes.hint}>{t('hint')}</p>
    </div>
  );
}
