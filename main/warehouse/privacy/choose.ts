import { dataProblem, notFound } from '../../base/errors.ts';
import type { PiiColumn, PrivacyAction, PrivacyOptions, PrivacyReceipt } from '../../contract/privacy.ts';

/** What is done with one column of the source. */
export type ColumnChoice = {
  readonly column: string;
  readonly kind: PiiColumn['kind'] | null;
  readonly action: PrivacyAction;
};

/** Names are the same whatever their case and signs: "email" is "E-Mail". */
const plain = (name: string): string =>
  name
    .normalize('NFC')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '');

/** What was asked this time, joined with what was done at the last import; null when nothing is asked and nothing was. */
export function effectivePrivacy(
  asked: PrivacyOptions | undefined,
  previous: PrivacyReceipt | null,
): { readonly options: PrivacyOptions; readonly previous: PrivacyReceipt | null } | null {
  if (asked === undefined) {
    return previous === null ? null : { options: { columns: {}, reuse: true }, previous };
  }
  const kept = asked.reuse ? previous : null;
  const nothing = Object.keys(asked.columns).length === 0 && (asked.found ?? 'keep') === 'keep';
  return nothing && kept === null ? null : { options: asked, previous: kept };
}

/**
 * Chooses an action for every column: what was asked by name, then what was done last time, then what is done with all
 * that is found. A column that personal data are found in and that was not there last time stops an import which relies
 * on last time's answers, before anything is stored. Errors: not-found for a name that is no column; data-problem.
 */
export function chooseActions(
  columns: readonly string[],
  found: readonly (PiiColumn | null)[],
  options: PrivacyOptions,
  previous: PrivacyReceipt | null,
): { readonly found: PrivacyAction; readonly choices: readonly ColumnChoice[] } {
  const asked = new Map<number, PrivacyAction>();
  for (const [name, action] of Object.entries(options.columns)) {
    const exact = columns.indexOf(name);
    const index = exact >= 0 ? exact : columns.findIndex((column) => plain(column) === plain(name));
    if (index < 0) {
      throw notFound('column-not-found', `There is no column "${name}" to ${action}.`, {
        hint: `The file has: ${columns.slice(0, 30).join(', ')}.`,
        details: { column: name },
      });
    }
    asked.set(index, action);
  }
  const before = new Map(previous?.columns.map((column) => [column.column, column]));
  const seen = new Set(previous?.seen);
  const rest = options.found ?? previous?.found ?? 'keep';
  const surprises: string[] = [];
  const choices = columns.map((column, i): ColumnChoice => {
    const kind = found[i]?.kind ?? before.get(column)?.kind ?? null;
    const known = asked.get(i) ?? before.get(column)?.action;
    if (known !== undefined) return { column, kind, action: known };
    if (found[i] === null) return { column, kind, action: 'keep' };
    if (rest === 'keep' && previous !== null && !seen.has(column)) surprises.push(`"${column}" (${kind})`);
    return { column, kind, action: rest };
  });
  if (surprises.length > 0) {
    throw dataProblem(
      'new-personal-data',
      `Personal data are found in ${surprises.length === 1 ? 'a column' : 'columns'} that the last import did not have: ${surprises.join(', ')}. Nothing was stored.`,
      { hint: 'Say what to do with it: keep, mask, hash or drop.', details: { column: surprises[0] } },
    );
  }
  return { found: rest, choices };
}
