import { once } from 'node:events';
import { appendFileSync, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { cliJson } from '../helpers/cli-process.ts';
import { freshWorkspace, jobsOf, killAt, killPercents } from '../helpers/kill.ts';
import { suiteFolder } from '../helpers/suite-folder.ts';

const folder = suiteFolder('augury-kill-import-');
const file = join(folder, 'visits.csv');
const fileRows = 500_000;

/** About 28 MB with numbers, dates, decimal commas, text, missing cells and ragged rows. */
async function writeVisits(path: string): Promise<void> {
  const rng = createRng(11);
  const out = createWriteStream(path);
  const plans = ['basic', 'plus', 'premium', '', 'trial "a"'];
  let block = 'id;seen;plan;amount;score;note\n';
  for (let i = 0; i < fileRows; i++) {
    const day = 1 + rng.int(28);
    const plan = plans[rng.int(plans.length)].replaceAll('"', '""');
    block +=
      i % 70_001 === 17
        ? `${i};broken\n`
        : `${i};${String(day).padStart(2, '0')}.0${1 + rng.int(9)}.2024;"${plan}";${(rng.next() * 900).toFixed(2).replace('.', ',')};${rng.int(1000)};line ${rng.int(5000)}\n`;
    if (block.length > 1 << 20) {
      if (!out.write(block)) await once(out, 'drain');
      block = '';
    }
  }
  out.end(block);
  await once(out, 'finish');
}

type Imported = { readonly dataset: string; readonly rows: number; readonly rejected: { readonly rows: number } };
type Shown = { readonly versionHash: string; readonly rows: number };

const importInto = (workspace: string): Promise<Imported> =>
  cliJson<Imported>(['import', file, '--workspace', workspace], { code: 7 });
const shown = (workspace: string): Promise<Shown> =>
  cliJson<Shown>(['datasets', 'show', 'visits', '--workspace', workspace]);

let whole: Shown;
let total = 0;

beforeAll(async () => {
  await writeVisits(file);
  const workspace = join(folder, 'whole');
  const imported = await importInto(workspace);
  expect(imported.rejected.rows).toBe(8);
  expect(imported.rows).toBe(fileRows - 8);
  whole = await shown(workspace);
  const [job] = await jobsOf(workspace, 'import');
  total = job.workDone;
});

describe('A5 kill -9 in an import', () => {
  it.each(killPercents)(
    'at %i percent of its work: the same command goes on and ends byte-identical',
    async (percent) => {
      const share = percent / 100;
      const workspace = freshWorkspace(join(folder, `killed-${share}`));
      const done = await killAt(['import', file], { workspace, kind: 'import', units: share * total });
      expect(done).toBeLessThan(total);
      await importInto(workspace);
      expect(await shown(workspace)).toMatchObject({ versionHash: whole.versionHash, rows: whole.rows });
      const jobs = await jobsOf(workspace, 'import');
      expect(jobs).toHaveLength(1);
      expect(jobs[0]).toMatchObject({ state: 'succeeded', attempt: 2 });
      expect(jobs[0].workDone / total).toBeLessThanOrEqual(1.6);
      const { checks } = await cliJson<{ checks: { name: string; ok: boolean }[] }>([
        'doctor',
        '--workspace',
        workspace,
      ]);
      expect(checks.filter((check) => !check.ok)).toEqual([]);
    },
  );

  it('starts anew when the file was changed in between', async () => {
    const workspace = freshWorkspace(join(folder, 'changed'));
    const path = join(folder, 'changing.csv');
    await writeVisits(path);
    await killAt(['import', path], { workspace, kind: 'import', units: 0.4 * total });
    appendFileSync(path, '500001;01.01.2024;basic;1,00;5;one more\n');
    const imported = await cliJson<Imported>(['import', path, '--workspace', workspace], { code: 7 });
    expect(imported.rows).toBe(fileRows - 8 + 1);
    const jobs = await jobsOf(workspace, 'import');
    expect(jobs.map((job) => job.state)).toEqual(['succeeded', 'interrupted']);
  });
});
