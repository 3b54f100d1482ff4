/** The job that checks a target of a data set: leaks, imbalance, doubtful labels, overlap of a split. */
import type { ComputePool } from '../../compute/pool.ts';
import type { Finding } from '../../contract/datasets.ts';
import { defineHandler } from '../../jobs/define-handler.ts';
import type { JobHandler } from '../../jobs/types.ts';
import type { Warehouse } from '../../warehouse/warehouse.ts';
import type { Catalogue } from './catalogue.ts';
import { bySeverity } from './findings.ts';
import { createReadDataset } from './read-dataset.ts';

export type InspectJobInput = { readonly id: string; readonly target: string; readonly split: string | null };

/** What the job ends with; the findings are those of the contract. */
export type InspectJobResult = {
  readonly datasetId: string;
  readonly target: string;
  readonly task: string;
  readonly labelRows: number;
  readonly findings: readonly { readonly [key: string]: string | number | null | readonly (string | number)[] }[];
};

/** Checks run in one compute task on columns read once. */
export function createInspectHandler(deps: {
  readonly warehouse: Warehouse;
  readonly catalogue: Catalogue;
  readonly pool: ComputePool;
}): JobHandler {
  const read = createReadDataset(deps.warehouse, deps.catalogue);
  return defineHandler<InspectJobInput, InspectJobResult>({
    kind: 'profile',
    estimate: async ({ id }) => {
      const { version } = deps.catalogue.get(id);
      const cells = version.rows * version.columns.length;
      return {
        seconds: 1 + cells / 2e6,
        memoryBytes: 150 * 1024 * 1024 + cells * 24,
        diskBytes: 0,
        basis: `${cells} cells are read and a quick model is fitted four times.`,
      };
    },
    run: async ({ id, target, split }, context) => {
      context.report({ stage: 'read', fraction: 0.05 });
      const source = await read(id, undefined, null);
      context.report({ stage: 'check', fraction: 0.3 });
      const result = await deps.pool.run(
        'inspect-target',
        { frame: source.frame, specs: source.specs, target, split, session: context.jobId },
        { abort: context.abort },
      );
      const findings: Finding[] = result.findings.map((finding) => ({
        ...finding,
        rows: [...finding.rows],
        examples: [...finding.examples],
      }));
      context.countWork(source.dataset.rows);
      return {
        datasetId: id,
        target,
        task: result.task,
        labelRows: result.labelRows,
        findings: bySeverity(findings).map(({ fix: _fix, rows, examples, ...finding }) => ({
          ...finding,
          rows: rows ?? [],
          examples: examples ?? [],
        })),
      };
    },
  });
}
