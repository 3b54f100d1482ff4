/** What the parity test calls operations about: data sets, models, jobs and files, made once before any door is tried. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, churnSample, finish, importFile, settle, type TestHost, trainModel } from './host.ts';
import { type FeatureSubjects, makeFeatureSubjects } from './parity-features.ts';

/** What the calls are about: made once, before any door is tried. */
export type Subjects = {
  readonly client: Client;
  readonly folder: string;
  readonly file: string;
  readonly datasetId: string;
  /** A data set with two versions. */
  readonly twoVersionsId: string;
  readonly modelId: string;
  readonly otherModelId: string;
  /** Versions of the other model: as trained, and edited. */
  readonly versions: readonly [string, string];
  readonly trainJobId: string;
  readonly failedJobId: string;
  readonly downloadJobId: string;
  readonly packageFile: string;
  readonly features: FeatureSubjects;
  readonly row: Record<string, string | number | null>;
};

/** A change of curves that every additive model allows. */
export const curveEdits = [{ kind: 'remove', term: 0 }] as const;

/** A small table as somebody would paste it. */
export const pasted = 'a,b\n1,x\n2,y\n3,x\n';

/** Imports, trains, scores: everything the table's calls need. */
export async function makeSubjects(test: TestHost): Promise<Subjects> {
  const { client, folder } = test;
  const lines = readFileSync(churnSample, 'utf8').split('\n').slice(0, 801);
  const file = join(folder, 'churn.csv');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const datasetId = await importFile(client, file);
  const options = { datasetId, target: 'Churn', trials: 1, folds: 3 } as const;
  const trained = await trainModel(client, { ...options, learners: ['trees'] });
  // The other model is additive: it has curves, and a version of it was edited.
  const other = await trainModel(client, { ...options, learners: ['ebm'] });
  const edited = await client.models.saveCurveEdit({ id: other.modelId, edits: [...curveEdits] });
  const broken = join(folder, 'blank.csv');
  writeFileSync(broken, '\n \n');
  const failed = await client.datasets.import({ source: { path: broken } });
  await settle(client, failed.jobId);
  const exported = await client.datasets.export({ id: datasetId, destination: { download: 'churn.csv' } });
  await finish(client, exported.jobId);
  const smaller = join(folder, 'smaller.csv');
  writeFileSync(smaller, pasted);
  const twoVersionsId = await importFile(client, smaller, 'two versions');
  const cleaned = await client.datasets.clean({
    id: twoVersionsId,
    steps: [{ kind: 'cap', column: 'a', low: null, high: 2 }],
  });
  await finish(client, cleaned.jobId);
  const packageFile = join(folder, 'm.augury-model');
  await client.models.export({ id: trained.modelId, path: packageFile });
  const page = await client.datasets.page({ id: datasetId, offset: 3, limit: 1 });
  const row: Subjects['row'] = {};
  const inputs = new Set((await client.models.get({ id: trained.modelId })).inputs.map((input) => input.name));
  page.columns.forEach((column, i) => {
    const value = page.rows[0][i];
    if (inputs.has(column.name)) row[column.name] = typeof value === 'boolean' ? String(value) : value;
  });
  return {
    client,
    folder,
    file,
    datasetId,
    twoVersionsId,
    modelId: trained.modelId,
    otherModelId: other.modelId,
    versions: [edited.previousVersionId, edited.versionId],
    trainJobId: trained.jobId,
    failedJobId: failed.jobId,
    downloadJobId: exported.jobId,
    packageFile,
    features: await makeFeatureSubjects(client, folder),
    row,
  };
}
