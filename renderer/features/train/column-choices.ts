/**
 * The columns of a plan as one table: what is used, what is left out and why, and what the user decided otherwise.
 * A user's decision wins over a finding: `keep` brings a column back, `drop` takes it out.
 */
import type { Finding } from '../../../main/contract/datasets.ts';
import type { TrainingPlan } from '../../../main/contract/models.ts';
import type { TrainSetup } from './setup.ts';

export type ColumnChoice = {
  readonly column: string;
  readonly type: string | null;
  readonly used: boolean;
  /** Who decided: the proposal or the user. */
  readonly decidedBy: 'proposal' | 'user';
  /** Why it is left out, or what speaks against it; empty when nothing does. */
  readonly reason: string;
  readonly severity: 'none' | 'info' | 'warn' | 'block';
};

const rank = { none: 0, info: 1, warn: 2, block: 3 } as const;

/** One row a column, those that need a look first, then by name order of the plan. */
export function buildColumnChoices(plan: TrainingPlan, setup: TrainSetup): readonly ColumnChoice[] {
  const findings = new Map<string, Finding[]>();
  for (const finding of plan.findings) {
    if (finding.column === null) continue;
    findings.set(finding.column, [...(findings.get(finding.column) ?? []), finding]);
  }
  const excluded = new Map(plan.excluded.map((entry) => [entry.column, entry.reason]));
  const types = new Map(plan.features.map((feature) => [feature.name, feature.type]));
  const drop = new Set(setup.drop ?? []);
  const keep = new Set(setup.keep ?? []);
  const names = new Set([...excluded.keys(), ...drop, ...keep, ...findings.keys(), ...types.keys()]);
  names.delete(plan.target);
  const rows = [...names].map((column): ColumnChoice => {
    const own = findings.get(column) ?? [];
    const severity = own.reduce<ColumnChoice['severity']>(
      (worst, finding) => (rank[finding.severity] > rank[worst] ? finding.severity : worst),
      excluded.has(column) && !drop.has(column) ? 'info' : 'none',
    );
    return {
      column,
      type: types.get(column) ?? null,
      used: keep.has(column) || (types.has(column) && !drop.has(column)),
      decidedBy: keep.has(column) || drop.has(column) ? 'user' : 'proposal',
      reason: own.length > 0 ? own.map((finding) => finding.message).join(' ') : (excluded.get(column) ?? ''),
      severity,
    };
  });
  const order = (row: ColumnChoice) => rank[row.severity] * 4 + (row.used ? 0 : 2) + (row.decidedBy === 'user' ? 1 : 0);
  return rows
    .map((row, index) => ({ row, index }))
    .sort((a, b) => order(b.row) - order(a.row) || a.index - b.index)
    .map(({ row }) => row);
}

/** The setup after switching one column: back to the proposal when the switch agrees with it. */
export function switchColumn(plan: TrainingPlan, setup: TrainSetup, column: string, used: boolean): TrainSetup {
  const drop = (setup.drop ?? []).filter((name) => name !== column);
  const keep = (setup.keep ?? []).filter((name) => name !== column);
  const droppedByUser = (setup.drop ?? []).includes(column);
  const keptByUser = (setup.keep ?? []).includes(column);
  const proposedOut = keptByUser || (!droppedByUser && plan.excluded.some((entry) => entry.column === column));
  const next = {
    drop: used || proposedOut ? drop : [...drop, column],
    keep: used && proposedOut ? [...keep, column] : keep,
  };
  return {
    ...setup,
    drop: next.drop.length > 0 ? next.drop : undefined,
    keep: next.keep.length > 0 ? next.keep : undefined,
  };
}

/** Findings about no single column: duplicates, too few rows and the like, the gravest first. */
export function listGeneralFindings(plan: TrainingPlan): readonly Finding[] {
  return plan.findings
    .filter((finding) => finding.column === null || finding.column === plan.target)
    .sort((a, b) => rank[b.severity] - rank[a.severity]);
}
