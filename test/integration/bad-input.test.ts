import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRng } from '../../main/base/rng.ts';
import { cliHere } from '../helpers/cli-here.ts';
import type { CliResult } from '../helpers/cli-process.ts';
import { openTestHost, type TestHost } from '../helpers/host.ts';
import { rewriteZip } from '../helpers/zip.ts';

let test: TestHost;
const run = (...args: readonly string[]): Promise<CliResult> => cliHere(test, args);

function file(name: string, content: string | Uint8Array): string {
  const path = join(test.folder, name);
  writeFileSync(path, content);
  return path;
}

/** Rows that hold something to learn, without giving the target away. */
function rows(count: number, line: (i: number, u: number, noisy: boolean) => string): string {
  const rng = createRng(9);
  let text = '';
  for (let i = 0; i < count; i++) {
    const u = rng.next();
    text += `${line(i, Number(u.toFixed(4)), rng.next() < 0.3)}\n`;
  }
  return text;
}

const label = (u: number, noisy: boolean): string => (u > 0.5 !== noisy ? 'yes' : 'no');

beforeAll(async () => {
  test = await openTestHost();
  file('good.csv', `num,u,cat,y\n${rows(300, (i, u, noisy) => `${i % 7},${u},${'xyz'[i % 3]},${label(u, noisy)}`)}`);
});
afterAll(() => test?.close());

/** Exit code, and words on standard error: what is wrong, where, and what to do. */
async function expectRefusal(args: readonly string[], code: number, ...words: readonly RegExp[]): Promise<void> {
  const result = await run(...args);
  expect({ args, ...result }).toMatchObject({ code });
  for (const word of words) expect(result.stderr).toMatch(word);
  expect(result.stderr.trim().split('\n').length, 'a hint follows the message').toBeGreaterThan(1);
  expect(result.stderr).not.toMatch(/\bat \S+ \(|undefined|\[object/);
  // The same as one JSON document.
  const again = await run(...args, '--json');
  const { error } = JSON.parse(again.stdout) as { error: { exitCode: number; message: string; hint: string } };
  expect(again.code).toBe(code);
  expect(error).toMatchObject({ exitCode: code, message: expect.any(String) });
  expect(error.hint).not.toBe('');
}

describe('B1 files that are no tables', () => {
  const noise = (count: number): Buffer => {
    const rng = createRng(4);
    return Buffer.from(Array.from({ length: count }, () => rng.int(256)));
  };
  const cases: readonly [string, () => string | Uint8Array, RegExp][] = [
    ['empty.csv', () => '', /empty\.csv: The file is empty/],
    ['blank.csv', () => '\n\n   \n', /blank\.csv: .*blank lines/],
    ['binary.csv', () => noise(5000), /binary\.csv: .*binary/],
    ['picture.csv', () => Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), noise(500)]), /picture/],
    ['page.csv', () => '<!DOCTYPE html><html><body>Sign in</body></html>', /page\.csv: .*(HTML|web page)/i],
    ['broken.jsonl', () => '{"a":1\n{"a":\n[1,2\n', /broken\.jsonl/],
  ];
  it.each(cases)('refuses %s with exit code 3, the name and what to do', async (name, content, words) => {
    const path = file(name, content());
    await expectRefusal(['import', path], 3, words);
    await expectRefusal(['profile', path], 3, words);
  });

  it('refuses Parquet files that were cut off', async () => {
    await run('import', join(test.folder, 'good.csv'));
    const whole = join(test.folder, 'good.parquet');
    expect(await run('export', 'good', '-o', whole)).toMatchObject({ code: 0 });
    const bytes = readFileSync(whole);
    for (const share of [0.3, 0.9]) {
      const path = file(`cut-${share}.parquet`, bytes.subarray(0, bytes.length * share));
      await expectRefusal(['import', path], 3, /cut-.*parquet: .*cut off/);
    }
    const path = file('inside.parquet', Buffer.from(bytes).fill(0xff, 4, 400));
    const damaged = await run('import', path);
    expect(damaged.code).toBe(3);
    expect(damaged.stderr).toMatch(/inside\.parquet/);
  });

  it('refuses a folder and a file that is not there', async () => {
    await expectRefusal(['import', test.folder], 3, /folder/);
    await expectRefusal(['import', join(test.folder, 'nowhere.csv')], 4, /no file .*nowhere\.csv/);
  });
});

describe('B3 tables with faults', () => {
  it('keeps what can be read of ragged rows, rejects the others by line, and says so with exit code 7', async () => {
    const path = file(
      'ragged.csv',
      `a,b,c\n${rows(40, (i) => (i === 5 ? '5,1' : i === 17 ? '17,1,2,3' : `${i},${i},${i}`))}`,
    );
    const result = await run('import', path);
    expect(result.code).toBe(7);
    expect(result.stdout).toMatch(/38 rows × 3 columns/);
    expect(result.stdout).toMatch(/line 7: 2 fields where 3 are expected/);
    expect(result.stdout).toMatch(/line 19: 4 fields where 3 are expected/);
    const rejects = /2 rows rejected: (.*)/.exec(result.stdout)?.[1] ?? '';
    expect(readFileSync(rejects, 'utf8')).toMatch(/5,1[\s\S]*17,1,2,3/);
  });

  it('tells repeated and empty headers apart and notes both', async () => {
    const path = file('headers.csv', `a,b,a,,\n${rows(40, (i) => `${i},${i * 2},${i * 3},x,w`)}`);
    const { code, stdout } = await run('import', path, '--json');
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { columns: { name: string }[]; receipt: { notes: string[] } };
    expect(document.columns.map((column) => column.name)).toEqual(['a', 'b', 'a_2', 'column_4', 'column_5']);
    expect(document.receipt.notes.join(' ')).toMatch(/"a" more than once.*Column 4 has no name.*Column 5/);
  });
});

describe('D1 targets that cannot be learned', () => {
  const train = (path: string, target: string, ...more: string[]): string[] => [
    'train',
    path,
    '--target',
    target,
    '--trials',
    '1',
    '--folds',
    '2',
    ...more,
  ];
  const cases: readonly [string, string, string, number, RegExp][] = [
    ['a constant', `u,y\n${rows(60, (_i, u) => `${u},yes`)}`, 'y', 3, /target "y" has the same value in every row/],
    ['one that is missing in every row', `u,y\n${rows(60, (_i, u) => `${u},`)}`, 'y', 3, /"y" has no value in any row/],
    [
      'a class with one row',
      `u,y\n${rows(60, (i, u) => `${u},${i === 9 ? 'rare' : 'often'}`)}`,
      'y',
      3,
      /Only one row has "y" = rare/,
    ],
    [
      'a date',
      `u,when\n${rows(60, (i, u) => `${u},2024-0${1 + (i % 9)}-1${i % 9}`)}`,
      'when',
      3,
      /target "when" is a date/,
    ],
    [
      'infinite values',
      `u,y\n${rows(60, (i, u) => `${u},${i % 20 === 3 ? 'inf' : u * 2}`)}`,
      'y',
      3,
      /"y" is infinite in 3 rows/,
    ],
    [
      '100 000 categories',
      `u,y\n${rows(120_000, (i, u) => `${u},C${String(i % 100_000).padStart(6, '0')}x`)}`,
      'y',
      3,
      /100000 different values/,
    ],
    [
      'a column that is not there',
      `u,y\n${rows(60, (_i, u) => `${u},1`)}`,
      'z',
      2,
      /no column "z"[\s\S]*Columns: u, y/,
    ],
    ['too few rows', 'u,y\n1,a\n2,b\n3,a\n', 'y', 3, /Only 3 rows have a value of the target "y"/],
  ];
  it.each(cases)('refuses %s as target, naming the column', async (what, content, target, code, words) => {
    const path = file(`target-${what.replaceAll(' ', '-')}.csv`, content);
    await expectRefusal(train(path, target), code, words);
  });

  it('leaves out a column that is missing everywhere and trains on the others', async () => {
    const path = file('gone.csv', `u,gone,y\n${rows(200, (_i, u, noisy) => `${u},,${label(u, noisy)}`)}`);
    const { code, stdout } = await run(...train(path, 'y'));
    expect(code).toBe(0);
    expect(stdout).toMatch(/left out: gone \(/);
    const only = file('only-gone.csv', `gone,y\n${rows(60, (_i, u, noisy) => `,${label(u, noisy)}`)}`);
    await expectRefusal(train(only, 'y'), 2, /No column is left to predict "y" from; left out: "gone" \(/);
  });

  it('takes 100 000 categories and infinities in features, and predicts for both', async () => {
    const many = file(
      'many.csv',
      `u,code,y\n${rows(120_000, (i, u, noisy) => `${u},C${String(i % 100_000).padStart(6, '0')}x,${label(u, noisy)}`)}`,
    );
    expect(await run(...train(many, 'y', '--keep', 'code', '--learners', 'trees'))).toMatchObject({ code: 0 });
    const infinite = file(
      'infinite.csv',
      `x,u,y\n${rows(400, (i, u, noisy) => `${i % 50 === 3 ? 'inf' : i % 50 === 4 ? '-Infinity' : u},${i % 9},${label(u, noisy)}`)}`,
    );
    for (const learners of ['trees', 'linear']) {
      const { code, stdout } = await run(...train(infinite, 'y', '--learners', learners, '--json'));
      expect(code).toBe(0);
      const { model } = JSON.parse(stdout) as { model: string };
      const out = join(test.folder, `infinite-${learners}.csv`);
      expect(await run('score', model, infinite, '-o', out)).toMatchObject({ code: 0 });
      expect(readFileSync(out, 'utf8')).not.toMatch(/NaN|nan|inf/i);
    }
  });

  it('names unknown options and values of options', async () => {
    const good = join(test.folder, 'good.csv');
    await expectRefusal(train(good, 'y', '--drop', 'nope'), 2, /no column "nope"/);
    await expectRefusal(train(good, 'y', '--positive', 'maybe'), 2, /"maybe" is not a value of the target "y"/);
    await expectRefusal(train(good, 'y', '--metric', 'beauty'), 2, /--metric is beauty/);
    await expectRefusal(train(good, 'y', '--time', 'cat'), 2, /time column "cat" is text/);
    await expectRefusal(['train', good], 2, /--target/);
    await expectRefusal(['train', good, '--target', 'y', '--budget', 'soon'], 2, /"soon" is not a duration/);
  });
});

describe('F1 model packages that are not what they were', () => {
  let good = '';
  let whole: Buffer;
  const use = (path: string): string[] => ['score', path, good, '-o', join(test.folder, 'never.csv')];
  beforeAll(async () => {
    good = join(test.folder, 'good.csv');
    const path = join(test.folder, 'whole.augury-model');
    await run('train', good, '--target', 'y', '--trials', '1', '--folds', '2', '-o', path);
    whole = readFileSync(path);
  });

  it('refuses one that was cut off', async () => {
    for (const share of [0.02, 0.5, 0.99]) {
      const path = file(`cut-${share}.augury-model`, whole.subarray(0, whole.length * share));
      await expectRefusal(use(path), 3, /cut-.*augury-model.*(no complete|damaged)/);
    }
  });

  it('refuses one that was edited by hand, naming the entry', async () => {
    const edit = (entry: string, change: (bytes: Buffer) => Buffer): Promise<Buffer> =>
      rewriteZip(whole, (name, bytes) => (name === entry ? change(bytes) : bytes));
    const json = await edit('model.json', (bytes) =>
      Buffer.from(bytes.toString().replace('"target": "y"', '"target": "z"')),
    );
    await expectRefusal(
      use(file('edited-json.augury-model', json)),
      3,
      /edited-json\.augury-model.*model\.json.*changed/,
    );
    const graph = await edit('model.onnx', (bytes) => {
      const copy = Buffer.from(bytes);
      copy[copy.length >> 1] ^= 1;
      return copy;
    });
    await expectRefusal(use(file('edited-onnx.augury-model', graph)), 3, /model\.onnx.*hash/);
    await expectRefusal(['evaluate', join(test.folder, 'edited-onnx.augury-model'), good], 3, /model\.onnx/);
  });

  it('refuses one of a newer version and says which version reads it', async () => {
    const newer = await rewriteZip(whole, (name, bytes) => {
      if (name !== 'model.json') return bytes;
      return Buffer.from(JSON.stringify({ ...JSON.parse(bytes.toString()), formatVersion: 9, appVersion: '9.1.0' }));
    });
    await expectRefusal(
      use(file('newer.augury-model', newer)),
      3,
      /newer\.augury-model.*9\.1\.0/,
      /Update Augury to 9\.1\.0/,
    );
  });

  it('refuses a table in place of a package, and a model that is not there', async () => {
    await expectRefusal(use(good), 3, /good\.csv/);
    await expectRefusal(use('nothing-of-this-name'), 4, /no model and no package file called "nothing-of-this-name"/);
  });
});

describe('F2 input that does not fit the model', () => {
  it('refuses every kind of file that cannot be scored, and leaves no output', async () => {
    const trained = await run('train', 'good', '--target', 'y', '--trials', '1', '--folds', '2', '--json');
    const { model } = JSON.parse(trained.stdout) as { model: string };
    const out = join(test.folder, 'never.csv');
    const score = (input: string, ...more: string[]): string[] => ['score', model, input, '-o', out, ...more];
    await expectRefusal(score(file('e.csv', '')), 3, /e\.csv: The file is empty/);
    await expectRefusal(score(file('b.csv', Buffer.alloc(3000, 1))), 3, /b\.csv/);
    await expectRefusal(
      score(file('m.csv', 'num,cat\n1,x\n2,y\n')),
      3,
      /m\.csv does not fit the model[\s\S]*u \(number\): missing/,
    );
    await expectRefusal(score(file('t.csv', 'num,u,cat\n1,a,x\n2,b,y\n3,c,y\n')), 3, /t\.csv[\s\S]*u/);
    await expectRefusal(score('good', '--id', 'nope'), 4, /no column "nope"/);
    await expectRefusal(score('good', '--map', 'x'), 2, /--map/);
    await expectRefusal(['score', model, 'good', '-o', join(test.folder, 'x', 'out.csv')], 4, /no folder/);
    await expectRefusal(['score', model, 'good', '-o', join(test.folder, 'out.xyz')], 2, /out\.xyz names no format/);
    await expectRefusal(['evaluate', model, file('n.csv', 'num,u,cat\n1,0.5,x\n2,0.6,y\n')], 3, /"?y"?/);
    expect(() => readFileSync(out)).toThrow();
  });
});
