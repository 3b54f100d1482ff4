import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { churnSample, importFile, openTestHost, type TestHost, trainModel } from '../helpers/host.ts';

let test: TestHost;
let id: string;
let plainId: string;

beforeAll(async () => {
  test = await openTestHost();
  const file = join(test.folder, 'churn.csv');
  writeFileSync(file, `${readFileSync(churnSample, 'utf8').split('\n').slice(0, 801).join('\n')}\n`);
  const datasetId = await importFile(test.client, file);
  const options = { datasetId, target: 'Churn', trials: 1, folds: 2, positive: 'Yes' } as const;
  id = (await trainModel(test.client, { ...options, learners: ['ebm'] })).modelId;
  plainId = (await trainModel(test.client, { ...options, learners: ['knn'] })).modelId;
});
afterAll(() => test.close());

/** A number's curve of the model, and a run of its cells with rows in them. */
async function numberCurve() {
  const { terms } = await test.client.models.curves({ id });
  for (const { term } of terms) {
    const { shown } = await test.client.models.curves({ id, term });
    const [axis] = shown?.axes ?? [];
    if (shown !== null && shown.axes.length === 1 && axis?.kind === 'number' && axis.cuts.length > 20) {
      return { term, shown, axis };
    }
  }
  throw new Error('the sample has a number');
}

describe('D2 the curve editor', () => {
  it('lists the terms by importance and shows one with its spread and the share of rows', async () => {
    const curves = await test.client.models.curves({ id });
    const sizes = curves.terms.map(({ importance }) => importance);
    expect(curves).toMatchObject({ editable: true, note: '', units: 'log-odds', edits: [] });
    expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    expect(curves.shown?.term).toBe(curves.terms[0].term);
    expect(curves.shown?.weights.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 3);
    await expect(test.client.models.curves({ id, term: 9999 })).rejects.toThrow(/no term number 9999/);
  });

  it('measures an edit on unseen rows, stores nothing, then saves a version that scores as edited', async () => {
    const { term, shown, axis } = await numberCurve();
    const edits = [{ kind: 'set' as const, term, output: 0, from: 5, to: 12, value: 1.5 }];
    const preview = await test.client.models.previewCurveEdit({ id, edits });
    expect(preview.shown?.values.slice(5, 13)).toEqual(new Array(8).fill(1.5));
    expect(preview.shown?.values.slice(13)).toEqual(shown.values.slice(13));
    expect(preview.words).toEqual([expect.stringMatching(new RegExp(`^${axis.name} from .* to .*: set to 1.5$`))]);
    expect(preview.change?.rows).toBe(800);
    expect(preview.change?.movedRows).toBeGreaterThan(0);
    expect(preview.change?.movedRows).toBeLessThan(800);
    expect(preview.change?.after).not.toBe(preview.change?.before);
    expect((await test.client.models.curves({ id, term })).shown).toEqual(shown);

    const before = await test.client.models.get({ id });
    const page = await test.client.datasets.page({ id: before.datasetId ?? '', offset: 0, limit: 1 });
    const row = Object.fromEntries(
      page.columns.map(({ name }, i) => [
        name,
        name === axis.column ? ((axis.cuts[6] ?? 0) + (axis.cuts[7] ?? 0)) / 2 : page.rows[0][i],
      ]),
    );
    for (const name of Object.keys(row)) if (!before.inputs.some((input) => input.name === name)) delete row[name];
    const predict = () => test.client.predictions.one({ modelId: id, row, record: false });
    const old = await predict();

    const saved = await test.client.models.saveCurveEdit({ id, edits });
    expect(saved.number).toBe(2);
    expect((await predict()).probability).toBe(old.probability);

    const { eventId } = await test.client.models.activateVersion({ id, versionId: saved.versionId });
    const edited = await test.client.models.get({ id });
    expect(edited.edits).toEqual(saved.words);
    expect(edited.card.packageSha256).not.toBe(before.card.packageSha256);
    expect(edited.metrics[edited.metric].value).toBeCloseTo(preview.change?.after ?? 0, 6);
    const logit = (p: number | null): number => Math.log((p ?? 0) / (1 - (p ?? 0)));
    const moved = logit((await predict()).probability) - logit(old.probability);
    if (before.calibration?.method === 'identity') expect(moved).toBeCloseTo(1.5 - shown.values[7], 3);
    else expect(Math.sign(moved)).toBe(Math.sign(1.5 - shown.values[7]));

    await test.client.system.undo({ eventId });
    expect((await predict()).probability).toBe(old.probability);
  });

  it('says so for a model without curves, and refuses edits that do not fit', async () => {
    expect(await test.client.models.curves({ id: plainId })).toMatchObject({ editable: false, terms: [] });
    const edits = [{ kind: 'remove' as const, term: 0 }];
    await expect(test.client.models.previewCurveEdit({ id: plainId, edits })).rejects.toThrow(/no curves to edit/);
    await expect(test.client.models.saveCurveEdit({ id, edits: [{ kind: 'remove', term: 999 }] })).rejects.toThrow(
      /does not exist/,
    );
  });
});

describe('D2 k-nearest neighbours in the workspace', () => {
  it('are a model like others: measured, scored through their graph', async () => {
    const model = await test.client.models.get({ id: plainId });
    expect(model.learner).toBe('k-nearest neighbours');
    expect(model.score.value).toBeGreaterThan(0.6);
    expect(model.parity.maxError).toBeLessThan(1e-5);
  });
});
