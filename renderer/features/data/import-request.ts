/** From the import's address to what the host is asked. */
import type { Source } from '../../../main/contract/common.ts';
import type { ColumnReading } from '../../../main/contract/datasets.ts';
import type { DialectOptions, RecalledControl } from '../../../main/contract/import-options.ts';
import { nameMembers } from '../../../main/contract/member-names.ts';
import type { PrivacyAction } from '../../../main/contract/privacy.ts';
import type { ImportSearch } from './search.ts';

/** Where the file is, or null while none is chosen. */
export function sourceOf(search: ImportSearch): Source | null {
  if (search.path !== undefined) return { path: search.path };
  return search.upload === undefined ? null : { uploadId: search.upload };
}

/** The dialect the person decided; everything else is found out by the host. A part is asked for under each name a file may have for it. */
export function optionsOf(search: ImportSearch): DialectOptions {
  const { delimiter, quote, decimal, encoding, dateOrder, headerRows, comment, table, part, range, member, detect } =
    search;
  return {
    ...(part === undefined ? {} : { sheet: part, relation: part, records: part }),
    ...(range === undefined || range.trim() === '' ? {} : { range: range.trim() }),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(decimal === undefined ? {} : { decimal }),
    ...(encoding === undefined ? {} : { encoding }),
    ...(dateOrder === undefined ? {} : { dateOrder }),
    ...(quote === undefined ? {} : { quote }),
    ...(search.escape === undefined || search.escape === '' ? {} : { escape: search.escape }),
    ...(headerRows === undefined ? {} : { headerRows }),
    ...(comment === undefined ? {} : { comment }),
    ...(table === undefined ? {} : { table }),
    ...(member === undefined || member === eachMember ? {} : { member }),
    ...(detect === undefined ? {} : { detect: [...detect] }),
  };
}

/** Stands for all files of an archive, one below the other; and for each as a data set of its own. */
export const allMembers = '*';
export const eachMember = '**';

/** What is imported: the file under the chosen name, or each file of an archive under its own. */
export function importsOf(
  search: ImportSearch,
  members: readonly { readonly name: string; readonly hidden: boolean }[],
  name: string,
): readonly { readonly name?: string; readonly options: DialectOptions }[] {
  const options = optionsOf(search);
  if (search.member === eachMember && members.length > 1)
    return nameMembers(members).map(({ member, name: own }) => ({ name: own, options: { ...options, member } }));
  return [{ options, ...(name === '' ? {} : { name }) }];
}

/** The controls that are found out anew, with one of them put in or taken out; undefined for none. */
export function withDetect(
  detect: readonly RecalledControl[] | undefined,
  control: RecalledControl,
  anew: boolean,
): readonly RecalledControl[] | undefined {
  const others = (detect ?? []).filter((each) => each !== control);
  const next = anew ? [...others, control] : others;
  return next.length === 0 ? undefined : next;
}

/** Readings to send: only the columns that are to be read the second way. */
export function readingsOf(columns: readonly ColumnReading[], second: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    columns.flatMap(({ name, alternativeCode }) =>
      alternativeCode !== null && second.includes(name) ? [[name, alternativeCode]] : [],
    ),
  );
}

const actions: readonly PrivacyAction[] = ['keep', 'mask', 'hash', 'drop'];

/** What the address says is done with each column's personal data. */
export function privacyOf(search: ImportSearch): Readonly<Record<string, PrivacyAction>> {
  return Object.fromEntries(
    (search.privacy ?? []).flatMap((entry) => {
      const cut = entry.indexOf(':');
      const action = actions.find((each) => each === entry.slice(0, cut));
      return action === undefined ? [] : [[entry.slice(cut + 1), action]];
    }),
  );
}

/** The actions with one column's changed; undecided takes it out. */
export function withAction(
  chosen: Readonly<Record<string, PrivacyAction>>,
  column: string,
  action: PrivacyAction | undefined,
): Readonly<Record<string, PrivacyAction>> {
  const others = Object.fromEntries(Object.entries(chosen).filter(([name]) => name !== column));
  return action === undefined ? others : { ...others, [column]: action };
}

/** The address for actions; none when nothing was chosen. */
export const writePrivacy = (chosen: Readonly<Record<string, PrivacyAction>>): readonly string[] | undefined => {
  const entries = Object.entries(chosen).map(([column, action]) => `${action}:${column}`);
  return entries.length === 0 ? undefined : entries;
};

/** Columns whose values would change under the second reading. */
export const differing = (columns: readonly ColumnReading[]): readonly ColumnReading[] =>
  columns.filter((column) => column.alternativeCode !== null && column.changedValues > 0);
