import type { Finding, Profile } from '../../contract/datasets.ts';

type Facts = Omit<Profile, 'findings'>;
type Column = Facts['columns'][number];

/** Quality findings that follow from a profile alone: each names the column, how many rows, and what to do. */
export function profileFindings(profile: Facts): Finding[] {
  const found = profile.columns.flatMap((column) => columnFindings(column));
  if (profile.duplicateRows !== null && profile.duplicateRows > 0) {
    found.push({
      kind: 'duplicate-rows',
      column: null,
      severity: profile.duplicateRows > profile.rows * 0.01 ? 'warn' : 'info',
      count: profile.duplicateRows,
      message: `${profile.duplicateRows} rows repeat another row in every column; training keeps equal rows in one fold.`,
    });
  }
  const rank = { block: 0, warn: 1, info: 2 };
  return found.sort((a, b) => rank[a.severity] - rank[b.severity]);
}

function columnFindings(column: Column): Finding[] {
  const { name, rows, missing, distinct } = column;
  const known = rows - missing;
  const one = (kind: string, severity: Finding['severity'], count: number, message: string): Finding => ({
    kind,
    column: name,
    severity,
    count,
    message,
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
  if ((column.infinities ?? 0) > 0) {
    found.push(
      one(
        'infinite',
        'warn',
        column.infinities ?? 0,
        'Holds infinite values; trees use them as they are, linear models clip them.',
      ),
    );
  }
  return found;
}
