/** The address of the Predict page: model, tab, the row as far as it differs from typical, and the batch under way. */
import {
  cellsParam,
  choiceParam,
  integerParam,
  numberParam,
  type RawSearch,
  textParam,
} from '../../lib/search-params.ts';
import type { RowChanges } from './row-values.ts';
import type { ColumnMap } from './schema-mapping.ts';

/** View state of the Predict page. */
export type PredictSearch = {
  readonly model?: string | undefined;
  readonly tab?: 'one' | 'batch' | undefined;
  readonly row?: RowChanges | undefined;
  readonly whatIf?: RowChanges | undefined;
  readonly dataset?: string | undefined;
  readonly upload?: string | undefined;
  readonly path?: string | undefined;
  readonly fileName?: string | undefined;
  readonly map?: ColumnMap | undefined;
  readonly id?: string | undefined;
  readonly reasons?: number | undefined;
  readonly interval?: number | undefined;
  readonly format?: 'csv' | 'jsonl' | 'parquet' | 'xlsx' | undefined;
  readonly job?: string | undefined;
};

function mapParam(value: unknown): ColumnMap | undefined {
  const cells = cellsParam(value);
  if (cells === undefined) return undefined;
  return Object.fromEntries(Object.entries(cells).map(([from, to]) => [from, String(to)]));
}

/** Reads the address; what does not fit is left out. */
export function readPredictSearch(raw: RawSearch): PredictSearch {
  return {
    model: textParam(raw.model),
    tab: choiceParam(raw.tab, ['one', 'batch'] as const),
    row: cellsParam(raw.row),
    whatIf: cellsParam(raw.whatIf),
    dataset: textParam(raw.dataset),
    upload: textParam(raw.upload),
    path: textParam(raw.path),
    fileName: textParam(raw.fileName),
    map: mapParam(raw.map),
    id: textParam(raw.id),
    reasons: integerParam(raw.reasons, 0, 50),
    interval: numberParam(raw.interval, 0.5, 0.999),
    format: choiceParam(raw.format, ['csv', 'jsonl', 'parquet', 'xlsx'] as const),
    job: textParam(raw.job),
  };
}
