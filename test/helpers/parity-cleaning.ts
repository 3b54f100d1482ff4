/** Rows of the operations that clean and compare versions. */
import { finish } from './host.ts';
import type { Row } from './parity-table.ts';

const pasted = 'a,b\n1,x\n2,y\n3,x\n';

/** What must be equal of a job's result. */
const kept =
  (...keys: readonly string[]): Row['same'] =>
  async (output, s) => {
    const job = await finish(s.client, (output as { readonly jobId: string }).jobId);
    const result = job.result as Record<string, unknown>;
    return { state: job.state, kept: keys.map((key) => result[key]) };
  };

/** Previews, cleaning, versions and checks of a target. */
export const cleaningRows = {
  previewClean: {
    input: (s) => ({ id: s.datasetId, steps: [{ kind: 'cap', column: 'tenure', low: null, high: 12 }] }),
    bad: { steps: [] },
  },
  clean: {
    // A data set of its own for each door: what is trained elsewhere stays as it is
    input: async (s, door) => {
      const { jobId } = await s.client.datasets.import({
        source: { text: pasted, name: 'dirty.csv' },
        name: `dirty by ${door}`,
      });
      const { datasetId } = (await finish(s.client, jobId)).result as { datasetId: string };
      return { id: datasetId, steps: [{ kind: 'drop-rows', when: [{ column: 'a', op: 'equals', value: 2 }] }] };
    },
    same: kept('version', 'rows', 'changed'),
    bad: { steps: [{ kind: 'nonsense' }] },
  },
  erasure: { input: (s) => ({ id: s.datasetId }), bad: { id: 'nonsense' } },
  mask: {
    input: async (s, door) => {
      const { jobId } = await s.client.datasets.import({
        source: { text: pasted, name: 'clear.csv' },
        name: `clear by ${door}`,
      });
      const { datasetId } = (await finish(s.client, jobId)).result as { datasetId: string };
      return { id: datasetId, privacy: { columns: { b: 'mask' } }, confirm: true };
    },
    same: kept('version', 'columns'),
    bad: { confirm: false },
  },
  restore: {
    input: async (s) => {
      const { version } = await s.client.datasets.get({ id: s.twoVersionsId });
      return { id: s.twoVersionsId, version: version === 1 ? 2 : 1 };
    },
    same: () => null,
    observe: async (s) => (await s.client.datasets.get({ id: s.twoVersionsId })).version,
    bad: { version: 0 },
  },
  recipe: { input: (s) => ({ id: s.datasetId }), bad: { id: 'nonsense' } },
  lineage: { input: (s) => ({ id: s.datasetId }), bad: { version: 0 } },
  diff: { input: (s) => ({ id: s.datasetId, from: 1, to: 1 }), bad: { from: 0 } },
  inspect: {
    input: (s) => ({ id: s.datasetId, target: 'Churn' }),
    same: kept('task', 'findings'),
    bad: { target: '' },
  },
} satisfies Record<string, Row>;
