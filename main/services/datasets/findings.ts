import { cleaningStep } from '../../contract/cleaning.ts';
import type { Finding, Profile } from '../../contract/datasets.ts';
import type { Confirmed } from '../../warehouse/profile/confirm.ts';

type Facts = Omit<Profile, 'findings'>;
type Column = Facts['columns'][number];

/** Quality findings that follow from a profile alone: each names the column, how many rows, and what to do. */
export function profileFindings(profile: Facts): Finding[] {
  const found = profile.columns.flatMap((column) => columnFindings(column));
  return found;
}

/** The worst first. */
export function bySeverity(found: readonly Finding[]): Finding[] {
  const rank = { block: 0, warn: 1, info: 2 };
  return [...found].sort((a, b) => rank[a.severity] - rank[b.severity]);
}

/** Kinds that leaving the column out mends. */
const leaveOut = new Set(['all-missing', 'constant', 'id-like']);

function columnFindings(column: Column): Finding[] {
  const { name, rows, missing, distinct } = column;
  const known = rows - missing;
  const one = (kind: string, severity: Finding['severity'], count: number, message: string): Finding => ({
    kind,
    column: name,
    severity,
    count,
    message,
    ...(leaveOut.has(kind)
      ? { fix: { text: `Leave "${name}" out`, steps: [{ kind: 'drop-columns' as const, columns: [name] }] } }
      : {}),
  });
  if (rows === 0) return [];
  if (known === 0) return [one('all-missing', 'warn', rows, 'Empty in every row; training leaves it out.')];
  if (distinct === 1 && missing === 0)
    return [one('constant', 'info', rows, 'The same value in every row; training leaves it out.')];
  const found: Finding[] = [];
  const unique = !column.distinctApproximate && distinct === known && known >= 20;
  if (unique && (column.type === 'text' || column.type === 'integer')) {
    found.push(one('id-like', 'info', distinct, 'Different in every row, like an id; training leaves it out.'));
  } else if (column.type === 'text' && distinct > 254 && known >= 20) {
    found.push(
      one(
        'high-cardinality',
        'info',
        distinct,
        `${distinct} different values; models keep the most frequent and count the others as one.`,
      ),
    );
  }
  if (missing > rows * 0.4)
    found.push(
      one('mostly-missing', 'warn', missing, `Missing in ${Math.round((100 * missing) / rows)} % of the rows.`),
    );
  return found;
}

/** A counted finding as it is shown. `sampled` says that it was found among evenly spaced rows. */
export function confirmedFinding({ finding, count, rows }: Confirmed, total: number, sampled: boolean): Finding {
  const text = finding.message
    .replace('{count}', `${count} ${count === 1 ? 'row' : 'rows'}`)
    .replace('{differ}', rows.length === 0 ? '' : `, but for ${total - count}`);
  const severe = finding.kind === 'duplicate-rows' && count > 0.01 * total;
  return {
    kind: finding.kind,
    column: finding.column,
    severity: severe ? 'warn' : finding.severity,
    count,
    message: `${text.charAt(0).toUpperCase()}${text.slice(1)}${sampled ? ' Found among evenly spaced rows, counted over all.' : ''}`,
    rows: [...rows],
    examples: [...finding.examples],
    ...(finding.fix === null
      ? {}
      : { fix: { text: finding.fix.text, steps: finding.fix.steps.map((step) => cleaningStep.parse(step)) } }),
  };
}
