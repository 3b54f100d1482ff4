/** The addresses of the data pages: filters, sorts, tabs and selections live here. */

import type { GridFilter } from '../../../main/contract/cleaning.ts';
import { encodingNames } from '../../../main/contract/encodings.ts';
import type { RecalledControl } from '../../../main/contract/import-options.ts';
import { recalledControls } from '../../../main/contract/recalled-controls.ts';
import { choiceParam, integerParam, listParam, type RawSearch, textParam } from '../../lib/search-params.ts';

/** View state of the list of data sets. */
export type DataSearch = {
  readonly q?: string | undefined;
  readonly sort?: string | undefined;
  readonly desc?: boolean | undefined;
  readonly sel?: string | undefined;
};

/** Reads the list's address. */
export function readDataSearch(raw: RawSearch): DataSearch {
  return {
    q: textParam(raw.q),
    sort: textParam(raw.sort),
    desc: raw.desc === true ? true : undefined,
    sel: textParam(raw.sel),
  };
}

/** View state of the import: where the file is, how it is read, and the job once it runs. */
export type ImportSearch = {
  readonly path?: string | undefined;
  readonly upload?: string | undefined;
  readonly name?: string | undefined;
  readonly delimiter?: string | undefined;
  readonly decimal?: '.' | ',' | undefined;
  readonly encoding?: (typeof encodingNames)[number] | undefined;
  readonly dateOrder?: 'dmy' | 'mdy' | 'ymd' | undefined;
  /** Lines that name the columns; 0 for none. */
  readonly headerRows?: number | undefined;
  readonly quote?: string | undefined;
  readonly escape?: string | undefined;
  /** Mark of remark lines; empty for none. */
  readonly comment?: string | undefined;
  /** Which of several tables of a text, from 1. */
  readonly table?: number | undefined;
  /** Sheet, table or list of the file. */
  readonly part?: string | undefined;
  /** File of an archive; * for all one below the other, ** for each as a data set of its own. */
  readonly member?: string | undefined;
  /** What is found out anew, whatever was asked for at the last import. */
  readonly detect?: readonly RecalledControl[] | undefined;
  readonly range?: string | undefined;
  /** Columns read the second way. */
  readonly second?: readonly string[] | undefined;
  /** What is done with columns of personal data, each as action:column. */
  readonly privacy?: readonly string[] | undefined;
  /** Changes since the last import are accepted. */
  readonly accept?: boolean | undefined;
  readonly column?: string | undefined;
  readonly job?: string | undefined;
};

function recalledParam(raw: unknown): readonly RecalledControl[] | undefined {
  const asked = listParam(raw) ?? [];
  const known = recalledControls.filter((control) => asked.includes(control));
  return known.length === 0 ? undefined : known;
}

/** One sign, or none at all. */
const signParam = (raw: unknown): string | undefined => (typeof raw === 'string' && raw.length <= 1 ? raw : undefined);

/** Reads the import's address. */
export function readImportSearch(raw: RawSearch): ImportSearch {
  const delimiter = textParam(raw.delimiter);
  return {
    path: textParam(raw.path),
    upload: textParam(raw.upload),
    name: textParam(raw.name),
    delimiter: delimiter?.length === 1 ? delimiter : undefined,
    decimal: choiceParam(raw.decimal, ['.', ','] as const),
    encoding: choiceParam(raw.encoding, encodingNames),
    dateOrder: choiceParam(raw.dateOrder, ['dmy', 'mdy', 'ymd'] as const),
    part: textParam(raw.part),
    member: textParam(raw.member),
    detect: recalledParam(raw.detect),
    range: textParam(raw.range),
    headerRows: integerParam(raw.headerRows, 0, 20),
    quote: signParam(raw.quote),
    escape: signParam(raw.escape),
    comment: typeof raw.comment === 'string' && raw.comment.length <= 4 ? raw.comment : undefined,
    table: integerParam(raw.table, 1, 1000),
    second: listParam(raw.second),
    privacy: listParam(raw.privacy),
    accept: raw.accept === true ? true : undefined,
    column: textParam(raw.column),
    job: textParam(raw.job),
  };
}

/** View state of the queries: the text that ran last. */
export type SqlSearch = { readonly q?: string | undefined };

/** Reads the address of the queries. */
export const readSqlSearch = (raw: RawSearch): SqlSearch => ({ q: textParam(raw.q) });

/** Views of one data set. */
export const datasetTabs = ['grid', 'profile', 'quality', 'versions', 'receipt'] as const;
export type DatasetTab = (typeof datasetTabs)[number];

/** View state of one data set. */
export type DatasetSearch = {
  readonly tab?: DatasetTab | undefined;
  readonly version?: number | undefined;
  readonly q?: string | undefined;
  readonly sort?: readonly string[] | undefined;
  readonly filters?: readonly GridFilter[] | undefined;
  readonly column?: string | undefined;
  /** Place of the row shown in full, in the order of the grid. */
  readonly row?: number | undefined;
  readonly by?: string | undefined;
  readonly desc?: boolean | undefined;
  /** Versions that are compared. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
};

const operators = [
  'equals',
  'not-equals',
  'contains',
  'less',
  'at-most',
  'greater',
  'at-least',
  'missing',
  'present',
] as const;

function readFilters(raw: unknown): readonly GridFilter[] | undefined {
  if (!Array.isArray(raw)) return undefined;
  const filters = raw.flatMap((entry: unknown): GridFilter[] => {
    if (typeof entry !== 'object' || entry === null || !('column' in entry) || !('op' in entry)) return [];
    const column = textParam(entry.column);
    const op = choiceParam(entry.op, operators);
    if (column === undefined || op === undefined) return [];
    const value: unknown = 'value' in entry ? entry.value : undefined;
    const known = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return [known ? { column, op, value } : { column, op }];
  });
  return filters.length > 0 ? filters : undefined;
}

/** Reads a data set's address. */
export function readDatasetSearch(raw: RawSearch): DatasetSearch {
  return {
    tab: choiceParam(raw.tab, datasetTabs),
    version: integerParam(raw.version, 1, 1_000_000),
    q: textParam(raw.q),
    sort: listParam(raw.sort),
    filters: readFilters(raw.filters),
    column: textParam(raw.column),
    row: integerParam(raw.row, 0, 1e12),
    by: textParam(raw.by),
    desc: raw.desc === true ? true : undefined,
    from: integerParam(raw.from, 1, 1_000_000),
    to: integerParam(raw.to, 1, 1_000_000),
  };
}
