import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churnSample, importFile, openTestHost, settle, type TestHost, trainModel } from '../helpers/host.ts';

let test: TestHost;
beforeAll(async () => {
  test = await openTestHost();
});
afterAll(() => test.close());

describe('A6 interactive work never waits for a training', () => {
  it('answers what-if questions, with equal answers, while a training has all workers', async () => {
    const { client } = test;
    const datasetId = await importFile(client, churnSample);
    const { modelId } = await trainModel(client, { datasetId, target: 'Churn', trials: 1, folds: 3 });
    const { inputs } = await client.models.get({ id: modelId });
    const typical = Object.fromEntries(inputs.map((input) => [input.name, input.typical]));
    const ask = async (tenure: number) => {
      const answer = await client.predictions.one({ modelId, row: { ...typical, tenure }, record: false });
      return { margin: answer.margin, contributions: answer.contributions, additivity: answer.additivityError < 1e-9 };
    };
    const before = [];
    for (let tenure = 0; tenure < 12; tenure++) before.push(await ask(tenure));

    const { jobId } = await client.models.train({ datasetId, target: 'Churn', budgetSeconds: 300 });
    const running = async () => (await client.jobs.get({ id: jobId })).stage === 'search';
    while (!(await running())) await new Promise((resolve) => setTimeout(resolve, 20));
    let answered = 0;
    for (let round = 0; round < 5; round++) {
      for (let tenure = 0; tenure < 12; tenure++) {
        await client.predictions.clearCache({});
        expect(await ask(tenure)).toEqual(before[tenure]);
        answered++;
      }
    }
    // The training was still searching: nothing waited for it.
    expect(await running()).toBe(true);
    expect(answered).toBe(60);
    expect((await client.decisions.ledger({})).total).toBe(0);

    // Other interactive work goes on too.
    expect((await client.explanations.global({ modelId })).columns.length).toBeGreaterThan(0);
    expect((await client.datasets.page({ id: datasetId, offset: 10, limit: 5 })).rows).toHaveLength(5);
    expect(await running()).toBe(true);
    await client.jobs.cancel({ id: jobId });
    expect((await settle(client, jobId)).state).toBe('cancelled');
  });
});
