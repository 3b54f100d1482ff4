import type { Finding } from '../../../main/contract/datasets.ts';

const rank = { block: 0, warn: 1, info: 2 } as const;

/** The worst first, then by column. */
export function orderFindings(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) => rank[a.severity] - rank[b.severity] || (a.column ?? '').localeCompare(b.column ?? ''),
  );
}
