/** What the home page says needs attention, worst first. */
import type * as z from 'zod';
import type { DatasetSummary } from '../../contract/datasets.ts';
import type { attention } from '../../contract/workspaces.ts';
import { byteText } from '../../jobs/fit-check.ts';
import type { ChainReport } from '../../store/audit.ts';
import type { JobRow } from '../../store/repositories/jobs.ts';

export type Attention = z.infer<typeof attention>;

const lowDiskBytes = 1024 ** 3;
const mostJobs = 5;

export type AttentionFacts = {
  /** Failed and interrupted jobs, newest first. */
  readonly jobs: readonly JobRow[];
  readonly datasets: readonly DatasetSummary[];
  /** The last verification of the ledger, null when none was made. */
  readonly ledger: ChainReport | null;
  readonly freeDiskBytes: number;
};

const weight = { bad: 0, warn: 1, info: 2 } as const;
const rows = (count: number): string => (count === 1 ? '1 row' : `${count} rows`);

/** Builds the list. */
export function listAttention(facts: AttentionFacts): Attention[] {
  const found: Attention[] = [];
  if (facts.ledger?.firstBroken != null) {
    const { id, reason } = facts.ledger.firstBroken;
    found.push({
      kind: 'ledger-broken',
      severity: 'bad',
      title: 'The decision ledger was altered',
      detail: `Entry ${id}: ${reason}.`,
      target: { noun: 'settings', id: null },
    });
  }
  if (facts.freeDiskBytes < lowDiskBytes) {
    found.push({
      kind: 'disk-low',
      severity: 'warn',
      title: 'The disk is nearly full',
      detail: `${byteText(facts.freeDiskBytes)} are free where the workspace lies.`,
      target: { noun: 'settings', id: null },
    });
  }
  for (const job of facts.jobs.slice(0, mostJobs)) {
    const failed = job.state === 'failed';
    found.push({
      kind: failed ? 'job-failed' : 'job-interrupted',
      severity: failed ? 'bad' : 'warn',
      title: failed ? `“${job.title}” failed` : `“${job.title}” was interrupted`,
      detail: job.error?.message ?? 'It can be resumed where it stopped.',
      target: { noun: 'jobs', id: job.id },
    });
  }
  for (const dataset of facts.datasets) {
    const target = { noun: 'datasets' as const, id: dataset.id };
    if (dataset.findings.block > 0) {
      found.push({
        kind: 'leak',
        severity: 'warn',
        title: `“${dataset.name}” has columns that would spoil a model`,
        detail: `${dataset.findings.block} serious ${dataset.findings.block === 1 ? 'finding' : 'findings'} in its profile.`,
        target,
      });
    }
    if (dataset.rejected > 0) {
      found.push({
        kind: 'rejected-rows',
        severity: 'info',
        title: `“${dataset.name}”: ${rows(dataset.rejected)} rejected at import`,
        detail: 'The receipt names each with its line and the reason.',
        target,
      });
    }
  }
  return found.sort((a, b) => weight[a.severity] - weight[b.severity]);
}
